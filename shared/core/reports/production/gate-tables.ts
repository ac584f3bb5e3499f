import type { ReadinessTarget } from '../../../../schemas/readiness.js';
import type { Block } from '../../../../schemas/report-blocks.js';
import { number } from '../format.js';
import type { Gate } from '../gated-input.js';
import { cutAt, link, text, type Refs } from '../text.js';

/** The first evidence of a blocker; the gate itself where nothing shows it. */
const proofOf = ({ evidenceIds: [first] }: Gate['blockers'][number], refs: Refs, target: ReadinessTarget) =>
  link(first === undefined ? refs.readiness(target) : refs.evidence(first));

/** Blockers with the role that can remove each; shared with the pilot's pack. @param most rows of a page that is one of two */
export const blockersTable = (
  blockers: Gate['blockers'],
  refs: Refs,
  target: ReadinessTarget,
  most: number,
): Block => ({
  kind: 'table',
  caption: `What stands in the way, in the gate’s order (n = ${number(blockers.length)})`,
  columns: [
    { key: 'blocker', title: 'Blocker', kind: 'text', weight: 3 },
    { key: 'resolution', title: 'Resolution', kind: 'text', weight: 5 },
    { key: 'owner', title: 'Owner', kind: 'text', weight: 1.6 },
    { key: 'ref', title: 'Reference', kind: 'ref' },
  ],
  rows: blockers
    .slice(0, most)
    .map((b) => [text(b.title), text(b.resolution), text(b.owner), proofOf(b, refs, target)]),
  ...cutAt(most, blockers.length, 'the rest in the appendix, blockers'),
  empty: 'Nothing stands in the way.',
});

/** What each blocker means, all of them. */
export const meanings = (blockers: Gate['blockers'], refs: Refs, target: ReadinessTarget): Block => ({
  kind: 'table',
  caption: `Blockers and what each means (n = ${number(blockers.length)})`,
  columns: [
    { key: 'blocker', title: 'Blocker', kind: 'text', weight: 2.4 },
    { key: 'meaning', title: 'Meaning', kind: 'text', weight: 3.6 },
    { key: 'resolution', title: 'Resolution', kind: 'text', weight: 3.2 },
    { key: 'ref', title: 'Reference', kind: 'ref' },
  ],
  rows: blockers.map((b) => [text(b.title), text(b.meaning), text(b.resolution), proofOf(b, refs, target)]),
  empty: 'Nothing stands in the way.',
});

/** Every check of a gate, blocking ones first. */
export const checksTable = ({ gate }: { gate: Gate }, refs: Refs, target: ReadinessTarget): Block => ({
  kind: 'table',
  caption: `Checks of the gate, blocking ones first (n = ${number(gate.checks.length)})`,
  columns: [
    { key: 'check', title: 'Check', kind: 'text', weight: 2.4 },
    { key: 'found', title: 'Found', kind: 'text', weight: 4 },
    { key: 'status', title: 'Status', kind: 'status' },
    { key: 'ref', title: 'Reference', kind: 'ref' },
  ],
  rows: gate.checks
    .toSorted((a, b) => Number(a.status === 'pass') - Number(b.status === 'pass'))
    .map((check) => [
      text(check.name.replaceAll('_', ' ')),
      text(check.message, 300),
      { kind: 'status', status: check.status === 'pass' ? 'on_target' : 'off_target' },
      link(refs.readiness(target)),
    ]),
  empty: 'The gate ran no check.',
});
