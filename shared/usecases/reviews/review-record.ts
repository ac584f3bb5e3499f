import { reviewName, type ReviewKey } from './acknowledge.js';

/** A review as it was made, once under its name: whoever is first. Every later step does the same from here. */
export type ReviewRecord = {
  /** SHA-256 of the signed envelope, and the blob's name. */
  digest: string;
  madeAt: string;
  /** By when it is to be acknowledged. */
  dueAt: string;
  /** The executive report that it asked for. */
  executive?: string;
};

export const reviewRecordId = (key: ReviewKey): string => `review:${reviewName(key)}`;
