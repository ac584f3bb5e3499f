import type { Approval } from '../projections/documents.js';

/**
 * Whether the use of break-glass was found justified by somebody who neither asked for it nor allowed it: a review of one's
 * own act is none.
 */
export const isJustified = ({ requested, decided, reviewed }: Approval): boolean =>
  reviewed?.outcome === 'justified' &&
  reviewed.by !== decided?.by &&
  reviewed.by !== requested?.by &&
  reviewed.by !== decided?.requestedBy;
