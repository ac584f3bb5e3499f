import type { Config } from '../../projections/config.js';
import type { Approval } from '../../projections/documents.js';
import type { ReportInput } from '../input.js';
import type { Proofs } from '../proof.js';

export type TestInput = ReportInput & {
  /** Events of the period by type, newest first, as far as they were read. */
  proofs: Proofs;
  config: Config | null;
  /** Approvals by the names that decisions give; never printed. */
  judgedBy: readonly Approval[];
  /** Root of the log at the packet's position, hexadecimal: the sample's seed. */
  root: string;
};

/** One item of a population, and whether it was as demanded. */
export type TestedItem = {
  control: string;
  id: string;
  time: string;
  position: number | null;
  digest: string | null;
  met: boolean;
  expected: string;
  found: string;
};
