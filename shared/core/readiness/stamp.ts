import type { Build } from '../../../schemas/release.js';

/**
 * What a proof that the service records says of the build it is of. It names one only where the same build began and ended
 * it: what two builds did between them shows neither.
 */
export const stampOf = (began: Build | null, ended: Build | null): { release?: Build } =>
  began !== null && ended !== null && began.digest === ended.digest && began.name === ended.name
    ? { release: ended }
    : {};
