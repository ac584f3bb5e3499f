import type { z } from 'zod';

import type { Change, diffQuerySchema, diffSchema, PostureEvent } from '../../../schemas/answers/changes.js';
import type { Posture } from '../../../schemas/posture.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf, millisOf, type Millis } from '../../core/kernel/time.js';
import { changesOf } from '../../core/posture/changes.js';
import { postureOf } from '../../core/posture/posture.js';
import { compare } from '../../core/projections/workspace.js';
import type { LedgerStore } from '../../ports.js';
import { foldEvents, foldUntil, headOf } from '../log/fold.js';
import type { Pending } from '../log/fold-run.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';
import { readPage } from '../log/rebuild.js';
import { knownAt, replay, summaryIn, type ReplayDeps } from '../log/replay.js';

/** A page ends behind the entry that brings it to this many changes. */
const changesAPage = 1_000;
/** Time alone may change much at once; beyond this the instants lie too far apart for one answer. */
const mostChanges = 10_000;

/**
 * What changed between two instants, by folding what lies between them anew, entry by entry: each change is the change of a
 * document in one commit, so its cause is the entry of that commit, or time.
 * @throws Refusal `invalid_request` for instants in the wrong order or ahead of `now`, and otherwise as `replay`
 */
export async function diffPosture(
  deps: ReplayDeps,
  query: z.output<typeof diffQuerySchema>,
  now: Millis,
): Promise<z.infer<typeof diffSchema>> {
  const log = deps.stores.ledger;
  const from = instantOf(millisOf(query.from));
  const to = instantOf(query.to === undefined ? now : millisOf(query.to));
  if (from > to) throw new Refusal('invalid_request', 'from lies behind to');
  if (to > instantOf(now)) throw new Refusal('invalid_request', 'to lies ahead of now');
  const { document: head } = await headOf(log);
  const end = await knownAt(log, head, to);
  const start = query.cursor === undefined ? await knownAt(log, head, from) : placeOf(query.cursor, end);
  const past = query.cursor === undefined ? { asOf: from } : { position: start };
  const { ledger } = await replay(deps, past, now);
  const changes: Change[] = [];
  const watched = watching(ledger, deps.stores.tenantId, changes);
  const before = await standingOf(deps, ledger);
  const page = start < end ? await readPage(deps.stores, start, Math.min(end, start + query.limit)) : [];
  let reached = start;
  for (const one of page) {
    if (changes.length >= changesAPage) break;
    watched.folds(one, reached);
    await foldEvents({ ledger: watched.ledger, now: () => 0 }, [one]);
    await foldUntil({ ledger: watched.ledger, now: () => 0 }, 0);
    reached += 1;
  }
  const done = reached >= end;
  if (done) {
    watched.folds(null, reached);
    await foldUntil({ ledger: watched.ledger, now: () => millisOf(to) }, millisOf(to));
  }
  const links = linksOf(deps.stores.tenantId);
  const at = (instant: string): string => `${links.at('posture')}?asOf=${encodeURIComponent(instant)}`;
  return withNames(deps.stores.tenant, {
    from,
    to,
    before,
    after: await standingOf(deps, ledger),
    changes,
    ...(done ? {} : { cursor: String(reached) }),
    links: { before: at(from), after: at(to) },
  });
}

function placeOf(cursor: string, end: number): number {
  const place = /^\d{1,9}$/.test(cursor) ? Number(cursor) : -1;
  if (place < 0 || place > end) throw new Refusal('invalid_request', 'the cursor is not one of this list');
  return place;
}

/** The ledger, telling what each commit changes. */
function watching(
  ledger: LedgerStore,
  tenantId: ReplayDeps['stores']['tenantId'],
  changes: Change[],
): { ledger: LedgerStore; folds: (pending: Pending | null, position: number) => void } {
  const links = linksOf(tenantId);
  let folding: { pending: Pending; position: number } | null = null;
  /** The entry whose wide change is worked through: what its sweep changes is its doing. */
  let wide: Change['cause'] | null = null;
  const causeOf = (entries: number): Change['cause'] => {
    if (entries === 0 || folding === null) return wide ?? { by: 'time' };
    const { pending, position } = folding;
    const { id, event } = pending.evidence;
    return { by: 'evidence', position, evidenceId: id, type: event.type };
  };
  const watched: LedgerStore = {
    ...ledger,
    async commit(batch) {
      const ids = [...batch.documents.map(({ id }) => id), ...batch.deletes];
      const before = await ledger.read(ids);
      const result = await ledger.commit(batch);
      if (result.status !== 'committed') return result;
      const cause = causeOf(batch.entries.length);
      const head = batch.documents.find((document) => document.kind === 'head');
      wide = head?.sweep ? cause : null;
      const more = links.evidence(cause.by === 'evidence' ? cause.evidenceId : null);
      const pairs = [
        ...batch.documents.map((document) => [before.get(document.id) ?? null, document] as const),
        ...batch.deletes.map((id) => [before.get(id) ?? null, null] as const),
      ];
      const found = pairs
        .flatMap(([was, is]) => changesOf(was, is))
        .sort((a, b) => compare(a.subject, b.subject) || compare(a.aspect, b.aspect));
      changes.push(...found.map((change) => ({ at: head?.clock ?? '', ...change, cause, links: more })));
      if (changes.length > mostChanges)
        throw new Refusal('invalid_request', `more than ${mostChanges} changes: bring the instants nearer`);
      return result;
    },
  };
  return {
    ledger: watched,
    folds: (pending, position) => {
      folding = pending === null ? null : { pending, position };
    },
  };
}

const standingOf = async ({ stores }: Pick<ReplayDeps, 'stores'>, ledger: LedgerStore): Promise<Standing> =>
  standing(postureOf(stores.tenantId, await summaryIn(ledger)));

export type Standing = Omit<PostureEvent, 'links'>;

/** How a posture stands, in short. */
export const standing = ({ position, asOf, verdict, reasons, score, layers }: Posture): Standing => ({
  position,
  asOf,
  verdict,
  reasons,
  score,
  layers: Object.fromEntries(Object.entries(layers).map(([name, { status }]) => [name, status])),
  openFindings: layers.findings.open,
});
