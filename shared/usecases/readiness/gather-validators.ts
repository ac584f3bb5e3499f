import type { EventData, EventName } from '../../../schemas/events/types.js';
import type { Build } from '../../../schemas/release.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { day, instantOf, millisOf } from '../../core/kernel/time.js';
import type { Approval, Item, LedgerDocument } from '../../core/projections/documents.js';
import type { ProofName } from '../../core/projections/facts.js';
import { isTrusted } from '../../core/projections/items.js';
import { approvalId, itemId, sessionId, tenantItemId } from '../../core/projections/keys.js';
import {
  windowDays,
  type Evidenced,
  type ExercisedDecision,
  type ValidatorFacts,
} from '../../core/readiness/validators/facts.js';
import type { BlobStore, StoredEvidence, TenantStores } from '../../ports.js';
import { mayApprove } from '../governance/approvers.js';
import { archiveBlob } from '../archive/open-archive.js';
import { serviceSource } from '../log/record.js';
import { keyedSources } from './keyed-sources.js';
import { submittedPackets } from './submitted-packets.js';

/*
 * What the validators look at, read from the log: the latest proof of each kind stands on the tenant's item and on those
 * of its connectors, with the event behind it; every reference is followed before it counts. All of it is point reads,
 * as many for a log of millions as for a new one.
 */

/** `build`: what runs here, where it is known. */
export type GatherDeps = { stores: TenantStores; blobs: BlobStore; build?: Build | null };

export async function gatherValidators(
  deps: GatherDeps,
  tenant: Tenant | null,
  asOf: string,
  release: ValidatorFacts['release'],
): Promise<ValidatorFacts> {
  const { stores } = deps;
  const expected = tenant === null ? [] : keyedSources(tenant);
  const documents = await stores.ledger.read([
    tenantItemId,
    'summary',
    ...expected.map(({ id }) => itemId('connector', id)),
  ]);
  const own = itemOf(documents.get(tenantItemId));
  const proof = <N extends ProofName>(name: N, item: Item | null = own) => proofOf(stores, item, name);
  const packetDays = tenant?.settings.readiness.packetDays ?? 7;
  const [isolation, deployment, archive, exercised, validations] = await Promise.all([
    proof('isolation.tested'),
    proof('deployment.validated'),
    proof('archive.closed'),
    proof('workflow.exercised'),
    Promise.all(
      expected.map(async ({ id }) => ({
        id,
        validated: await proof('connector.validated', itemOf(documents.get(itemId('connector', id)))),
      })),
    ),
  ]);
  return {
    asOf,
    release,
    running: deps.build ?? null,
    tenant: {
      sample: tenant?.sample ?? false,
      keyedSources: expected.length,
      recipients: tenant?.settings.reports.recipients.length ?? 0,
      approvers: (tenant?.members ?? []).filter(mayApprove).length,
      packetDays,
    },
    connectors: validations,
    isolation,
    deployment,
    archive: archive === null ? null : await archiveOf(deps, archive, proof),
    exercise: exercised === null ? null : await exerciseOf(stores, exercised),
    submitted: await submittedPackets(stores, asOf, packetDays, isProof),
    delivery: {
      sent: mailsOf(documents.get('summary')),
      ...(await exercisedOf(stores, await proof('delivery.validated'), asOf)),
    },
  };
}

const itemOf = (document: LedgerDocument | undefined): Item | null =>
  document?.kind === 'item' ? document : null;

/** Live and signed by a key that was valid throughout, or said by the service itself. */
const isProof = (evidence: StoredEvidence): boolean =>
  evidence.admission.sourceId === serviceSource.id ||
  (evidence.admission.provenance === 'live' && isTrusted(evidence));

/** The event behind an item's latest proof; null where there is none, or its bytes are gone. */
async function proofOf<N extends ProofName>(
  stores: TenantStores,
  item: Item | null,
  name: N,
): Promise<Evidenced<EventData<N>> | null> {
  const latest = item?.proofs?.[name];
  const evidence = latest === undefined ? null : await stores.evidence.get(latest.id);
  if (evidence === null || !isOf(evidence, name)) return null;
  const { id, event } = evidence;
  const { environment, time, data } = event;
  return { id, time: instantOf(millisOf(time)), trusted: isProof(evidence), environment, data };
}

type EventOf<N extends EventName> = Extract<StoredEvidence['event'], { type: `aispm.${N}` }> & {
  data: EventData<N>;
};
const isOf = <N extends EventName>(
  evidence: StoredEvidence,
  name: N,
): evidence is StoredEvidence & { event: EventOf<N> } => evidence.event.type === `aispm.${name}`;

type ProofOf = <N extends ProofName>(name: N) => Promise<Evidenced<EventData<N>> | null>;

/** What is on record of the archive, and whether it is still where it was stored. Its bytes are not read here. */
async function archiveOf(
  { stores, blobs }: GatherDeps,
  closed: Evidenced<EventData<'archive.closed'>>,
  proof: ProofOf,
): Promise<ValidatorFacts['archive']> {
  const { digest, signOffs } = closed.data;
  const name = archiveBlob(stores.tenantId, digest);
  const idOf = (reference: string): string => reference.slice('evidence://'.length);
  const [verification, checked, known, names] = await Promise.all([
    proof('archive.verified'),
    proof('integrity.checked'),
    stores.ledger.known(signOffs.map(({ reference }) => idOf(reference))),
    blobs.list('reports', name),
  ]);
  const resolved = signOffs.filter(({ reference }) => known.has(idOf(reference)));
  return {
    closed,
    stored: names.includes(name),
    verification,
    checked,
    resolved: resolved.map((signOff) => signOff.name),
  };
}

