import type { Block } from '../../../../schemas/report-blocks.js';
import { quoted, type Refs } from '../text.js';
import type { IncidentInput } from './facts.js';

/** Root cause, the conditions that contributed, what detected it and what should have. */
export function cause({ incident }: IncidentInput, refs: Refs): Block[] {
  const { closed, openedBy } = incident;
  const said = (told: string | null): string =>
    told === null ? 'not observed — not recorded' : quoted(told, 290);
  const conditions = closed?.contributing ?? [];
  return [
    { kind: 'heading', level: 2, text: 'Root cause', newPage: true },
    {
      kind: 'paragraph',
      text: closed?.rootCause ? quoted(closed.rootCause, 1900) : 'Not observed — no root cause is recorded.',
      ref: refs.evidence(closed?.by ?? openedBy),
    },
    {
      kind: 'keyValues',
      rows: [
        ...(conditions.length > 0 ? conditions : [null]).map((condition) => ({
          key: 'Contributing condition',
          value: said(condition),
        })),
        { key: 'Detected by', value: said(closed?.detectedBy ?? null) },
        { key: 'Should have been detected by', value: said(closed?.shouldHaveDetected ?? null) },
      ],
    },
  ];
}

/** What was learned. */
export function lessons({ incident }: IncidentInput): Block[] {
  const told = incident.closed?.lessons ?? [];
  return [
    { kind: 'heading', level: 2, text: 'Lessons' },
    told.length > 0
      ? { kind: 'list', ordered: false, items: told.map((lesson) => ({ text: quoted(lesson, 490) })) }
      : { kind: 'paragraph', text: 'Not observed — no lesson is recorded.' },
  ];
}
