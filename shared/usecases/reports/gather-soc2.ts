import type { EventName } from '../../../schemas/events/types.js';
import { toHex } from '../../core/kernel/bytes.js';
import { day, instantOf, millisOf } from '../../core/kernel/time.js';
import { counts, type Proof } from '../../core/reports/proof.js';
import type { ReportInput } from '../../core/reports/input.js';
import type { PopulationRow, Soc2Input } from '../../core/reports/soc2/input.js';
import { longestAcknowledgement } from '../../core/reviews/periods.js';
import type { TenantStores } from '../../ports.js';
import { rootOfHead } from '../log/checkpoints.js';
import { entriesBetween, eventsWithin, standing } from './read-proofs.js';

/** Types whose events are items of a population. */
const types = [
  'decision.recorded',
  'approval.decided',
  'registry.checked',
  'report.delivered',
  'report.bounced',
  'connector.validated',
  'isolation.tested',
  'deployment.validated',
  'workflow.exercised',
  'drill.recorded',
  'archive.closed',
  'packet.submitted',
  'incident.closed',
  'review.completed',
  'review.acknowledged',
] as const satisfies readonly EventName[];
/** Most events of a type and most entries of the log that one packet reads; beyond it the population is not whole. */
const most = { events: 5000, entries: 50_000, responses: 500, reviews: 100 };

/** Loads what the SOC 2-style packet tests: the events of the period with their places in the log. */
export async function gatherSoc2(stores: TenantStores, input: ReportInput): Promise<Soc2Input> {
  const { position } = input.posture;
  const from = input.prior?.position ?? 0;
  const entries = await entriesBetween(stores, from, position, most.entries);
  const population: PopulationRow[] = [];
  const proofs: Proof[] = [];
  const accuracy = { same: 0, looked: 0 };
  for (const type of types) {
    const { events, whole } = await eventsWithin(stores, type, input.window, most.events);
    const placed = events.flatMap((evidence): Proof[] => {
      const entry = entries.get(evidence.id);
      if (!entry) return [];
      accuracy.looked += 1;
      if (entry.digest === evidence.digest) accuracy.same += 1;
      return [{ evidence, position: entry.position }];
    });
    proofs.push(...placed.filter((proof) => counts(proof, input.posture.sample)));
    const positions = placed.map((p) => p.position);
    const of = (totals: Readonly<Record<string, number>> | undefined): number =>
      totals?.[`type/${type}`] ?? 0;
    population.push({
      type,
      counted: Math.max(0, of(input.counters.totals) - of(input.priorCounters?.totals)),
      read: placed.length,
      whole: whole && placed.length === events.length && position - from <= most.entries,
      first: positions.length === 0 ? null : Math.min(...positions),
      last: positions.length === 0 ? null : Math.max(...positions),
    });
  }
  proofs.push(...(await reviewsBefore(stores, input)));
  const head = await stores.ledger.head();
  const config = (await stores.ledger.read(['config'])).get('config');
  return {
    ...input,
    proofs,
    population,
    accuracy,
    ...(await responsesSince(stores, input)),
    judgedBy: input.approvals,
    config: config?.kind === 'config' ? config : null,
    root: head?.document.kind === 'head' ? toHex(rootOfHead(head.document)) : '',
  };
}

/** Reviews made before the period that may fall due in it, and what was acknowledged of them by then. */
async function reviewsBefore(
  stores: TenantStores,
  { window, posture: { position, sample } }: ReportInput,
): Promise<Proof[]> {
  const before = { from: instantOf(millisOf(window.from) - longestAcknowledgement), to: window.from };
  const proofs: Proof[] = [];
  for (const type of ['review.completed', 'review.acknowledged'] as const) {
    const { events } = await eventsWithin(stores, type, before, most.reviews);
    proofs.push(...(await standing(stores, events, position)).filter((proof) => counts(proof, sample)));
  }
  return proofs;
}

/** What management said since the period began: the newest, as many as one packet reads, as far as they stand in the log before the packet's position. */
async function responsesSince(
  stores: TenantStores,
  { window, posture: { asOf, position } }: ReportInput,
): Promise<Pick<Soc2Input, 'responses' | 'responsesFrom'>> {
  // Until the next day, as the clock of the log and that of a command are two.
  const since = { from: window.from, to: instantOf(millisOf(asOf) + day) };
  const { events, whole } = await eventsWithin(stores, 'response.recorded', since, most.responses);
  const told = await standing(stores, events, position);
  const responses = told.flatMap(({ evidence: { id, event }, position: at }) =>
    event.type === 'aispm.response.recorded'
      ? [{ id, time: event.time, position: at, data: event.data }]
      : [],
  );
  return { responses, responsesFrom: whole ? null : (events.at(-1)?.event.time ?? null) };
}
