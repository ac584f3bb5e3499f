import type { Readiness } from '../../../schemas/readiness.js';
import type { Journey } from '../projections/journey.js';
import type { ReportInput } from './input.js';
import type { Proofs } from './proof.js';

/** What the gate would say at the report's position: a preview, never a decision. */
export type Gate = Pick<Readiness, 'blockers' | 'checks' | 'packets'>;

/** What a report on readiness is built from. */
export type GatedInput = ReportInput & { gate: Gate; proofs: Proofs };

/** The same beside the journey. `journey` null: there is none yet, or a public-safe report does not tell of it. */
export type JourneyInput = GatedInput & { journey: Journey | null };
