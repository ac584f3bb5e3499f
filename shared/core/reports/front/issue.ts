import type { ReportDocument } from '../../../../schemas/report-document.js';
import { day } from '../../kernel/time.js';
import type { ReportInput } from '../input.js';
import { inventoryGap } from '../kpis/measures.js';
import { counted, fitting } from '../text.js';
import { day as dayWords } from '../format.js';

type Issue = ReportDocument['issue'];
type Cause = Extract<Issue, { state: 'qualified' }>['causes'][number];
type Reason = { cause: Cause; what: string; lift: string };

/** What forbids to issue the report without saying so. Bad news never waits: it is issued, qualified. */
function reasonsOf(input: ReportInput): Reason[] {
  const { posture, rehearsal, settings, listsPosition } = input;
  const { evidence, findings } = posture.layers;
  const gap = inventoryGap(posture, settings.inventoryFreshDays);
  const unsigned = evidence.live - evidence.signedByTrusted;
  const old = evidence.freshOf - evidence.fresh;
  const late = listsPosition - posture.position;
  const reasons: (Reason | false)[] = [
    findings.open.critical > 0 && {
      cause: 'blocking_finding_open',
      what: `${counted(findings.open.critical, 'critical finding')} open`,
      lift: 'closing the critical findings',
    },
    gap !== null && { cause: 'inventory_stale', what: gap.words, lift: 'a new inventory' },
    unsigned > 0 && {
      cause: 'source_untrusted',
      what: `${counted(unsigned, 'event')} unsigned`,
      lift: 'signing sources',
    },
    old > 0 && {
      cause: 'evidence_stale',
      what: `${counted(old, 'agent')} not heard from`,
      lift: 'fresh evidence',
    },
    evidence.unfoldable > 0 && {
      cause: 'population_incomplete',
      what: `${counted(evidence.unfoldable, 'event')} not folded`,
      lift: 'repair of the events',
    },
    late > 0 && {
      cause: 'late_evidence_pending',
      what: `${counted(late, 'late event')}`,
      lift: 'the next report',
    },
    rehearsal && {
      cause: 'rehearsal_environment',
      what: 'rehearsal environment',
      lift: 'a production environment',
    },
  ];
  return reasons.filter((reason) => reason !== false);
}

/** State of issue: "Qualified: what. What it touches. What would lift it, owner, date." in at most 200 characters. */
export function issueOf(input: ReportInput): Issue {
  const reasons = reasonsOf(input);
  const [first] = reasons;
  if (!first) return { state: 'issued' };
  const what = reasons.map((r) => r.what).join('; ');
  const touches = 'Touches the verdict and the score';
  const by = dayWords(new Date(Date.parse(input.posture.asOf) + 7 * day).toISOString());
  const rest = reasons.length - 1;
  const more = rest === 0 ? '' : ` and ${counted(rest, 'more cause')}`;
  const text = fitting(
    200,
    `Qualified: ${what}. ${touches}. Lifted by ${reasons.map((r) => r.lift).join(', ')}; CISO, ${by}.`,
    `Qualified: ${what}. ${touches}. Lifted when none is left; CISO, ${by}.`,
    `Qualified: ${what}. ${touches}. CISO, ${by}.`,
    `Qualified: ${first.what}${more}. ${touches}. Lifted when none is left; CISO, ${by}.`,
  );
  return { state: 'qualified', text, causes: reasons.map((r) => r.cause) };
}
