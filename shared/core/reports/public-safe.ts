import type { Appetite } from '../projections/config.js';
import type { Approval, Exception, Finding, Item, Report } from '../projections/documents.js';
import type { ReportInput } from './input.js';
import { findingWithout } from './public-safe-finding.js';
import { withheld } from './text.js';

/*
 * The public-safe scope by construction: names, people, free text, ids and evidence are taken out of the input before a
 * builder sees it, so that no wording of a report can bring one back. What is left are counts, states, severities, times
 * and titles of the catalogue. Things stay apart by a number that stands in no relation to their name.
 */

/** The same thing gets the same number, in the order in which things are met. */
function numbering(): (kind: string, name: string) => string {
  const known = new Map<string, number>();
  const used = new Map<string, number>();
  return (kind, name) => {
    const key = `${kind}:${name}`;
    const number = known.get(key) ?? (used.get(kind) ?? 0) + 1;
    known.set(key, number);
    used.set(kind, Math.max(number, used.get(kind) ?? 0));
    const letter = { approval: 'A-', exception: 'X-', report: 'R-' }[kind] ?? '';
    return `${letter}${number}`;
  };
}
type NumberOf = ReturnType<typeof numbering>;

/** What a public-safe report is built from. */
export function withoutNames(input: ReportInput): ReportInput {
  const numberOf = numbering();
  const subject = (text: string): string => {
    const colon = text.indexOf(':');
    const kind = colon < 0 ? 'item' : text.slice(0, colon);
    return `${kind}:${numberOf(kind, text.slice(colon + 1))}`;
  };
  const closed = (findings: readonly Finding[], first: number) =>
    findings.map((finding, i) => findingWithout(finding, first + i, subject));
  const items = input.items.map((item) => itemWithout(item, numberOf));
  return {
    ...input,
    tenantId: withheld,
    tenantName: 'Sample tenant',
    items,
    failingItems: input.failingItems.map((item) => itemWithout(item, numberOf)),
    appetite: input.appetite && appetiteWithout(input.appetite),
    findings: closed(input.findings, 0),
    closedInPeriod: closed(input.closedInPeriod, input.findings.length),
    closedBefore: closed(input.closedBefore, input.findings.length + input.closedInPeriod.length),
    approvals: input.approvals.map((approval) => approvalWithout(approval, numberOf)),
    exceptions: input.exceptions.map((exception) => exceptionWithout(exception, numberOf)),
    reports: input.reports.map((report) => reportWithout(report, numberOf)),
  };
}

/** Limits, and when they were approved: neither who nor which body. */
const appetiteWithout = (appetite: Appetite): Appetite => ({
  ...appetite,
  id: withheld,
  setBy: withheld,
  requestedBy: withheld,
  approvedBy: withheld,
});

function itemWithout(item: Item, numberOf: NumberOf): Item {
  const name = numberOf(item.itemKind, item.name);
  const { declared, registry, delivery: _mail, bounces: _people, ...shown } = item;
  return {
    ...shown,
    id: `${item.itemKind}:${name}`,
    name,
    ...(declared === undefined ? {} : { declared: ownerless(declared) }),
    ...(registry === undefined ? {} : { registry: ownerless({ ...registry, approvedCapabilities: [] }) }),
    facts: {},
    states: statesWithout(item.states),
  };
}

const ownerless = <T extends { owner?: string | undefined; id: string }>(told: T): T => ({
  ...told,
  id: withheld,
  ...(told.owner === undefined ? {} : { owner: withheld }),
});

const statesWithout = (states: Item['states']): Item['states'] =>
  Object.fromEntries(
    Object.entries(states).map(([control, state]) => [control, { ...state, evidenceId: null }]),
  );

function approvalWithout(approval: Approval, numberOf: NumberOf): Approval {
  const name = numberOf('approval', approval.name);
  const { requested, decided, reviewed } = approval;
  return {
    ...approval,
    id: `approval:${name}`,
    name,
    dependents: [],
    states: statesWithout(approval.states),
    ...(requested === undefined ? {} : { requested: personless(requested, requested.agent, numberOf) }),
    ...(decided === undefined
      ? {}
      : { decided: { ...decided, id: withheld, by: withheld, requestedBy: withheld } }),
    ...(reviewed === undefined ? {} : { reviewed: { ...reviewed, id: withheld, by: withheld } }),
  };
}

const personless = (
  requested: NonNullable<Approval['requested']>,
  agent: string | undefined,
  numberOf: NumberOf,
): NonNullable<Approval['requested']> => ({
  ...requested,
  id: withheld,
  by: withheld,
  ...(agent === undefined ? {} : { agent: numberOf('agent', agent) }),
});

function exceptionWithout(exception: Exception, numberOf: NumberOf): Exception {
  const name = numberOf('exception', exception.name);
  const { granted, renewed, revoked } = exception;
  const person = (pseudonym: string | undefined, key: string) =>
    pseudonym === undefined ? {} : { [key]: withheld };
  return {
    ...exception,
    id: `exception:${name}`,
    name,
    states: statesWithout(exception.states),
    ...(granted === undefined
      ? {}
      : {
          granted: {
            ...granted,
            ...person(granted.owner, 'owner'),
            ...person(granted.requestedBy, 'requestedBy'),
            ...person(granted.approvedBy, 'approvedBy'),
            id: withheld,
            scope: withheld,
          },
        }),
    ...(renewed === undefined
      ? {}
      : { renewed: { ...renewed, ...person(renewed.approvedBy, 'approvedBy'), id: withheld } }),
    ...(revoked === undefined ? {} : { revoked: { ...revoked, id: withheld } }),
  };
}

function reportWithout(report: Report, numberOf: NumberOf): Report {
  const deliveries = Object.values(report.deliveries).map(
    (delivery, i) => [`${withheld} ${i + 1}`, { ...delivery, recipient: withheld }] as const,
  );
  return { ...report, name: numberOf('report', report.name), deliveries: Object.fromEntries(deliveries) };
}
