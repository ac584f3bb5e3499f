import type { Build } from '../../../schemas/release.js';

export const isSameBuild = (a: Build, b: Build): boolean => a.name === b.name && a.digest === b.digest;

/**
 * What a proof that the service records says of the build it is of. It names one only where the same build began and ended
 * it: what two builds did between them shows neither.
 */
export const stampOf = (began: Build | null, ended: Build | null): { release?: Build } =>
  began !== null && ended !== null && isSameBuild(began, ended) ? { release: ended } : {};
