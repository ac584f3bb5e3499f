import type { Approval, Exception, Item } from '../projections/documents.js';
import type { ItemState } from '../projections/facts.js';
import { controlById } from './catalogue.js';
import { worst, type Cause } from './findings.js';
import { subjectOf } from './judged.js';
import { severityOfState, type Unmet } from './severities.js';

/*
 * From states to causes. One cause, one finding: an item nobody has heard from fails many controls for one reason, and
 * so does an item whose proofs all ran out; only a control that evidence shows to be unmet is a cause of its own.
 */

type Failing = { control: string; state: ItemState & { state: Unmet } };

const titleOf = (control: string): string => controlById.get(control)?.title ?? control;
const severityOf = ({ control, state }: Failing) => severityOfState(control, state.state);

/** The agent that a document is, or that acted under it. */
function agentOf(document: Item | Approval | Exception): { agent?: string } {
  if (document.kind === 'item') return document.itemKind === 'agent' ? { agent: document.name } : {};
  const agent = document.kind === 'approval' ? document.requested?.agent : undefined;
  return agent === undefined ? {} : { agent };
}

export function causesOf(document: Item | Approval | Exception): Cause[] {
  const about = { subject: subjectOf(document), ...agentOf(document) };
  const failing = Object.entries(document.states).flatMap(([control, judged]): Failing[] => {
    const { state } = judged;
    return state === 'enforced' || state === 'not_applicable'
      ? []
      : [{ control, state: { ...judged, state } }];
  });
  // The tenant itself is no silent item: a tenant that never sent a report has a missing control, not a defect.
  const expected =
    document.kind === 'item' && document.itemKind === 'tenant'
      ? failing.filter((f) => f.state.evidenceId !== null)
      : failing;
  const silent = expected.filter((f) => f.state.state === 'missing' && f.state.evidenceId === null);
  const stale = expected.filter((f) => f.state.state === 'stale');
  const unmet = expected.filter((f) => !silent.includes(f) && !stale.includes(f));
  return [
    ...grouped('no_evidence', 'No evidence for', about, silent),
    ...grouped('evidence_stale', 'Evidence has run out for', about, stale),
    ...unmet.map((f) => ({
      rule: 'control_unmet',
      ...about,
      control: f.control,
      detail: `${titleOf(f.control)}: ${f.state.state}`,
      severity: severityOf(f),
      evidenceId: f.state.evidenceId,
    })),
  ];
}

function grouped(
  rule: string,
  words: string,
  about: Pick<Cause, 'subject' | 'agent'>,
  failing: readonly Failing[],
): Cause[] {
  if (failing.length === 0) return [];
  const evidenceId = failing.find((f) => f.state.evidenceId !== null)?.state.evidenceId ?? null;
  const detail = `${words}: ${failing.map((f) => titleOf(f.control)).join('; ')}`;
  return [{ rule, ...about, detail, severity: worst(failing.map(severityOf)), evidenceId }];
}
