import type { EventData, EventName } from '../../schemas/events/types.js';
import type { Tenant } from '../../schemas/tenant.js';
import { day, instantOf, millisOf } from '../core/kernel/time.js';
import type { Approval, Item, LedgerDocument } from '../core/projections/documents.js';
import type { ProofName } from '../core/projections/facts.js';
import { isTrusted } from '../core/projections/items.js';
import { approvalId, itemId, sessionId, tenantItemId } from '../core/projections/keys.js';
import {
  windowDays,
  type Evidenced,
  type ExercisedDecision,
  type ValidatorFacts,
} from '../core/readiness/validators/facts.js';
import type { BlobStore, Renderer, StoredEvidence, TenantStores } from '../ports.js';
import { verifiedArchive } from './archive/open-archive.js';
import { serviceSource } from './record.js';
import { submittedPackets } from './submitted-packets.js';

/*
 * What the validators look at, read from the log: the latest proof of each kind stands on the tenant's item and on those
 * of its connectors, with the event behind it; every reference is followed before it counts.
 */

export type GatherDeps = { stores: TenantStores; blobs: BlobStore; renderer: Pick<Renderer, 'unpack'> };

export async function gatherValidators(
  deps: GatherDeps,
  tenant: Tenant | null,
  asOf: string,
  release: ValidatorFacts['release'],
): Promise<ValidatorFacts> {
  const { stores } = deps;
  const expected = (tenant?.sources ?? []).filter(
    ({ provenance, keys }) => provenance === 'live' && keys.length > 0,
  );
  const documents = await stores.ledger.read([
    tenantItemId,
    ...expected.map(({ id }) => itemId('connector', id)),
  ]);
  const own = itemOf(documents.get(tenantItemId));
  const proof = <N extends ProofName>(name: N, item: Item | null = own) => proofOf(stores, item, name);
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
    tenant: {
      sample: tenant?.sample ?? false,
      keyedSources: expected.length,
      recipients: tenant?.settings.reports.recipients.length ?? 0,
      approvers: (tenant?.members ?? []).filter(({ roles }) =>
        roles.some((r) => r === 'approver' || r === 'admin'),
      ).length,
    },
    connectors: validations,
    isolation,
    deployment,
    archive: archive === null ? null : await archiveOf(deps, tenant, archive),
    exercise: exercised === null ? null : await exerciseOf(stores, exercised),
    submitted: await submittedPackets(stores, asOf, tenant?.settings.readiness.packetDays ?? 7, isProof),
    delivery: await deliveryOf(stores, await proof('delivery.validated'), asOf),
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
  return { id, time: instantOf(millisOf(event.time)), trusted: isProof(evidence), data: event.data };
}

type EventOf<N extends EventName> = Extract<StoredEvidence['event'], { type: `aispm.${N}` }> & {
  data: EventData<N>;
};
const isOf = <N extends EventName>(
  evidence: StoredEvidence,
  name: N,
): evidence is StoredEvidence & { event: EventOf<N> } => evidence.event.type === `aispm.${name}`;

/** The archive itself, opened: what was recorded of it counts only as far as the archive says the same. */
async function archiveOf(
  deps: GatherDeps,
  tenant: Tenant | null,
  closed: Evidenced<EventData<'archive.closed'>>,
): Promise<ValidatorFacts['archive']> {
  const { digest, signOffs } = closed.data;
  const manifest = tenant === null ? null : await verifiedArchive(deps, tenant, digest);
  const carried = new Map(manifest?.signOffs.map(({ name, evidenceId }) => [name, evidenceId]));
  const known = await deps.stores.ledger.known([...carried.values()]);
  const resolved = signOffs.filter(({ name, reference }) => {
    const id = carried.get(name);
    return id !== undefined && known.has(id) && reference === `evidence://${id}`;
  });
  return { closed, verified: manifest !== null, resolved: resolved.map(({ name }) => name) };
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
    trusted: isProof(evidence),
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

/** Deliveries of the window, and what the last validation's references lead to: one that does not resolve is absent, and blocks. */
async function deliveryOf(
  stores: TenantStores,
  validated: Evidenced<EventData<'delivery.validated'>> | null,
  asOf: string,
): Promise<ValidatorFacts['delivery']> {
  const from = instantOf(millisOf(asOf) - windowDays.report_delivery_production * day);
  let intents = 0;
  let settled = 0;
  let cursor: string | undefined;
  do {
    const page = await stores.ledger.list({
      kind: 'report',
      limit: 100,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const report of page.items) {
      if (report.kind !== 'report' || report.requestedAt < from) continue;
      const mails = Object.values(report.deliveries);
      intents += mails.length;
      settled += mails.filter(({ status }) => status !== 'sending').length;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { sent: { intents, settled }, ...(await exercisedOf(stores, validated, from)) };
}

/** What a validation observed, each reference followed to an event of its own report, in the window. */
async function exercisedOf(
  stores: TenantStores,
  validation: Evidenced<EventData<'delivery.validated'>> | null,
  from: string,
): Promise<Omit<ValidatorFacts['delivery'], 'sent'>> {
  if (validation === null) return { validated: null, retried: null, escalated: null, redaction: null };
  const { report, outcome, delivered, retried, deadLetter, resumed, redaction } = validation.data;
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
    validated: arrived ? { evidenceId: last.id, time: instantOf(millisOf(last.event.time)) } : null,
    retried: of('report.retried', retried)?.id ?? null,
    escalated: given?.id ?? null,
    redaction: { evidenceId: validation.id, removed: redaction.removed },
  };
}
