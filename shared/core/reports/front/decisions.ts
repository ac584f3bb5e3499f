import type { BlockOf } from '../../../../schemas/report-blocks.js';
import { day, instantOf, millisOf } from '../../kernel/time.js';
import type { Finding } from '../../projections/documents.js';
import type { ReportInput } from '../input.js';
import { inventoryGap } from '../kpis/measures.js';
import { expiring } from '../kpis/period-measures.js';
import { counted, findingWords, fingerprint, person, quoted, type Refs } from '../text.js';
import { day as dayWords } from '../format.js';

type Decision = BlockOf<'decisions'>['items'][number];

/** The day a number of days after the as-of. */
export const daysAfter = ({ posture }: ReportInput, days: number): string =>
  instantOf(millisOf(posture.asOf) + days * day).slice(0, 10);

/** The due day where it is still ahead, else the day after the as-of. */
const ahead = (input: ReportInput, dueOn: string): string => {
  const next = daysAfter(input, 1);
  return dueOn.slice(0, 10) > next ? dueOn.slice(0, 10) : next;
};

/** What only a person can decide, most pressing first; none is a fine answer. */
export function decisionsOf(input: ReportInput, refs: Refs): Decision[] {
  return [
    ...unownedCriticals(input, refs),
    ...missingInventory(input, refs),
    ...lapsedExceptions(input, refs),
    ...expiringExceptions(input, refs),
    ...endingAcceptances(input, refs),
  ].slice(0, 5);
}

function unownedCriticals(input: ReportInput, refs: Refs): Decision[] {
  const n = input.posture.layers.findings.unowned.critical;
  const unowned = input.findings.filter(
    (f) => f.state === 'open' && f.severity === 'critical' && f.owner === undefined,
  );
  const [first] = unowned;
  if (n === 0 || !first) return [];
  const named = unowned.slice(0, 3).map((f) => `F-${fingerprint(f).slice(0, 10)}`);
  const more = n > named.length ? ` and ${n - named.length} more` : '';
  return [
    {
      action: `Assign an owner to ${counted(n, 'critical finding')} (${named.join(', ')}${more})`,
      by: ahead(input, first.dueOn),
      owner: 'CISO',
      why: `${n === 1 ? 'It has' : 'They have'} no owner, and the first is due on ${dayWords(first.dueOn)}.`,
      otherwise: 'The verdict stays off target, and nobody acts before the due date.',
      ref: refs.finding(first),
    },
  ];
}

function missingInventory(input: ReportInput, refs: Refs): Decision[] {
  const gap = inventoryGap(input.posture, input.settings.inventoryFreshDays);
  if (!gap) return [];
  const never = gap.reason === 'no_inventory';
  return [
    {
      action: never
        ? 'Declare the inventory of agents, repositories, workflows and tools'
        : 'Declare the inventory anew',
      by: daysAfter(input, 7),
      owner: 'platform lead',
      why: never
        ? 'Without a declared inventory nothing can be called covered.'
        : `The inventory is past its limit: ${gap.words}.`,
      otherwise: 'The score stays not observed.',
      ref: refs.list('agents'),
    },
  ];
}

function lapsedExceptions(input: ReportInput, refs: Refs): Decision[] {
  const { expired = 0, unowned = 0 } = input.posture.exceptions;
  const n = expired + unowned;
  const first = input.exceptions.find((e) => e.status === 'expired' || e.status === 'unowned');
  if (n === 0 || !first) return [];
  const rest = n > 1 ? ` and ${counted(n - 1, 'more exception')}` : '';
  return [
    {
      action: `Revoke or renew exception ${quoted(first.name, 60)}${rest}`,
      by: daysAfter(input, 7),
      owner: 'security lead',
      why: `${expired} expired and ${unowned} without a proper owner, approver or expiry.`,
      otherwise: `${n === 1 ? 'It stays' : 'They stay'} in the count of what fails.`,
      ref: refs.list('exceptions'),
    },
  ];
}

function expiringExceptions(input: ReportInput, refs: Refs): Decision[] {
  return expiring(input)
    .slice(0, 3)
    .map(({ exception, ends }) => ({
      action: `Renew or end exception ${quoted(exception.name, 60)} (${quoted(exception.granted?.scope ?? 'scope not told', 90)})`,
      by: ahead(input, ends),
      owner: person(exception.granted?.owner, 'not recorded'),
      why: `It expires on ${dayWords(ends)}.`,
      otherwise: 'It expires, and what it allowed counts as a failing control.',
      ref: refs.list('exceptions'),
    }));
}

function endingAcceptances(input: ReportInput, refs: Refs): Decision[] {
  const until = millisOf(input.posture.asOf) + 14 * day;
  const ending = input.findings
    .filter(
      (f): f is Finding & { acceptance: NonNullable<Finding['acceptance']> } =>
        f.state === 'accepted' && f.acceptance !== undefined,
    )
    .filter((f) => millisOf(f.acceptance.expiresAt) <= until);
  return ending.slice(0, 2).map((f) => ({
    action: `Renew or end the acceptance of F-${fingerprint(f).slice(0, 10)}`,
    by: ahead(input, f.acceptance.expiresAt),
    owner: person(f.acceptance.owner, 'not recorded'),
    why: quoted(
      `It ends on ${dayWords(f.acceptance.expiresAt)}; ${f.severity}: ${findingWords(f, 120)}`,
      200,
    ),
    otherwise: 'It ends, the finding is open again and its due days restart.',
    ref: refs.finding(f),
  }));
}
