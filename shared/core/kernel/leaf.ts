import { canonicalBytes } from './canonical.js';

/** What a leaf says of an event. */
export type Leaf = { position: number; id: string; digest: string; sequencedAt: string };

/** Canonical bytes of the leaf (RFC 8785): what RFC 6962 hashes. Nothing else of an entry is part of it. */
export const leafBytes = ({ position, id, digest, sequencedAt }: Leaf): Uint8Array =>
  canonicalBytes({ position, id, digest, sequencedAt });
