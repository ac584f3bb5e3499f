import type { Block } from '../../../../schemas/report-blocks.js';
import { controlById } from '../../posture/catalogue.js';
import type { Finding } from '../../projections/documents.js';
import type { ReportInput } from '../input.js';
import { at, cutAt, link, person, subjectWords, text, type Refs } from '../text.js';
import { openTotal } from '../front/verdict.js';
import { number } from '../format.js';

/** What is to be done, worst first: a row for each of the five worst open findings. */
export function actions(input: ReportInput, refs: Refs): Block {
  const open = input.findings.filter((f) => f.state === 'open');
  const rows = open.slice(0, 5);
  const total = Math.max(openTotal(input.posture), rows.length);
  return {
    kind: 'table',
    caption: `Actions, worst first (n = ${number(total)} open findings)`,
    columns: [
      { key: 'action', title: 'Action', kind: 'text', weight: 4 },
      { key: 'about', title: 'About', kind: 'text', weight: 2.4 },
      { key: 'owner', title: 'Owner', kind: 'text', weight: 1.6 },
      { key: 'due', title: 'Due', kind: 'instant', weight: 1.7 },
      { key: 'ref', title: 'Closes', kind: 'ref', weight: 1.6 },
    ],
    rows: rows.map((f) => [
      text(remediation(f)),
      text(subjectWords(f.subject, 60)),
      text(person(f.owner, 'not assigned')),
      at(f.dueOn),
      link(refs.finding(f)),
    ]),
    ...cutAt(rows.length, total, 'the rest in the appendix, findings'),
    empty: 'No finding is open, so no action is due.',
  };
}

function remediation({ rule, control }: Finding): string {
  const known = control === undefined ? undefined : controlById.get(control)?.remediation;
  if (known !== undefined) return known;
  if (rule === 'no_evidence')
    return 'Bring the item under the runtime so that it gives evidence, or retire it.';
  if (rule === 'evidence_stale')
    return 'Have the item act once under the runtime, so that its proof is fresh.';
  return 'Find the cause from the evidence, and remove it.';
}
