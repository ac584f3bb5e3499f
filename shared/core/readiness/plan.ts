import type { Packet } from '../../../schemas/packets.js';
import type { Plan } from '../../../schemas/plan.js';
import type { Readiness, ReadinessTarget } from '../../../schemas/readiness.js';
import { failingBehind, notShown, restsOn } from './packet-rules.js';
import { actionFor, workOf, workOfCheck, type Work } from './plan-work.js';

type Item = Omit<Plan['items'][number], 'order'>;

const typesOf = ({ leaves }: { leaves: readonly string[] }): string[] =>
  leaves.map((name) => `aispm.${name}`);

/**
 * What is still to do for the decision to be ready, in order. A blocker that rests on a validator's packet is one item for
 * each check that fails, and one more where posture itself is against it.
 */
export function planOf(
  { blockers, checks }: Pick<Readiness, 'blockers' | 'checks'>,
  target: ReadinessTarget,
  all: readonly Packet[],
): Plan['items'] {
  const packets = restsOn(target, all);
  const digest = packets.find(({ release_digest }) => release_digest !== null)?.release_digest ?? null;
  const found = (id: string): string => checks.find(({ name }) => name === id)?.message ?? '';
  const items = blockers
    .toSorted((a, b) => workOf(a.id).rank - workOf(b.id).rank)
    .flatMap(({ id, title, resolution, owner, evidenceIds }): Item[] => {
      const todo = (work: Work) => ({
        blocker: id,
        title,
        action: actionFor(work.action ?? resolution, work, digest),
        owner: work.owner ?? owner,
        leaves: typesOf(work),
      });
      const failing = failingBehind(id, packets);
      const whole = failing.length === 0 || found(id) !== notShown(id, packets);
      return [
        ...(whole ? [{ ...todo(workOf(id)), check: null, found: found(id), evidenceIds }] : []),
        ...failing.map(({ name, message, evidenceIds: shown }) => ({
          ...todo(workOfCheck(name) ?? workOf(id)),
          check: name,
          found: message,
          evidenceIds: shown,
        })),
      ];
    });
  return items.map((item, n) => ({ order: n + 1, ...item }));
}
