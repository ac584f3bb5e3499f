import type { Block } from '../../../../schemas/report-blocks.js';
import { controlById } from '../../posture/catalogue.js';
import type { Framework } from '../../posture/clause-catalogue.js';
import { closing, definitions } from '../appendix/definitions.js';
import { findingsTable } from '../appendix/findings-table.js';
import { failingTable } from './controls.js';
import { governanceAppendix } from './governance.js';
import { failingControls } from '../front/verdict.js';
import type { ReportInput } from '../input.js';
import { blockersRow, type Asked } from '../kpis/blockers-row.js';
import { kpiIds, type KpiId } from '../kpis/kpi-data.js';
import { kpi, kpiTable } from '../kpis/kpi-rows.js';
import { num, text, type Refs } from '../text.js';
import { number } from '../format.js';

/** What the five layers already say in counts, and what the four pages have no room for. */
const further: readonly KpiId[] = ['K04', 'K05', 'K06', 'K07', 'K14', 'K15', 'K26'];

/** Registers, framework coverage, definitions, what the report stands on, references. */
export function appendix(input: ReportInput & Asked, refs: Refs): Block[] {
  return [
    { kind: 'heading', level: 2, text: 'Appendix: findings', newPage: true },
    findingsTable(input, refs),
    ...(failingControls(input.posture).length > 4
      ? [
          { kind: 'heading' as const, level: 2 as const, text: 'Appendix: controls that fail' },
          failingTable(input, refs, 200),
        ]
      : []),
    ...governanceAppendix(input, refs),
    { kind: 'heading', level: 2, text: 'Appendix: framework coverage' },
    {
      kind: 'paragraph',
      text: 'Clauses that controls of the catalogue give evidence toward. A clause is answered where at least one of its controls is enforced for every item in scope; the others are named as gaps. This is a mapping, not an assessment of conformity.',
      ref: refs.list('controls'),
    },
    frameworks(input),
    { kind: 'heading', level: 2, text: 'Appendix: further indicators' },
    kpiTable(
      'Indicators of coverage, accepted risks, reviews and readiness',
      [...further.map((id) => kpi(id, input, refs)), blockersRow(input, refs)],
      input,
    ),
    { kind: 'heading', level: 2, text: 'Appendix: definitions' },
    definitions([...kpiIds, 'K22'], input),
    ...closing('Appendix: what this report stands on', input, refs),
  ];
}

/** Clause → whether a control that answers it is enforced. */
function clausesOf({ posture }: ReportInput): Map<Framework, Map<string, boolean>> {
  const enforced = new Set(posture.controls.filter((c) => c.state === 'enforced').map((c) => c.id));
  const frameworks = new Map<Framework, Map<string, boolean>>();
  for (const control of posture.controls)
    for (const { framework, id } of controlById.get(control.id)?.clauses ?? []) {
      const clauses = frameworks.get(framework) ?? new Map<string, boolean>();
      clauses.set(id, (clauses.get(id) ?? false) || enforced.has(control.id));
      frameworks.set(framework, clauses);
    }
  return frameworks;
}

const inOrder = (ids: readonly string[]): string[] => [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

function frameworks(input: ReportInput): Block {
  const found = [...clausesOf(input)];
  return {
    kind: 'table',
    caption: `Clauses by framework, catalogue ${input.posture.catalogue} (n = ${number(found.reduce((n, [, c]) => n + c.size, 0))} clauses mapped)`,
    columns: [
      { key: 'framework', title: 'Framework', kind: 'text', weight: 2.6 },
      { key: 'mapped', title: 'Mapped', kind: 'number', weight: 0.9 },
      { key: 'answered', title: 'Answered', kind: 'number', weight: 1 },
      { key: 'answers', title: 'Clauses answered', kind: 'text', weight: 3 },
      { key: 'gaps', title: 'Gaps', kind: 'text', weight: 3 },
    ],
    rows: found.map(([framework, clauses]) => {
      const answered = inOrder([...clauses].filter(([, yes]) => yes).map(([id]) => id));
      const gaps = inOrder([...clauses].filter(([, yes]) => !yes).map(([id]) => id));
      return [
        text(framework),
        num(clauses.size),
        num(answered.length),
        text(answered.join(', ') || 'none'),
        text(gaps.join(', ') || 'none'),
      ];
    }),
    empty: 'No control is mapped to a clause.',
  };
}
