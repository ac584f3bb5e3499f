import type { Register } from '../../../../schemas/report-registers.js';
import type { Item } from '../../projections/documents.js';
import type { ReportInput } from '../input.js';
import { column, known, registerOf } from './register.js';

const has = (word: string) => (item: Item) => item.labels.includes(word);

/** Agents, repositories, workflows and tools, worst first. */
export const coverageRegister = (input: ReportInput): Register =>
  registerOf<Item>(
    {
      sheet: 'Coverage',
      what: 'Agents, repositories, workflows and tools, worst first',
      empty: 'Nothing is declared and nothing was observed.',
    },
    [
      column('kind', 'Kind', 'text', 'Kind of item.', (i) => i.itemKind),
      column('name', 'Name', 'text', 'Its name.', (i) => i.name),
      column('declared', 'Declared', 'boolean', 'Whether the inventory names it.', has('declared')),
      column('observed', 'Observed', 'boolean', 'Whether it was ever heard from.', has('observed')),
      column(
        'covered',
        'Covered',
        'boolean',
        'Declared, and heard from through a trusted source.',
        has('covered'),
      ),
      column('shadow', 'Shadow', 'boolean', 'Acts and is not declared.', has('shadow')),
      column('silent', 'Silent', 'boolean', 'Declared and not heard from in its window.', has('silent')),
      column('owner', 'Owner', 'text', 'Pseudonym of the owner; empty where none is declared.', (i) =>
        known(i.declared?.owner ?? i.registry?.owner),
      ),
      column(
        'criticality',
        'Criticality',
        'text',
        'As declared; empty where none is.',
        (i) => i.declared?.criticality,
      ),
      column(
        'firstHeard',
        'First heard',
        'instant',
        'First event of it; empty where it was never heard from.',
        (i) => i.observed?.first,
      ),
      column(
        'lastHeard',
        'Last heard',
        'instant',
        'Last event of it; empty where it was never heard from.',
        (i) => i.observed?.last.time,
      ),
      column('failing', 'Failing', 'number', 'Controls it does not meet.', (i) => i.failing.length),
      column('failures', 'Failures', 'text', 'These controls, each with its state.', (i) =>
        i.failing.join('; '),
      ),
    ],
    input.items,
    input.itemTotal,
  );