async function exerciseOf(
  stores: TenantStores,
  exercised: Evidenced<EventData<'workflow.exercised'>>,
): Promise<ValidatorFacts['exercise']> {
  const { session, elements } = exercised.data;
  const ids = [...new Set(elements.flatMap(({ evidenceIds }) => evidenceIds))];
  const found = (await stores.evidence.getMany(ids)).filter((evidence) => evidence !== null);
  const approvals = await approvalsOf(stores, found);
  const decisions = new Map(
    found.flatMap((evidence) => {
      const decision = exercisedDecision(evidence, approvals);
      return decision === null ? [] : [[evidence.id, decision] as const];
    }),
  );
  const opened = await stores.evidence.search({ type: 'aispm.session.recorded', session, limit: 1 });
  const [begun] = opened.items;
  const known = (await stores.ledger.read([sessionId(session)])).size > 0;
  return {
    exercised,
    sessionId: known && begun !== undefined && isProof(begun) ? begun.id : null,
    elements: Object.fromEntries(
      elements.map(({ element, evidenceIds }) => [
        element,
        evidenceIds.flatMap((id) => decisions.get(id) ?? []),
      ]),
    ),
  };
}

async function approvalsOf(
  { ledger }: TenantStores,
  evidence: readonly StoredEvidence[],
): Promise<Map<string, Approval>> {
  const names = evidence.flatMap((one) =>
    isOf(one, 'decision.recorded') && one.event.data.approval !== undefined ? [one.event.data.approval] : [],
  );
  const documents = [...(await ledger.read([...new Set(names)].map(approvalId))).values()];
  return new Map(documents.filter((d): d is Approval => d.kind === 'approval').map((d) => [d.name, d]));
}

function exercisedDecision(
  evidence: StoredEvidence,
  approvals: ReadonlyMap<string, Approval>,
): ExercisedDecision | null {
  if (!isOf(evidence, 'decision.recorded')) return null;
  const { data } = evidence.event;
  const approval = data.approval === undefined ? undefined : approvals.get(data.approval);
  return {
    id: evidence.id,
    time: instantOf(millisOf(evidence.event.time)),
    trusted: isProof(evidence),
    environment: evidence.event.environment,
    session: data.session ?? null,
    surface: data.surface,
    decision: data.decision,
    mode: data.mode,
    operation: data.operation,
    target: data.target ?? '',
    highRisk: data.severity === 'high' || data.severity === 'critical' || (data.risks?.length ?? 0) > 0,
    ran: data.ran,
    // The fold calls an approval approved only where another than the requester gave it, in time.
    approved: approval?.status === 'approved',
  };
}

/** Every mail stands in the summary's counters by where it stands: sent with no outcome yet is the one that is not settled. */
function mailsOf(summary: LedgerDocument | undefined): ValidatorFacts['delivery']['sent'] {
  const counts = summary?.kind === 'summary' ? summary.counts : {};
  const mails = Object.entries(counts).filter(([name]) => name.startsWith('deliveries/'));
  const intents = mails.reduce((sum, [, count]) => sum + count, 0);
  return { intents, settled: intents - (counts['deliveries/sending'] ?? 0) };
}

/** What the last validation observed, each reference followed to an event of its own report, in the window: else it is absent, and blocks. */
async function exercisedOf(
  stores: TenantStores,
  validation: Evidenced<EventData<'delivery.validated'>> | null,
  asOf: string,
): Promise<Omit<ValidatorFacts['delivery'], 'sent'>> {
  const from = instantOf(millisOf(asOf) - windowDays.report_delivery_production * day);
  if (validation === null) return { validated: null, retried: null, escalated: null, redaction: null };
  const { report, outcome, channel, release, delivered, retried, deadLetter, resumed, redaction } =
    validation.data;
  const ids = [...delivered, retried, deadLetter, resumed].filter((id) => id !== undefined);
  const found = (await stores.evidence.getMany(ids)).filter((one) => one !== null);
  const of = <N extends EventName>(name: N, id: string | undefined): StoredEvidence | undefined =>
    found.find(
      (one) =>
        one.id === id &&
        isOf(one, name) &&
        'report' in one.event.data &&
        one.event.data.report === report &&
        instantOf(millisOf(one.event.time)) >= from,
    );
  const arrivals = delivered.map((id) => of('report.delivered', id));
  const [last] = arrivals
    .flatMap((one) => one ?? [])
    .sort((a, b) => millisOf(b.event.time) - millisOf(a.event.time));
  const arrived = outcome === 'passed' && last !== undefined && !arrivals.includes(undefined);
  const given = of('report.failed', deadLetter) !== undefined ? of('report.resumed', resumed) : undefined;
  return {
    validated: arrived
      ? { evidenceId: last.id, time: instantOf(millisOf(last.event.time)), channel, build: release }
      : null,
    retried: of('report.retried', retried)?.id ?? null,
    escalated: given?.id ?? null,
    redaction: { evidenceId: validation.id, removed: redaction.removed },
  };
}
