import type { ReadinessTarget } from '../../../schemas/readiness.js';
import type { ReportDocument } from '../../../schemas/report-document.js';
import type { EventName } from '../../../schemas/events/types.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { buildBoard } from '../../core/reports/board/board.js';
import { buildCiso } from '../../core/reports/ciso/ciso.js';
import { buildCso } from '../../core/reports/cso/cso.js';
import { incidentWithout } from '../../core/reports/incident/facts.js';
import { buildIncident } from '../../core/reports/incident/incident.js';
import type { Journey } from '../../core/projections/journey.js';
import type { ReportInput } from '../../core/reports/input.js';
import { buildPilot } from '../../core/reports/pilot/pilot.js';
import type { Gate, PlannedInput } from '../../core/reports/gated-input.js';
import { buildProduction } from '../../core/reports/production/production.js';
import { withoutNames } from '../../core/reports/public-safe.js';
import { gateWithoutNames, planWithoutNames } from '../../core/reports/public-safe-gate.js';
import { buildDigest } from '../../core/reports/review/digest.js';
import { responseWithout } from '../../core/reports/soc2/responses.js';
import { buildSoc2 } from '../../core/reports/soc2/soc2.js';
import { labs } from '../../core/reports/trial/labs.js';
import { buildTrial } from '../../core/reports/trial/trial.js';
import { reviewOwners } from '../../core/reviews/owners.js';
import { previewPlanned, previewReadiness } from '../readiness/gate.js';
import { reviewBlob, reviewIn } from '../reviews/review-document.js';
import { reviewRecordId, type ReviewRecord } from '../reviews/review-record.js';
import { gatherBoard } from './gather-board.js';
import { gatherIncident } from './gather-incident.js';
import { gatherPosture } from './gather-posture.js';
import { gatherSoc2 } from './gather-soc2.js';
import { newestProofs } from './read-proofs.js';
import type { ReportDeps, ReportRecord } from './report-record.js';

const proofTypes = [
  'archive.closed',
  'deployment.validated',
  'workflow.exercised',
  'report.delivered',
  'isolation.tested',
  'connector.validated',
  'readiness.decided',
] as const satisfies readonly EventName[];

type Asked = Pick<ReportRecord, 'type' | 'period' | 'publicSafe' | 'incident' | 'review'>;

/**
 * A report of any type at the log's position of now. A public-safe one is built from an input without names.
 * @throws Refusal `not_found` for an incident that the log does not name, `conflict` for a type without a builder.
 */
export async function buildReport(deps: ReportDeps, tenant: Tenant, asked: Asked): Promise<ReportDocument> {
  const { stores, rehearsal } = deps;
  const raw = await gatherPosture({ stores }, tenant, asked.period, {
    rehearsal,
    publicSafe: asked.publicSafe,
  });
  const input = raw.publicSafe ? withoutNames(raw) : raw;
  const gate = (target: ReadinessTarget): Promise<Gate> => gateOf(deps, target, input);
  const { position } = input.posture;
  switch (asked.type) {
    case 'ciso':
      return buildCiso({ ...input, gate: await gate('production') });
    case 'cso':
      return buildCso({ ...input, gate: await gate('production') });
    case 'board-kpi':
      return buildBoard(await gatherBoard(stores, input, await gate('production')));
    case 'soc2-evidence': {
      const told = await gatherSoc2(stores, raw);
      const responses = input.publicSafe ? told.responses.map(responseWithout) : told.responses;
      // Decisions are judged by the approvals they name, which the input without names has no more.
      return buildSoc2({ ...told, ...input, responses, judgedBy: raw.approvals });
    }
    case 'incident': {
      const told = await gatherIncident(stores, input, asked.incident);
      return buildIncident(input.publicSafe ? incidentWithout(told) : told);
    }
    case 'trial-handoff': {
      const types = [...new Set(labs.flatMap((lab) => lab.types))];
      return buildTrial({
        ...input,
        gate: await gate('trial'),
        journey: await journeyOf(deps, input),
        proofs: await newestProofs(stores, types, position, 5),
      });
    }
    case 'pilot-launch':
      return buildPilot({
        ...input,
        gate: await gate('pilot'),
        journey: await journeyOf(deps, input),
        proofs: await newestProofs(stores, proofTypes, position),
      });
    case 'production-readiness':
      return buildProduction({
        ...input,
        ...(await plannedGate(deps, input)),
        proofs: await newestProofs(stores, proofTypes, position),
      });
    case 'review-digest':
      return buildDigestOf(deps, raw, asked.review);
    case 'delivery-validation':
      throw new Refusal('conflict', 'the delivery validation is built by its own step');
    case 'notice':
      throw new Refusal('conflict', 'a notice is a mail without a packet');
  }
}

/** The digest of a review as it was made; by when to acknowledge it stands in its record. */
async function buildDigestOf(
  { stores, blobs }: ReportDeps,
  input: ReportInput,
  key: ReportRecord['review'],
): Promise<ReportDocument> {
  const record = key && (await stores.records.get<ReviewRecord>(reviewRecordId(key)))?.value;
  const bytes = record && (await blobs.get('reports', reviewBlob(stores.tenantId, record.digest)));
  if (!bytes) throw new Refusal('not_found', 'there is no such review');
  const { document } = reviewIn(bytes);
  return buildDigest(input, document, { ...record, owner: reviewOwners[key.cadence] });
}

/** What the gate would say now: nothing is recorded. */
async function gateOf(deps: ReportDeps, target: ReadinessTarget, { publicSafe }: ReportInput): Promise<Gate> {
  const gate = await previewReadiness(deps, target);
  return publicSafe ? gateWithoutNames(gate) : gate;
}

/** What the gate would say now of production, and what is to be done before, as the gate's own plan has it. */
async function plannedGate(
  deps: ReportDeps,
  { publicSafe }: ReportInput,
): Promise<Pick<PlannedInput, 'gate' | 'plan'>> {
  const { answer, items } = await previewPlanned(deps, 'production', null);
  return publicSafe
    ? { gate: gateWithoutNames(answer), plan: planWithoutNames(items) }
    : { gate: answer, plan: items };
}

/** Who was let in and what a pilot names is nothing for a public-safe report. */
async function journeyOf({ stores }: ReportDeps, { publicSafe }: ReportInput): Promise<Journey | null> {
  const found = publicSafe ? undefined : (await stores.ledger.read(['journey'])).get('journey');
  return found?.kind === 'journey' ? found : null;
}
