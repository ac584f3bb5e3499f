import type { Block } from '../../../../schemas/report-blocks.js';
import type { KpiRow } from '../../../../schemas/report-figures.js';
import type { Appetite } from '../../projections/config.js';
import { day as dayWords, inUnit, number } from '../format.js';
import { isApproved, standing } from '../kpis/limits.js';
import { isAre, person, quoted, withheld, type Refs } from '../text.js';
import type { BoardInput } from './input.js';

/*
 * The appetite is the limit of each indicator, as a body of the tenant set it. What nobody approved is a proposal, and it
 * is called so beside the limit that is passed and beside the one that is kept.
 */

/** Who set the limits and when, and which of the board's indicators are beyond theirs. */
export function appetite(input: BoardInput, rows: readonly KpiRow[], refs: Refs): Block {
  const approval = standing(input);
  const beyond = rows.filter(({ status, limit }) => status === 'off_target' && limit !== null);
  return {
    kind: 'paragraph',
    text:
      approval === null
        ? `${endedWords(input)}${proposedWords(beyond)}`
        : `${approvalWords(approval)}; ${countWords(input, rows)}. ${beyondWords(input, beyond)}`,
    ref: approval === null ? refs.posture : refs.evidence(approval.id),
  };
}

const endedWords = ({ appetite: last }: BoardInput): string =>
  last === null ? '' : `The approval of the limits ended on ${dayWords(last.expiresAt)}. `;

const proposedWords = (beyond: readonly KpiRow[]): string =>
  beyond.length > 0
    ? `Beyond the limit, which is proposed and not approved: ${limits(beyond)}.`
    : 'No indicator is beyond its limit. The limits are proposed and not approved.';

function approvalWords({ setBy, setOn, requestedBy, approvedBy, time, expiresAt }: Appetite): string {
  const until = `on ${dayWords(time)}, until ${dayWords(expiresAt)}`;
  return setBy === withheld
    ? `Set on ${dayWords(setOn)}, approved by two persons ${until}`
    : `Set by ${quoted(setBy, 60)} on ${dayWords(setOn)}, approved by ${person(approvedBy, '')} as asked for by ${person(requestedBy, '')} ${until}`;
}

/** How far the board's indicators have limits that somebody approved. */
function countWords(input: BoardInput, rows: readonly KpiRow[]): string {
  const approved = rows.filter(({ id }) => isApproved(id, input)).length;
  const others = approved === rows.length ? '' : ', the others are proposed and not approved';
  return `${number(approved)} of ${number(rows.length)} limits ${isAre(approved)} approved${others}`;
}

function beyondWords(input: BoardInput, beyond: readonly KpiRow[]): string {
  if (beyond.length === 0) return 'No indicator is beyond its limit.';
  const approved = beyond.filter(({ id }) => isApproved(id, input));
  const proposed = beyond.filter(({ id }) => !isApproved(id, input));
  return [
    ...(approved.length === 0 ? [] : [`Beyond the approved limit: ${limits(approved)}.`]),
    ...(proposed.length === 0 ? [] : [`Beyond a proposed limit: ${names(proposed)}.`]),
  ].join(' ');
}

/** What the indicators are held to, in one line. */
export const limitsWords = (input: BoardInput, rows: readonly KpiRow[]): string =>
  standing(input) === null
    ? 'Defaults: proposed, not approved by the board.'
    : `As approved where they are, ${number(rows.filter(({ id }) => isApproved(id, input)).length)} of ${number(rows.length)}.`;

const limits = (rows: readonly KpiRow[]): string =>
  rows.map(({ label, limit, unit }) => `${label.toLowerCase()} (${inUnit(limit ?? 0, unit)})`).join(', ');
const names = (rows: readonly KpiRow[]): string => rows.map(({ label }) => label.toLowerCase()).join(', ');
