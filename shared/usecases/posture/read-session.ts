import type { z } from 'zod';

import type { sessionSchema, sessionStepSchema } from '../../../schemas/answers/sessions.js';
import { isEvidenceOf } from '../../../schemas/evidence.js';
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../core/kernel/bytes.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf, millisOf } from '../../core/kernel/time.js';
import type { Approval } from '../../core/projections/documents.js';
import { approvalId, sessionId } from '../../core/projections/keys.js';
import type { Session } from '../../core/projections/session.js';
import { compare } from '../../core/projections/workspace.js';
import type { StoredEvidence, TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';

type Step = z.infer<typeof sessionStepSchema>;
type Links = ReturnType<typeof linksOf>;
type Paging = { limit: number; cursor?: string | undefined };

/**
 * A run of an agent in time order. Events name their session and are read page by page; approvals do not, so the steps of
 * those that its actions were routed to are put between the events by their own times. A page ends with an event, and
 * steps later than it wait for the next page: nothing is shown twice, whatever the length of a page.
 * @throws Refusal `not_found`; `invalid_request` for a cursor that this list did not issue
 */
export async function readSession(
  stores: TenantStores,
  name: string,
  { limit, cursor }: Paging,
): Promise<z.infer<typeof sessionSchema>> {
  const id = sessionId(name);
  const session = (await stores.ledger.read([id])).get(id);
  if (session?.kind !== 'session') throw new Refusal('not_found', 'there is no such session');
  const from = cursor === undefined ? { after: '', inner: undefined } : openPlace(cursor);
  const page = await stores.evidence.search({
    session: name,
    order: 'oldest',
    limit,
    ...(from.inner === undefined ? {} : { cursor: from.inner }),
  });
  const links = linksOf(stores.tenantId);
  const last = page.items.at(-1);
  const until = page.cursor === undefined || last === undefined ? null : timeOf(last);
  const approvals = await approvalsOf(stores, session);
  const between = approvals
    .flatMap((approval) => approvalSteps(approval, links))
    .filter(({ time }) => time > from.after && (until === null || time <= until));
  const steps = [...page.items.map((event) => eventStep(event, approvals, links)), ...between];
  return withNames(stores.tenant, {
    ...shown(session),
    steps: steps.sort((a, b) => compare(a.time, b.time) || compare(a.evidenceId, b.evidenceId)),
    ...(page.cursor === undefined || until === null ? {} : { cursor: placeOf(until, page.cursor) }),
    links: {
      evidence: links.filtered('evidence', 'session', name),
      agent: links.item('agent', session.agent).self,
    },
  });
}

const shown = ({ name, agent, first, last, state, decisions, intent, approvals }: Session) => ({
  name,
  agent,
  first,
  last,
  ...(state === undefined ? {} : { state }),
  decisions,
  ...(intent === undefined ? {} : { intent: intent.id }),
  approvals,
});

async function approvalsOf(stores: TenantStores, { approvals }: Session): Promise<Approval[]> {
  if (approvals.length === 0) return [];
  const found = await stores.ledger.read(approvals.map(approvalId));
  return [...found.values()].filter((document): document is Approval => document.kind === 'approval');
}

const timeOf = ({ event }: StoredEvidence): string => instantOf(millisOf(event.time));

function eventStep(evidence: StoredEvidence, approvals: readonly Approval[], links: Links): Step {
  const { id, event } = evidence;
  const base = { time: timeOf(evidence), evidenceId: id, links: links.evidence(id) };
  if (isEvidenceOf(evidence, 'decision.recorded')) {
    const { raw: _raw, ...data } = evidence.event.data;
    const { decision, mode, surface, operation, target, ran } = data;
    const action = [surface, operation, target].filter((part) => part !== undefined).join(' ');
    const routed = approvals.find(({ name }) => name === data.approval);
    return {
      ...base,
      what: 'decision',
      words: `${action}: ${decision.replaceAll('_', ' ')}${mode === 'shadow' ? ' in shadow' : ''}, ${ran ? 'ran' : 'did not run'}`,
      data,
      ...(routed === undefined ? {} : { approval: { name: routed.name, status: routed.status } }),
    };
  }
  if (isEvidenceOf(evidence, 'session.recorded'))
    return { ...base, what: 'session', words: `run ${evidence.event.data.state}`, data: evidence.event.data };
  if (isEvidenceOf(evidence, 'intent.declared'))
    return { ...base, what: 'intent', words: evidence.event.data.intent, data: evidence.event.data };
  return { ...base, what: 'event', words: event.type };
}

function approvalSteps({ name, status, requested, decided, reviewed }: Approval, links: Links): Step[] {
  const step = (what: Step['what'], stamp: { time: string; id: string }, words: string): Step => ({
    time: stamp.time,
    evidenceId: stamp.id,
    what,
    words,
    approval: { name, status },
    links: links.evidence(stamp.id),
  });
  return [
    ...(requested ? [step('approval_requested', requested, `approval ${name} requested`)] : []),
    ...(decided ? [step('approval_decided', decided, `approval ${name} ${decided.outcome}`)] : []),
    ...(reviewed
      ? [
          step(
            'breakglass_reviewed',
            reviewed,
            `break-glass ${name} reviewed: ${reviewed.outcome.replaceAll('_', ' ')}`,
          ),
        ]
      : []),
  ];
}

/** Where a page ended: the time of its last event, and the store's own cursor. */
const placeOf = (after: string, inner: string): string => toBase64Url(utf8(JSON.stringify([after, inner])));

function openPlace(cursor: string): { after: string; inner: string } {
  try {
    const place: unknown = JSON.parse(fromUtf8(fromBase64Url(cursor)));
    if (Array.isArray(place) && place.length === 2 && place.every((part) => typeof part === 'string'))
      return { after: String(place[0]), inner: String(place[1]) };
  } catch {
    // Not base64url, not UTF-8 or not JSON: refused below, all alike.
  }
  throw new Refusal('invalid_request', 'the cursor is not one of this list');
}
