import type { LedgerDocument } from './documents.js';

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
        ...document.coverage.map((word) => `coverage/${document.itemKind}/${word}`),
      ];
    case 'approval':
      return [...statesTally(document.states), `approvals/${document.status}`, ...breakGlassTally(document)];
    case 'exception':
      return [...statesTally(document.states), `exceptions/${document.status}`];
    case 'finding':
      return [
        `findings/${document.state}/${document.severity}`,
        ...(document.overdue ? [`findings/overdue/${document.severity}`] : []),
        ...(document.state === 'open' && document.owner === undefined
          ? [`findings/unowned/${document.severity}`]
          : []),
      ];
    case 'report':
      return [
        `reports/${document.status}`,
        ...Object.values(document.deliveries).map((d) => `deliveries/${d.status}`),
      ];
    case 'head':
    case 'config':
    case 'session':
    case 'summary':
    case 'day':
    case 'day-clock':
      return [];
  }
}

const statesTally = (states: Readonly<Record<string, { state: string }>>): string[] =>
  Object.entries(states).map(([control, { state }]) => `control/${control}/${state}`);

function breakGlassTally(approval: Extract<LedgerDocument, { kind: 'approval' }>): string[] {
  const used = approval.requested?.breakGlass === true || approval.decided?.breakGlass === true;
  return used ? [`breakglass/${approval.reviewed ? 'reviewed' : 'unreviewed'}`] : [];
}

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
