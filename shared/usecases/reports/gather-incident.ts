import { eventNameOf, eventTypePrefix, isEvidenceOf, type Evidence } from '../../../schemas/evidence.js';
import { day, instantOf, millisOf } from '../../core/kernel/time.js';
import { Refusal } from '../../core/kernel/refusal.js';
import {
  byTime,
  type Incident,
  type IncidentInput,
  type TimelineRow,
} from '../../core/reports/incident/facts.js';
import { membersOf, referencesOf, toldBy, updatesByIncident } from '../../core/reports/incident/updates.js';
import { ofType, timeOf, type Proof } from '../../core/reports/proof.js';
import type { ReportInput } from '../../core/reports/input.js';
import type { TenantStores } from '../../ports.js';
import { eventsWithin, newestProof, standing } from './read-proofs.js';

/** Most updates of an incident that are looked through; the newest. */
const mostUpdates = 1000;
/** Most references followed: those of the opening, of the remediation, then of the newest updates. */
const mostReferences = 1000;

/** Whether an incident was ever opened: without one there is nothing to report. */
export async function anyIncident({ evidence }: TenantStores): Promise<boolean> {
  return (await evidence.search({ type: `${eventTypePrefix}incident.opened`, limit: 1 })).items.length > 0;
}

/**
 * Loads an incident as the log tells it: its opening, what was told of it since, its closing, and the events these refer to.
 * @throws Refusal `not_found` where the log names no such incident.
 */
export async function gatherIncident(
  stores: TenantStores,
  input: ReportInput,
  name: string | undefined,
): Promise<IncidentInput> {
  const { position } = input.posture;
  const opening = await newestProof(
    stores,
    'incident.opened',
    name === undefined ? {} : { incident: name },
    position,
  );
  const [opened] = ofType(opening === null ? [] : [opening], 'incident.opened');
  if (!opened) throw new Refusal('not_found', 'the log names no such incident');
  const { data, proof } = opened;
  const since = { incident: data.incident, from: instantOf(millisOf(timeOf(proof))) };
  const closed = await newestProof(stores, 'incident.closed', since, position);
  const [closing] = ofType(closed === null ? [] : [closed], 'incident.closed');
  const done = closing?.data.remediation ?? [];
  const updates = await updatesOf(stores, input, since);
  const told = updatesByIncident(updates.map(({ evidence }) => evidence)).get(data.incident) ?? [];
  const ids = [
    ...new Set([
      ...(data.evidenceIds ?? []),
      ...done.flatMap((r) => r.evidenceId ?? []),
      ...told.flatMap(referencesOf),
    ]),
  ].slice(0, mostReferences);
  const linked = await linkedEvents(stores, ids, position);
  const { owner, ...known } = toldBy(
    told,
    input.posture.asOf,
    new Set(linked.map(({ evidence }) => evidence.id)),
  );
  const ended: Incident['closed'] = closing
    ? {
        at: timeOf(closing.proof),
        by: closing.proof.evidence.id,
        outcome: closing.data.outcome,
        rootCause: closing.data.rootCause ?? null,
        contributing: closing.data.contributing ?? [],
        detectedBy: closing.data.detectedBy ?? null,
        shouldHaveDetected: closing.data.shouldHaveDetected ?? null,
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
  const own = [proof, ...updates, ...(closing ? [closing.proof] : [])];
  const all = [...new Map([...own, ...linked].map((event) => [event.evidence.id, event])).values()];
  return {
    ...input,
    incident: {
      name: data.incident,
      title: data.title,
      severity: data.severity,
      openedAt: timeOf(proof),
      openedBy: proof.evidence.id,
      detectedAt: data.detectedAt ?? null,
      firstAt: firstOf(linked, data.detectedAt ?? timeOf(proof)),
      ...known,
      owner: owner ?? data.owner ?? null,
      touched: touchedBy(linked),
      closed: ended,
    },
    timeline: all.map(rowOf).sort(byTime),
    unresolved: ids.length - linked.length,
  };
}

/** Updates of the incident since its opening that stand in the log before the report's position, newest first. */
async function updatesOf(
  stores: TenantStores,
  { posture: { asOf, position } }: ReportInput,
  since: { incident: string; from: string },
): Promise<Proof[]> {
  // An event's time may be ahead of the clock by what admission allows.
  const window = { ...since, to: instantOf(millisOf(asOf) + day) };
  const { events } = await eventsWithin(stores, 'incident.updated', window, mostUpdates);
  return standing(stores, events, position);
}

/** Time of the earliest event that is not after the detection. */
function firstOf(linked: readonly Proof[], detectedAt: string): string | null {
  const [first] = linked.map(timeOf).sort((a, b) => millisOf(a) - millisOf(b));
  return first !== undefined && millisOf(first) <= millisOf(detectedAt) ? first : null;
}

async function linkedEvents(
  stores: TenantStores,
  ids: readonly string[],
  position: number,
): Promise<Proof[]> {
  const found = await stores.evidence.getMany(ids);
  return standing(
    stores,
    found.filter((evidence) => evidence !== null),
    position,
  );
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
function whatOf(evidence: Evidence): string {
  const { event } = evidence;
  const { data, type } = event;
  const kind = (eventNameOf(type) ?? type).replaceAll(/[._]/g, ' ');
  if ('decision' in data && 'mode' in data)
    return `${kind}: agent ${data.agent}, ${data.decision} in ${data.mode} mode on ${data.surface}`;
  if (isEvidenceOf(evidence, 'incident.updated')) {
    const members = membersOf(evidence.event.data);
    return members === '' ? kind : `${kind}: ${members}`;
  }
  if ('title' in data) return `${kind}: ${data.title}`;
  if ('approval' in data) return `${kind}: ${data.approval ?? ''}`;
  return kind;
}

function actorOf({ event: { data } }: Evidence): string | null {
  if ('actor' in data) return data.actor ?? null;
  if ('decidedBy' in data) return data.decidedBy;
  if ('requestedBy' in data) return data.requestedBy ?? null;
  if ('approvedBy' in data) return data.approvedBy ?? null;
  if ('materiality' in data && data.materiality) return data.materiality.by;
  return 'owner' in data ? (data.owner ?? null) : null;
}
