import type { EvidenceEvent } from '../../../schemas/evidence.js';
import type { EventData } from '../../../schemas/events/types.js';
import type { Stamp } from './facts.js';
import { isLater } from './stamps.js';

/*
 * Whether a mail arrived, as all that was said of it says together. The provider's word may come after our own doubt or
 * before it, twice, or a day late: what stands goes by who speaks and when, never by the order in which the log hears it.
 */

/** What stands of a mail, with the evidence that says so. */
export type MailOutcome = Stamp & {
  /** `exercised`: a validation held the sends back, so that nothing was learned of the provider. */
  outcome: 'delivered' | 'bounced' | 'failed' | 'exercised';
  /** In the provider's word, or ours. */
  detail: 'delivered' | EventData<'report.bounced'>['status'] | EventData<'report.failed'>['outcome'];
  /** What was said of the mail last, whether or not it stands. */
  said: Stamp;
};

/** Of several mails the one last spoken of. Without `operation` no mail was made, as the report itself failed. */
export type LastMail = MailOutcome & { operation?: string };

/** What outweighs what: the provider's word our own, its delivery its bounce, what was tried what was held back, all the intent. */
const weight = { intent: 0, held: 1, ours: 2, bounced: 3, delivered: 4 } as const;
export type MailWord = keyof typeof weight;

/** Whether what was said of a mail stands in place of what stood: the weightier word, of two of one weight the later. */
export function outweighs(
  [next, nextStamp]: readonly [MailWord, Stamp],
  [before, beforeStamp]: readonly [MailWord, Stamp],
): boolean {
  const more = weight[next] - weight[before];
  return more > 0 || (more === 0 && isLater(nextStamp, beforeStamp));
}

const wordOf = { exercised: 'held', failed: 'ours', bounced: 'bounced', delivered: 'delivered' } as const;

/**
 * What an event says of a mail's arrival; null where it says nothing of it. That a person took up a dead letter says
 * nothing: the mail has not arrived before it does. Nor does a mail that nobody wanted any more.
 */
export function outcomeSaid(event: EvidenceEvent, stamp: Stamp): MailOutcome | null {
  switch (event.type) {
    case 'aispm.report.delivered':
      return { ...stamp, outcome: 'delivered', detail: 'delivered', said: stamp };
    case 'aispm.report.bounced':
      return { ...stamp, outcome: 'bounced', detail: event.data.status, said: stamp };
    case 'aispm.report.failed': {
      const { outcome, exercised, cancelled } = event.data;
      if (cancelled) return null;
      return { ...stamp, outcome: exercised ? 'exercised' : 'failed', detail: outcome, said: stamp };
    }
    default:
      return null;
  }
}

/** One more word on the same mail. */
export function mergedOutcome(before: MailOutcome | undefined, next: MailOutcome): MailOutcome {
  if (before === undefined) return next;
  const stands = outweighs([wordOf[next.outcome], next], [wordOf[before.outcome], before]) ? next : before;
  return { ...stands, said: isLater(next.said, before.said) ? next.said : before.said };
}

/**
 * The mail last spoken of, after what stands of one has changed. `said` never goes back, so which mail it is follows from
 * the words alone, and no other has to be looked at.
 */
export const lastMail = (before: LastMail | undefined, next: LastMail): LastMail =>
  before === undefined ||
  (next.operation !== undefined && next.operation === before.operation) ||
  isLater(next.said, before.said)
    ? next
    : before;
