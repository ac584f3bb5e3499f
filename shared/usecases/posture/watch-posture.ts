import type { PostureEvent } from '../../../schemas/answers/changes.js';
import type { Posture } from '../../../schemas/posture.js';
import { canonicalText } from '../../core/kernel/canonical.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { second, type Millis } from '../../core/kernel/time.js';
import { postureOf } from '../../core/posture/posture.js';
import type { TenantStores } from '../../ports.js';
import { standing } from './diff-posture.js';
import { linksOf } from '../links.js';
import { summaryIn } from '../log/replay.js';

/** Between two looks at the head: one point read each. */
const lookEvery = 5 * second;

/** What a reader saw last: the event's id, `position:clock:digest`. Any instance can go on from it. */
export type SeenPosture = { position: number; clock: string; digest: string };

/** @throws Refusal `invalid_request` for an id that no event had */
export function parseEventId(id: string): SeenPosture {
  const [, position = '', clock = '', digest = ''] =
    /^(\d{1,12}):(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z):([0-9a-f]{16})$/.exec(id) ?? [];
  if (digest === '') throw new Refusal('invalid_request', 'Last-Event-ID is not one of this stream');
  return { position: Number(position), clock, digest };
}

/**
 * The posture as soon as it is another than the reader saw last; null where it stays the same while the reader waits. An
 * entry or a tick that leaves the posture as it was is no change.
 */
export async function watchPosture(
  { stores, pause }: { stores: TenantStores; pause: (ms: Millis) => Promise<void> },
  last: SeenPosture | null,
  wait: Millis,
): Promise<{ id: string; data: PostureEvent } | null> {
  const links = linksOf(stores.tenantId);
  let looked: string | null | undefined;
  for (let waited = 0; ; waited += lookEvery) {
    const etag = (await stores.ledger.head())?.etag ?? null;
    if (etag !== looked) {
      looked = etag;
      const posture = postureOf(stores.tenantId, await summaryIn(stores.ledger));
      const digest = digestOf(posture);
      if (digest !== last?.digest)
        return { id: `${posture.position}:${posture.asOf}:${digest}`, data: eventOf(posture, last, links) };
    }
    if (waited >= wait) return null;
    await pause(Math.min(lookEvery, wait - waited));
  }
}

/** Of everything posture says but when it says it; links follow from the rest. */
const digestOf = ({ position: _position, asOf: _asOf, links: _links, ...posture }: Posture): string =>
  sha256Hex(canonicalText(posture)).slice(0, 16);

function eventOf(
  posture: Posture,
  last: SeenPosture | null,
  links: ReturnType<typeof linksOf>,
): PostureEvent {
  const { position, asOf } = posture;
  const since = last === null || last.clock > asOf ? null : last.clock;
  return {
    ...standing(posture),
    links: {
      posture: `${links.at('posture')}?position=${position}&asOf=${encodeURIComponent(asOf)}`,
      ...(since === null
        ? {}
        : {
            changes: `${links.at('posture', 'diff')}?from=${encodeURIComponent(since)}&to=${encodeURIComponent(asOf)}`,
          }),
    },
  };
}
