import { eventNameOf, eventTypePrefix, type Evidence } from '../../../schemas/evidence.js';
import { Refusal } from '../../core/kernel/refusal.js';
import type { Incident, IncidentInput, TimelineRow } from '../../core/reports/incident/facts.js';
import { ofType, timeOf, type Proof } from '../../core/reports/proof.js';
import type { ReportInput } from '../../core/reports/input.js';
import type { TenantStores } from '../../ports.js';
import { newestProofs } from './read-proofs.js';

/** Most incidents looked through for one name. */
const most = 200;

/** Whether an incident was ever opened: without one there is nothing to report. */
export async function anyIncident({ evidence }: TenantStores): Promise<boolean> {
  return (await evidence.search({ type: `${eventTypePrefix}incident.opened`, limit: 1 })).items.length > 0;
}

/**
 * Loads an incident as the log tells it: its opening, its closing, and the events both refer to.
 * @throws Refusal `not_found` where the log names no such incident.
 */
export async function gatherIncident(
  stores: TenantStores,
  input: ReportInput,
  name: string | undefined,
): Promise<IncidentInput> {
  const proofs = await newestProofs(
    stores,
    ['incident.opened', 'incident.closed'],
    input.posture.position,
    most,
  );
  const opened = ofType(proofs, 'incident.opened').find(
    ({ data }) => name === undefined || data.incident === name,
  );
  if (!opened) throw new Refusal('not_found', 'the log names no such incident');
  const { data, proof } = opened;
  const closing = ofType(proofs, 'incident.closed').find(
    (c) => c.data.incident === data.incident && timeOf(c.proof) >= timeOf(proof),
  );
  const done = closing?.data.remediation ?? [];
  const ids = [...new Set([...(data.evidenceIds ?? []), ...done.flatMap((r) => r.evidenceId ?? [])])];
  const linked = await linkedEvents(stores, ids, input.posture.position);
  const closed: Incident['closed'] = closing
    ? {
        at: timeOf(closing.proof),
        by: closing.proof.evidence.id,
        outcome: closing.data.outcome,
        rootCause: closing.data.rootCause ?? null,
        remediation: done.map(({ action, evidenceId }) => {
          const event = linked.find(({ evidence }) => evidence.id === evidenceId);
          return {
            action,
            evidenceId: evidenceId ?? null,
            resolves: event !== undefined,
            at: event ? timeOf(event) : null,
          };
        }),
        approvedBy: closing.data.approvedBy ?? null,
        lessons: closing.data.lessons ?? [],
        followUps: closing.data.followUps ?? [],
      }
    : null;
  const all = [proof, ...linked, ...(closing ? [closing.proof] : [])];
  return {
    ...input,
    incident: {
      name: data.incident,
      title: data.title,
      severity: data.severity,
      openedAt: timeOf(proof),
      openedBy: proof.evidence.id,
      detectedAt: data.detectedAt ?? null,
      owner: data.owner ?? null,
      touched: touchedBy(linked),
      closed,
    },
    timeline: all
      .map(rowOf)
      .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.id < b.id ? -1 : 1)),
    unresolved: ids.length - linked.length,
  };
}

async function linkedEvents(
  stores: TenantStores,
  ids: readonly string[],
  position: number,
): Promise<Proof[]> {
  const found = await stores.evidence.getMany(ids);
  const proofs: Proof[] = [];
  for (const evidence of found) {
    const entry = evidence && (await stores.ledger.entryOf(evidence.id));
    if (evidence && entry && entry.position < position) proofs.push({ evidence, position: entry.position });
  }
  return proofs;
}

function touchedBy(proofs: readonly Proof[]): Incident['touched'] {
  const decisions = ofType(proofs, 'decision.recorded').map(({ data }) => data);
  const different = (names: readonly (string | undefined)[]): number =>
    new Set(names.filter((name) => name !== undefined)).size;
  return {
    agents: different(decisions.map((d) => d.agent)),
    repositories: different(decisions.map((d) => d.repository)),
    tools: different(decisions.map((d) => d.tool)),
  };
}

function rowOf({ evidence }: Proof): TimelineRow {
  return {
    time: evidence.event.time,
    what: whatOf(evidence),
    actor: actorOf(evidence),
    source: evidence.admission.sourceId,
    id: evidence.id,
  };
}

/** What an event says, in a line: its type, then its own words. */
function whatOf({ event }: Evidence): string {
  const { data, type } = event;
  const kind = (eventNameOf(type) ?? type).replaceAll(/[._]/g, ' ');
  if ('decision' in data && 'mode' in data)
    return `${kind}: agent ${data.agent}, ${data.decision} in ${data.mode} mode on ${data.surface}`;
  if ('title' in data) return `${kind}: ${data.title}`;
  if ('approval' in data) return `${kind}: ${data.approval ?? ''}`;
  return kind;
}

function actorOf({ event: { data } }: Evidence): string | null {
  if ('actor' in data) return data.actor ?? null;
  if ('decidedBy' in data) return data.decidedBy;
  if ('requestedBy' in data) return data.requestedBy ?? null;
  if ('approvedBy' in data) return data.approvedBy ?? null;
  return 'owner' in data ? (data.owner ?? null) : null;
}
