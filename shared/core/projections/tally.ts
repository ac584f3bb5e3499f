import type { LedgerDocument } from './documents.js';
import { latencyBucket } from './latency.js';

/** What one document adds to the summary's counts. Names are `what/…/…`; the reader of each is posture/*.ts. */
export type Tally = readonly string[];

/**
 * The counters a document stands in. The summary's counts are the sums of these over all documents, a law that the
 * tests hold: whoever changes a document changes the counts by the difference, and nothing else ever does.
 */
export function tallyOf(document: LedgerDocument): Tally {
  switch (document.kind) {
    case 'item':
      return [
        ...statesTally(document.states),
        ...document.labels.filter(isCounted).map((label) => `coverage/${document.itemKind}/${label}`),
        ...driftTally(document),
      ];
    case 'approval':
      return [
        ...statesTally(document.states),
        `approvals/${document.status}`,
        `records/${document.dependents.length > 0 ? 'tied' : 'untied'}`,
        ...termsTally(document),
      ];
    case 'exception':
      return [
        ...statesTally(document.states),
        `exceptions/${document.status}`,
        ...(document.expiring ? ['exception-terms/expiring'] : []),
      ];
    case 'finding':
      return [
        `findings/${document.state}/${document.severity}`,
        ...(document.overdue ? [`findings/overdue/${document.severity}`] : []),
        ...(document.state === 'open' && document.owner === undefined
          ? [`findings/unowned/${document.severity}`]
          : []),
        ...(document.state === 'resolved' && document.owner === undefined
          ? [`findings/claimed-unowned/${document.severity}`]
          : []),
      ];
    case 'report':
      return [
        `reports/${document.status}`,
        ...reportSteps(document).map((step) => `report-types/${document.reportType}/${step}`),
        ...Object.values(document.deliveries).map((d) => `deliveries/${d.status}`),
      ];
    case 'session':
      return [`records/${document.decisions > 0 ? 'tied' : 'untied'}`];
    case 'references':
      return [
        ...document.waiting.map(() => 'references/waiting'),
        ...document.unresolved.map(() => 'references/unresolved'),
        ...(document.waiting.length > 0 ? ['reference-events/waiting'] : []),
        ...(document.unresolved.length > 0 ? ['reference-events/unresolved'] : []),
      ];
    case 'delivery':
    case 'recipient':
    case 'head':
    case 'config':
    case 'summary':
    case 'day':
    case 'day-clock':
    case 'journey':
      return [];
  }
}

/** Labels that say what the tenant declared are for finding items, not for counting them. */
const isCounted = (label: string): boolean => !/^(owner|environment|criticality|fell):/.test(label);

/** Steps that a report has taken (schemas/posture.ts says what each means). */
function reportSteps(report: Extract<LedgerDocument, { kind: 'report' }>): string[] {
  const final = Object.values(report.deliveries).every(
    ({ status }) => status !== 'sending' && status !== 'unconfirmed',
  );
  const over = report.status !== 'requested' && report.status !== 'rendered' && report.status !== 'approved';
  return [
    'requested',
    ...(report.documentDigest === undefined ? [] : ['generated']),
    ...(report.status === 'delivered' ? ['delivered'] : []),
    ...(over && final ? ['audited'] : []),
  ];
}

const statesTally = (states: Readonly<Record<string, { state: string }>>): string[] =>
  Object.entries(states).map(([control, { state }]) => `control/${control}/${state}`);

/** An item that fails by the policy version of a decision, unlike one that no decision was heard of. */
const driftTally = ({ itemKind, states }: Extract<LedgerDocument, { kind: 'item' }>): string[] =>
  ['policy-current', 'repository-policy-current'].some((control) => {
    const judged = states[control];
    return judged?.state === 'missing' && judged.evidenceId !== null;
  })
    ? [`drift/${itemKind}`]
    : [];

function termsTally(approval: Extract<LedgerDocument, { kind: 'approval' }>): string[] {
  const { breakGlass, used, usedExpired, latencySeconds, reviewed } = approval;
  return [
    ...(breakGlass ? [`breakglass/${reviewed ? 'reviewed' : 'unreviewed'}`] : []),
    ...(breakGlass === 'overdue' ? ['breakglass/overdue'] : []),
    ...(used ? ['approval-use/covered'] : []),
    ...(usedExpired ? ['approval-use/after_expiry'] : []),
    ...(latencySeconds === undefined ? [] : [`${latencyCounter}${latencyBucket(latencySeconds)}`]),
  ];
}

/** Counters of the histogram of approval latencies: this, and the lower bound of the bucket in seconds. */
export const latencyCounter = 'approval-latency/';

/** `counts` with one tally taken out and another put in; counters at nought are dropped, so equal states are equal bytes. */
export function adjust(
  counts: Readonly<Record<string, number>>,
  before: Tally,
  after: Tally,
): Record<string, number> {
  const next = { ...counts };
  const add = (name: string, by: number): void => {
    const value = (next[name] ?? 0) + by;
    if (value === 0) delete next[name];
    else next[name] = value;
  };
  for (const name of before) add(name, -1);
  for (const name of after) add(name, 1);
  return next;
}
