import type { Block } from '../../../../schemas/report-blocks.js';
import { controlById } from '../../posture/catalogue.js';
import type { Framework } from '../../posture/clause-catalogue.js';
import { register } from './actions.js';
import { failingTable } from './controls.js';
import { failingControls } from '../front/verdict.js';
import type { ReportInput } from '../input.js';
import { kpiIds, kpiSpecs, type KpiId } from '../kpis/kpi-data.js';
import { kpi, kpiTable } from '../kpis/kpi-rows.js';
import { num, text, type Refs } from '../text.js';
import { dataInstant, inUnit, number } from '../format.js';

/** Indicators that the counters cannot say yet, for any tenant. */
const noData: readonly KpiId[] = ['K18', 'K25', 'K26'];

/** Registers, framework coverage, definitions, what the report stands on, references. */
export function appendix(input: ReportInput, refs: Refs): Block[] {
  return [
    { kind: 'heading', level: 2, text: 'Appendix: findings', newPage: true },
    register(input, refs),
    ...(failingControls(input.posture).length > 6
      ? [
          { kind: 'heading' as const, level: 2 as const, text: 'Appendix: controls that fail' },
          failingTable(input, refs, 200),
        ]
      : []),
    { kind: 'heading', level: 2, text: 'Appendix: framework coverage' },
    {
      kind: 'paragraph',
      text: 'Clauses that controls of the catalogue give evidence toward. A clause is answered where at least one of its controls is enforced for every item in scope; the others are named as gaps. This is a mapping, not an assessment of conformity.',
      ref: refs.list('controls'),
    },
    frameworks(input),
    { kind: 'heading', level: 2, text: 'Appendix: indicators not observed' },
    kpiTable(
      'Indicators without data',
      noData.map((id) => kpi(id, input, refs)),
      input,
    ),
    { kind: 'heading', level: 2, text: 'Appendix: definitions' },
    definitions(),
    { kind: 'heading', level: 2, text: 'Appendix: what this report stands on' },
    basis(input, refs),
    { kind: 'heading', level: 2, text: 'References' },
    { kind: 'references' },
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

function definitions(): Block {
  const bound = (value: number | null, unit: Parameters<typeof inUnit>[1]): string =>
    value === null ? 'none' : inUnit(value, unit);
  return {
    kind: 'table',
    caption: `Indicators of this report; targets and limits are defaults, proposed and not approved (n = ${kpiIds.length})`,
    columns: [
      { key: 'id', title: 'Id', kind: 'text', weight: 0.8 },
      { key: 'name', title: 'Indicator', kind: 'text', weight: 2.2 },
      { key: 'target', title: 'Target', kind: 'text', weight: 1 },
      { key: 'limit', title: 'Limit', kind: 'text', weight: 1 },
      { key: 'definition', title: 'Definition', kind: 'text', weight: 5.4 },
    ],
    rows: kpiIds.map((id) => {
      const { label, unit, target, limit, definition } = kpiSpecs[id];
      return [text(id), text(label), text(bound(target, unit)), text(bound(limit, unit)), text(definition)];
    }),
    empty: 'No indicator is defined.',
  };
}

function basis(input: ReportInput, refs: Refs): Block {
  const { posture, prior, settings, window } = input;
  const { inventoryAt } = posture.layers.coverage;
  const days = settings.findingDays;
  return {
    kind: 'keyValues',
    rows: [
      {
        key: 'Log',
        value: `position ${number(posture.position)}, fold version ${posture.foldVersion}`,
        ref: refs.checkpoint,
      },
      { key: 'Window', value: `${dataInstant(window.from)} to ${dataInstant(window.to)}` },
      {
        key: 'Compared with',
        value: prior
          ? `position ${number(prior.position)}, as known at ${dataInstant(prior.asOf)}`
          : 'not observed — nothing was known when the period before ended',
      },
      {
        key: 'Inventory',
        value:
          inventoryAt === null
            ? 'not observed — none declared'
            : `declared last at ${dataInstant(inventoryAt)}; stale after ${number(settings.inventoryFreshDays)} days`,
        ref: refs.list('agents'),
      },
      {
        key: 'Due days of findings',
        value: `critical ${days.critical}, high ${days.high}, medium ${days.medium}, low ${days.low}`,
      },
      {
        key: 'Controls',
        value:
          'A control’s state is that of its worst item. A control with nothing in scope is not observed: it is listed and stays outside the score.',
        ref: refs.list('controls'),
      },
      {
        key: 'Score',
        value:
          'weight × enforced items ÷ items in scope, over the weight of observed controls; in tenths, rounded half up',
        ref: refs.posture,
      },
    ],
  };
}
