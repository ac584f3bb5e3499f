import type { EventData } from '../../../../schemas/events/types.js';
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

/** What management says of exceptions, with the id, the time and the place in the log of its event. */
export type Response = { id: string; time: string; position: number; data: EventData<'response.recorded'> };

/** Events of one type in the period: what the counters say, and what was read. */
export type PopulationRow = {
  type: string;
  /** By the counters at the period's two ends, by the time of folding. */
  counted: number;
  /** By their own time, as far as the packet reads. */
  read: number;
  /** Whether every one of them was read. */
  whole: boolean;
  first: number | null;
  last: number | null;
};

export type Soc2Input = TestInput & {
  population: readonly PopulationRow[];
  /** Sampled items whose stored digest is the one of their leaf, of how many looked at. */
  accuracy: { same: number; looked: number };
  /** What management said since the period began: the newest, as many as one packet reads. */
  responses: readonly Response[];
  /** The time of the oldest response that was read, where there are older ones in the period; null where all were read. */
  responsesFrom: string | null;
};
