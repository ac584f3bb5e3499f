import type { EventName } from '../../../schemas/events/types.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { canonicalText } from '../../core/kernel/canonical.js';
import { evidenceIdOf, uuidOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { day, instantOf, millisOf } from '../../core/kernel/time.js';
import type { Config } from '../../core/projections/config.js';
import type { Stamp } from '../../core/projections/facts.js';
import { utc } from '../../core/projections/stamps.js';
import { configIn } from '../tenants/config.js';
import { foldUntil } from '../log/fold.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';
import { recordStatement, serviceSource, type RecordDeps, type Statement } from '../log/record.js';
import { decideAsSecond, timeToDecide, waitingRecords, type Decision } from './second-person.js';

/*
 * What one person asks for, and is evidence once another approves: from then on it stands until it expires, or until the
 * next of its kind is approved in its place. Overrides of controls and limits of indicators are such statements.
 *
 * The request waits in a record. The record moves first and the evidence second: if the process dies between the two, the
 * same person approves again and completes it, unless another is approved by then; and nobody can reject what is decided.
 */

/** What is asked for. `expiresAt`: the end of it, once it is approved. */
type Wish = { expiresAt: string };
type Request = {
  id: string;
  reason: string;
  requestedBy: string;
  requestedAt: string;
  decideBy: string;
  base: string | null;
  decidedBy?: string;
  decidedAt?: string;
  decisionReason?: string;
};
/** A request as its record keeps it. */
type Kept<W> = W & Request & { status: 'pending' | Decision };
/** `kind`: of its records; ids of these and of the evidence begin with it. */
type Kind = { kind: string };

/** One kind of statement: what is particular to it. */
export type Matter<W extends Wish, N extends EventName> = Kind & {
  /** As refusals say it: `an override`, `the override`; `outdated`: that another was approved since. */
  words: { asked: string; name: string; outdated: string };
  /** The last that the log knows, whether it stands or has ended, in whose place this one would come. */
  last: (config: Config, wish: W) => Stamp | undefined;
  /** What the log is told once it is approved. */
  statement: (asked: Kept<W>, approvedBy: string) => Omit<Statement<N>, 'id'>;
  links: (at: ReturnType<typeof linksOf>['at'], wish: W) => Record<string, string>;
};

/** What a person says in asking for it: the wish, and why. */
type Said<W> = { wish: W; reason: string; subject: string };
type Meant<W> = { id: string; isMeant?: (wish: W) => boolean };
export type Decided = { decision: Decision; subject: string; reason: string | undefined };
type Answer<W> = W &
  Request & {
    status: 'pending' | Decision | 'expired' | 'outdated';
    inForce: boolean;
    evidenceId: string | null;
    links: Record<string, string>;
  };

export type Statements<W> = {
  /**
   * Asks for it. Asked again by the same person while it is open, it is the same request.
   * @throws Refusal `invalid_request` for an expiry that has passed or lies more than 366 days ahead
   */
  request: (deps: RecordDeps, said: Said<W>) => Promise<Answer<W>>;
  /** A page of what was asked for, in no order that means anything; short of its limit where `isMeant` leaves some out. */
  list: (
    deps: RecordDeps,
    page: { limit: number; cursor?: string | undefined },
    isMeant?: (wish: W) => boolean,
  ) => Promise<{ items: Answer<W>[]; cursor?: string }>;
  /** Those that wait: open, or outdated and not rejected yet. */
  waiting: (deps: RecordDeps) => Promise<Answer<W>[]>;
  /**
   * A second person decides. Approved, it is evidence that names both, and in force before the answer.
   * @throws Refusal `not_found`, also for one that is not meant; `separation_of_duties` where the requester approves;
   * `conflict` where it was decided otherwise, too late, or another was approved since it was asked for
   */
  decide: (deps: RecordDeps, asked: Meant<W>, decided: Decided) => Promise<Answer<W>>;
};

/** It stands at most this long; then it is asked for anew. */
const longest = 366 * day;

export const statementsOf = <W extends Wish, N extends EventName>(matter: Matter<W, N>): Statements<W> => ({
  request: (deps, said) => requested(deps, matter, said),
  list: async (deps, { limit, cursor }, isMeant = () => true) => {
    const from = cursor === undefined ? {} : { cursor };
    const page = await deps.stores.records.list<Kept<W>>({ kind: matter.kind, limit, ...from });
    const config = await configIn(deps.stores);
    const meant = page.items.filter(isMeant);
    const items = await Promise.all(meant.map((one) => answerOf(deps, matter, config, one)));
    return { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
  },
  waiting: async (deps) => {
    const config = await configIn(deps.stores);
    const open = await waitingRecords<Kept<W>>(deps, matter.kind);
    return Promise.all(open.map((one) => answerOf(deps, matter, config, one)));
  },
  decide: (deps, asked, decided) => decide(deps, matter, asked, decided),
});

const recordIn = ({ kind }: Kind, id: string): string => `${kind}:${id}`;
const eventIn = ({ kind }: Kind, id: string): string => `${kind}-${id}`;
const evidenceIn = (matter: Kind, id: string): string => evidenceIdOf(serviceSource.uri, eventIn(matter, id));

async function requested<W extends Wish, N extends EventName>(
  deps: RecordDeps,
  matter: Matter<W, N>,
  { wish, reason, subject }: Said<W>,
): Promise<Answer<W>> {
  const { stores, keys, clock } = deps;
  const now = clock.now();
  const expires = millisOf(wish.expiresAt);
  if (expires <= now || expires > now + longest)
    throw new Refusal('invalid_request', 'expiresAt lies in the next 366 days', { pointer: '/expiresAt' });
  const requestedBy = pseudonymOf(await keys.macKey(stores.tenantId), subject);
  await stores.tenant.remember([{ pseudonym: requestedBy, name: subject }]);
  const config = await configIn(stores);
  const base = matter.last(config, wish)?.id ?? null;
  const same = uuidOf(matter.kind, stores.tenantId, canonicalText(wish), requestedBy, base ?? 'none');
  const asked: Kept<W> = {
    ...wish,
    id: await openId(deps, matter, same),
    status: 'pending',
    expiresAt: utc(wish.expiresAt),
    // As on admission: what a person types goes into the log for good.
    reason: removeSecretsAndAddresses(reason).text,
    requestedBy,
    requestedAt: instantOf(now),
    decideBy: instantOf(Math.min(now + timeToDecide, expires)),
    base,
  };
  await stores.records.put(recordIn(matter, asked.id), matter.kind, asked, null);
  return answerOf(deps, matter, config, (await found<W>(deps, matter, asked.id)).value);
}

/** What was decided, or not in time, can be asked for again: the same wish has another id from then on. */
async function openId<W extends Wish>(deps: RecordDeps, matter: Kind, id: string): Promise<string> {
  const { stores, clock } = deps;
  const known = await stores.records.get<Kept<W>>(recordIn(matter, id));
  if (known === null) return id;
  const { status, decideBy, decidedAt = decideBy } = known.value;
  if (status === 'pending' && clock.now() < millisOf(decideBy)) return id;
  return openId(deps, matter, uuidOf(matter.kind, stores.tenantId, id, decidedAt));
}

async function decide<W extends Wish, N extends EventName>(
  deps: RecordDeps,
  matter: Matter<W, N>,
  { id, isMeant = () => true }: Meant<W>,
  { decision, subject, reason }: Decided,
): Promise<Answer<W>> {
  const { stores, clock } = deps;
  const { kind, words } = matter;
  const asked = await found<W>(deps, matter, id);
  if (!isMeant(asked.value)) throw new Refusal('not_found', 'there is no such request');
  const outdated = (await isOutdated(deps, matter, await configIn(stores), asked.value))
    ? words.outdated
    : undefined;
  const { decided } = await decideAsSecond(
    deps,
    { id: recordIn(matter, id), kind, ...asked },
    { decision, subject, reason },
    { ...words, late: 'the time to decide on the request is over', outdated },
  );
  if (decision === 'approved') {
    const statement = matter.statement(decided, decided.decidedBy ?? '');
    await recordStatement<N>(deps, { ...statement, id: eventIn(matter, id) });
    // Where it changes how everything is judged, the sweep ends here and not with the next event.
    await foldUntil({ ledger: stores.ledger, now: () => clock.now() }, 0);
  }
  return answerOf(deps, matter, await configIn(stores), decided);
}

/** Whether another was approved since this was asked for. One that is in the log itself, whatever came after it, is not. */
async function isOutdated<W extends Wish, N extends EventName>(
  { stores }: RecordDeps,
  matter: Matter<W, N>,
  config: Config,
  asked: Kept<W>,
): Promise<boolean> {
  if ((matter.last(config, asked)?.id ?? null) === asked.base) return false;
  return (await stores.ledger.entryOf(evidenceIn(matter, asked.id))) === null;
}

async function found<W extends Wish>(
  { stores }: RecordDeps,
  matter: Kind,
  id: string,
): Promise<{ value: Kept<W>; etag: string }> {
  const record = await stores.records.get<Kept<W>>(recordIn(matter, id));
  if (record === null) throw new Refusal('not_found', 'there is no such request');
  return record;
}

async function answerOf<W extends Wish, N extends EventName>(
  deps: RecordDeps,
  matter: Matter<W, N>,
  config: Config,
  asked: Kept<W>,
): Promise<Answer<W>> {
  const { stores, clock } = deps;
  const now = clock.now();
  const evidence = evidenceIn(matter, asked.id);
  const known = asked.status === 'approved' && (await stores.ledger.entryOf(evidence)) !== null;
  const late = asked.status === 'pending' && millisOf(asked.decideBy) <= now;
  const outdated = asked.status === 'pending' && (await isOutdated(deps, matter, config, asked));
  const evidenceId = known ? evidence : null;
  const links = linksOf(stores.tenantId);
  return withNames(stores.tenant, {
    ...asked,
    status: late ? 'expired' : outdated ? 'outdated' : asked.status,
    inForce: matter.last(config, asked)?.id === evidence && millisOf(asked.expiresAt) > now,
    evidenceId,
    links: { ...matter.links(links.at, asked), ...links.evidence(evidenceId) },
  });
}
