import type { JSX } from 'preact';

import type { Status } from '../../schemas/report-figures.js';
import { wordOf } from '../../shared/core/reports/marks.js';
import { markSvg } from '../../shared/core/reports/svg.js';
import { toneOf } from '../../shared/core/reports/tokens.js';

/** A status as its shape and a word, in its colour: the colour alone says nothing. Without `word` the reports' own word. */
export function State({ status, word }: { status: Status; word?: string }): JSX.Element {
  return (
    <span class={`status ${toneOf(status)}`}>
      {/* Ours to the letter: drawn by the reports' module from a closed set. */}
      <span dangerouslySetInnerHTML={{ __html: markSvg(status, 11) }} />
      {word ?? wordOf(status)}
    </span>
  );
}

const steps = { critical: 4, high: 3, medium: 2, low: 1 } as const;
export type SeverityName = keyof typeof steps;

/** A severity as so many of four bars and its word. */
export function Severity({ of }: { of: SeverityName }): JSX.Element {
  return (
    <span class="severity">
      <svg aria-hidden="true" width="17" height="12" viewBox="0 0 17 12">
        {[1, 2, 3, 4].map((step) => (
          <rect
            key={step}
            x={(step - 1) * 4.5}
            y={12 - step * 3}
            width="3"
            height={step * 3}
            fill={step <= steps[of] ? 'var(--ink)' : 'var(--range2)'}
          />
        ))}
      </svg>
      {capital(of)}
    </span>
  );
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** `not_justified` as words. */
export const plain = (code: string): string => capital(code.replaceAll('_', ' ').replace(/\bsla\b/, 'SLA'));

const approvals: Readonly<Record<string, Status>> = {
  pending: 'needs_attention',
  approved: 'on_target',
  denied: 'on_target',
  expired: 'needs_attention',
  self_approved: 'off_target',
  late: 'off_target',
  unrequested: 'off_target',
};
const breakGlass: Readonly<Record<string, Status>> = {
  unreviewed: 'needs_attention',
  overdue: 'off_target',
  justified: 'on_target',
  not_justified: 'off_target',
};
const exceptions: Readonly<Record<string, Status>> = {
  active: 'accepted',
  expired: 'off_target',
  revoked: 'not_applicable',
  unowned: 'off_target',
};
const findings: Readonly<Record<string, Status>> = {
  open: 'off_target',
  resolved: 'needs_attention',
  accepted: 'accepted',
  dismissed: 'not_applicable',
  closed: 'on_target',
};
const reports: Readonly<Record<string, Status>> = {
  requested: 'needs_attention',
  rendered: 'needs_attention',
  approved: 'needs_attention',
  rejected: 'not_applicable',
  cancelled: 'not_applicable',
  expired: 'off_target',
  delivered: 'on_target',
  undelivered: 'off_target',
};
const deliveries: Readonly<Record<string, Status>> = {
  delivered: 'on_target',
  bounced: 'off_target',
  failed: 'off_target',
  unconfirmed: 'needs_attention',
  sending: 'needs_attention',
  not_sent: 'not_applicable',
};
const reviews: Readonly<Record<string, Status>> = {
  waiting: 'needs_attention',
  acknowledged: 'on_target',
  overdue: 'off_target',
};
const drills: Readonly<Record<string, Status>> = {
  running: 'needs_attention',
  passed: 'on_target',
  failed: 'off_target',
};
const runs: Readonly<Record<string, Status>> = {
  requested: 'on_target',
  skipped: 'not_applicable',
  refused: 'off_target',
};
const coverage: Readonly<Record<string, Status>> = {
  covered: 'on_target',
  declared: 'needs_attention',
  observed: 'needs_attention',
  shadow: 'off_target',
  silent: 'off_target',
  uncovered: 'needs_attention',
  retired: 'not_applicable',
};
const clauses: Readonly<Record<string, Status>> = {
  supported: 'on_target',
  partly: 'needs_attention',
  unsupported: 'off_target',
  not_observed: 'not_observed',
  gap: 'not_applicable',
};
const signals: Readonly<Record<string, Status>> = {
  healthy: 'on_target',
  unhealthy: 'off_target',
  unknown: 'not_observed',
};
const sets = {
  approvals,
  breakGlass,
  exceptions,
  findings,
  reports,
  deliveries,
  reviews,
  drills,
  runs,
  coverage,
  clauses,
  signals,
};
const words: Readonly<Record<string, string>> = {
  resolved: 'Claimed resolved',
  healthy: 'Holds',
  unhealthy: 'Does not hold',
  gap: 'No control answers it',
  observed: 'Observed only',
};

/** The status that a word of one of the API's closed sets is drawn with. One nobody knows is not taken for good. */
export const statusIn = (set: keyof typeof sets, code: string): Status => sets[set][code] ?? 'not_observed';

/** A word of one of the API's closed sets, as shape and word. */
export const Code = ({ set, of }: { set: keyof typeof sets; of: string }): JSX.Element => (
  <State status={statusIn(set, of)} word={words[of] ?? plain(of)} />
);
