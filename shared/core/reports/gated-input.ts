import type { Plan } from '../../../schemas/plan.js';
import type { Readiness } from '../../../schemas/readiness.js';
import type { Journey } from '../projections/journey.js';
import type { ReportInput } from './input.js';
import type { Proofs } from './proof.js';

/** What the gate would say at the report's position: a preview, never a decision. */
export type Gate = Pick<Readiness, 'blockers' | 'checks' | 'packets'>;

/** What a report on readiness is built from. */
export type GatedInput = ReportInput & { gate: Gate; proofs: Proofs };

/** One thing to do before the gate is ready, under the title of what it blocks. */
export type ToDo = Pick<Plan['items'][number], 'check' | 'found' | 'action' | 'owner'> & { title: string };

/** The same beside the plan, in its order. */
export type PlannedInput = GatedInput & { plan: readonly ToDo[] };

/** A gated report beside the journey. `journey` null: there is none yet, or a public-safe report does not tell of it. */
export type JourneyInput = GatedInput & { journey: Journey | null };
