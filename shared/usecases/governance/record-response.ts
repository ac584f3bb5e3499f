import type { RecordResponse, ResponseAnswer } from '../../../schemas/answers/responses.js';
import { managementRoleSchema } from '../../../schemas/events/responses.js';
import type { EventData } from '../../../schemas/events/types.js';
import { isEvidenceOf } from '../../../schemas/evidence.js';
import { asPseudonym, isPseudonym } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { evidenceIdOf, uuidOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { day, millisOf, type Millis } from '../../core/kernel/time.js';
import { controlById } from '../../core/posture/catalogue.js';
import { utc } from '../../core/projections/stamps.js';
import type { StoredEvidence, TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';
import { recordStatement, serviceSource, type RecordDeps } from '../log/record.js';
import type { Person } from '../reviews/acknowledge.js';

/** A response is to exceptions of at most this long a time: a year, as the longest period of a packet. */
const longest = 366 * day;
const subjectOf = (control: string): string => `control:${control}`;

/**
 * A person answers exceptions to a control for management: the packet of their period quotes it. Another response is
 * another event, and the last counts.
 * @throws Refusal `not_found` for a control that no catalogue has; `separation_of_duties` for an auditor of the tenant;
 * `invalid_request` for a time that makes no sense, or evidence that is not in the log
 */
export async function recordResponse(
  deps: RecordDeps,
  control: string,
  { idempotencyKey, ...body }: RecordResponse,
  { subject, roles }: Person,
  nonce: string,
): Promise<ResponseAnswer> {
  const { stores, keys, clock } = deps;
  refuseUnknown(control);
  if (roles.includes('auditor'))
    throw new Refusal('separation_of_duties', 'who audits the tenant does not answer for its management');
  const role = managementRoleSchema.options.find((one) => roles.includes(one));
  if (role === undefined) throw new Refusal('forbidden', 'this needs a role that answers for management');
  const macKey = await keys.macKey(stores.tenantId);
  const pseudonym = (name: string): string => asPseudonym(macKey, name);
  const id = `response-${uuidOf(stores.tenantId, control, pseudonym(subject), idempotencyKey ?? nonce)}`;
  // A repeat is answered by its first try, and that its due date has passed by now is no fault then.
  if ((await stores.evidence.get(evidenceIdOf(serviceSource.uri, id))) === null)
    await refuseSenseless(stores, body, clock.now());
  const names = [subject, ...(isPseudonym(body.owner) ? [] : [body.owner])];
  await stores.tenant.remember(names.map((name) => ({ pseudonym: pseudonym(name), name })));
  const { evidence } = await recordStatement(deps, {
    name: 'response.recorded',
    id,
    subject: subjectOf(control),
    data: {
      control,
      ...body,
      ...timesOf(body),
      owner: pseudonym(body.owner),
      // As on admission: what a person types goes into the log for good.
      cause: removeSecretsAndAddresses(body.cause).text,
      action: removeSecretsAndAddresses(body.action).text,
      actor: pseudonym(subject),
      role,
    },
  });
  const [answer] = await answersOf(stores, [evidence]);
  if (answer === undefined) throw new Error('a recorded response is one');
  return answer;
}

/** Responses to exceptions of a control, newest first. @throws Refusal `not_found` */
export async function listResponses(
  stores: TenantStores,
  control: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: ResponseAnswer[]; cursor?: string }> {
  refuseUnknown(control);
  const page = await stores.evidence.search({
    type: 'aispm.response.recorded',
    subject: subjectOf(control),
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const items = await answersOf(stores, page.items);
  return { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

function refuseUnknown(control: string): void {
  if (!controlById.has(control)) throw new Refusal('not_found', 'no catalogue has such a control');
}

type Said = Omit<RecordResponse, 'idempotencyKey'>;

async function refuseSenseless(
  { ledger }: TenantStores,
  { from, until, exceptions = [], dueAt, done }: Said,
  now: Millis,
): Promise<void> {
  const refuse = (pointer: string, detail: string): never => {
    throw new Refusal('invalid_request', detail, { pointer });
  };
  if (millisOf(until) > now) refuse('/until', 'what has not happened yet cannot be answered');
  if (millisOf(from) >= millisOf(until)) refuse('/until', 'until is after from');
  if (millisOf(until) - millisOf(from) > longest) refuse('/from', 'a response is to at most 366 days');
  if (dueAt !== undefined && done === undefined && millisOf(dueAt) <= now)
    refuse('/dueAt', 'a due date lies ahead');
  if (done !== undefined && millisOf(done.at) > now) refuse('/done/at', 'what is done lies behind');
  const named = [
    ['/exceptions', exceptions],
    ['/done/evidenceIds', done?.evidenceIds ?? []],
  ] as const;
  for (const [pointer, ids] of named) {
    const known = await ledger.known(ids);
    if (ids.some((one) => !known.has(one))) refuse(pointer, 'it names an event that is not in the log');
  }
}

/** Instants in the one form that the service writes. */
const timesOf = ({ from, until, dueAt, done }: Said) => ({
  from: utc(from),
  until: utc(until),
  ...(dueAt === undefined ? {} : { dueAt: utc(dueAt) }),
  ...(done === undefined ? {} : { done: { ...done, at: utc(done.at) } }),
});

const answersOf = (stores: TenantStores, events: readonly StoredEvidence[]): Promise<ResponseAnswer[]> =>
  Promise.all(
    events.flatMap((evidence) =>
      isEvidenceOf(evidence, 'response.recorded') ? [answerOf(stores, evidence, evidence.event.data)] : [],
    ),
  );

function answerOf(
  stores: TenantStores,
  { id, event }: StoredEvidence,
  data: EventData<'response.recorded'>,
): Promise<ResponseAnswer> {
  const links = linksOf(stores.tenantId);
  return withNames(stores.tenant, {
    evidenceId: id,
    recordedAt: event.time,
    ...data,
    links: { control: links.at('controls', data.control), ...links.evidence(id) },
  });
}
