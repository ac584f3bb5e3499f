import type { Block, BlockOf } from '../../../../schemas/report-blocks.js';
import type { Status } from '../../../../schemas/report-figures.js';
import type { ReportInput } from '../input.js';
import { failingControls, openTotal, overdueTotal } from '../front/verdict.js';

import { inventoryGap, itemsOf, shadowOf, silentOf } from '../kpis/measures.js';
import { counted, headline, quoted, sum, type Refs } from '../text.js';
import { number, share } from '../format.js';

const statusOf = (health: 'healthy' | 'unhealthy' | 'unknown', grave: boolean): Status =>
  health === 'unknown'
    ? 'not_observed'
    : health === 'healthy'
      ? 'on_target'
      : grave
        ? 'off_target'
        : 'needs_attention';

/** The five layers of the design, each with its question, its signal, where it stands and what is worst in it. */
export function layersOf(input: ReportInput, refs: Refs): Block {
  const rows = [
    coverage(input, refs),
    controls(input, refs),
    findings(input, refs),
    evidence(input, refs),
    reports(input, refs),
  ];
  return { kind: 'layers', caption: 'The five layers, from what is governed to what was delivered', rows };
}

type Row = BlockOf<'layers'>['rows'][number];

function coverage({ posture, settings }: ReportInput, refs: Refs): Row {
  const { coverage: layer } = posture.layers;
  const kinds = [layer.agents, layer.repositories, layer.workflows, layer.tools];
  const [covered, all] = [sum(kinds.map((k) => k.covered)), itemsOf(posture)];
  const [shadow, silent] = [shadowOf(posture), silentOf(posture)];
  const gap = inventoryGap(posture, settings.inventoryFreshDays);
  return {
    layer: 'coverage',
    question: 'Is all that acts governed?',
    signal: 'all declared, all heard from',
    status: gap ? 'not_observed' : statusOf(layer.status, shadow > 0),
    counts:
      all === 0
        ? 'no item declared or observed'
        : gap
          ? `${counted(all, 'item')} known`
          : `${share(covered, all)} covered`,
    worst: gap
      ? gap.words
      : shadow + silent > 0
        ? `${number(shadow)} not declared, ${number(silent)} silent`
        : null,
    ref: refs.list('agents'),
  };
}

function controls({ posture }: ReportInput, refs: Refs): Row {
  const { controls: layer } = posture.layers;
  const { enforced = 0 } = layer.states;
  const [worst] = failingControls(posture);
  const observed = posture.score.controlsObserved;
  return {
    layer: 'controls',
    question: 'Do they act, or watch?',
    signal: 'high-risk actions enforced',
    status: statusOf(layer.status, worst?.state === 'blocked' || worst?.state === 'missing'),
    counts: observed === 0 ? 'no control is observed' : `${share(enforced, observed)} enforced`,
    worst: worst ? quoted(`${worst.title}: ${worst.state}`, 160) : null,
    ref: refs.list('controls'),
  };
}

function findings(input: ReportInput, refs: Refs): Row {
  const { posture } = input;
  const layer = posture.layers.findings;
  const open = openTotal(posture);
  const worst = input.findings.find((f) => f.state === 'open');
  const known = posture.layers.evidence.events > 0;
  return {
    layer: 'findings',
    question: 'What is wrong, who acts?',
    signal: 'criticals owned, none overdue',
    status: known
      ? statusOf(layer.status, layer.open.critical > 0 || layer.overdue.critical > 0)
      : 'not_observed',
    counts: known
      ? `${number(open)} open, ${number(layer.open.critical)} critical, ${number(overdueTotal(posture))} overdue, ${number(layer.accepted)} accepted`
      : 'no event is in the log',
    worst: worst ? headline(worst, 80) : null,
    ref: refs.list('findings'),
  };
}

function evidence({ posture }: ReportInput, refs: Refs): Row {
  const layer = posture.layers.evidence;
  const unsigned = layer.live - layer.signedByTrusted;
  const old = layer.freshOf - layer.fresh;
  const faults = [
    ...(layer.unfoldable > 0 ? [`${counted(layer.unfoldable, 'event')} not folded`] : []),
    ...(unsigned > 0 ? [`${counted(unsigned, 'event')} unsigned`] : []),
    ...(old > 0 ? [`${number(old)} of ${counted(layer.freshOf, 'agent')} silent`] : []),
    ...(layer.references.unresolved > 0
      ? [`${counted(layer.references.unresolved, 'reference')} unresolved`]
      : []),
  ];
  return {
    layer: 'evidence',
    question: 'Is the proof fresh, signed?',
    signal: 'fresh, signed, all folded',
    status: statusOf(layer.status, layer.unfoldable > 0),
    counts: layer.live === 0 ? 'no live event' : `${share(layer.signedByTrusted, layer.live)} signed`,
    worst: faults.length > 0 ? faults.join('; ') : null,
    ref: refs.list('evidence'),
  };
}

function reports({ posture }: ReportInput, refs: Refs): Row {
  const layer = posture.layers.reports;
  const lost = layer.bounced + layer.unconfirmed;
  const ended = layer.delivered + lost;
  return {
    layer: 'reports',
    question: 'Did reports reach their readers?',
    signal: 'every delivery confirmed',
    status: statusOf(ended === 0 ? 'unknown' : layer.status, lost > 0),
    counts: ended === 0 ? 'no delivery has ended' : `${share(layer.delivered, ended)} delivered`,
    worst:
      lost > 0
        ? `${number(layer.bounced)} bounced or failed, ${number(layer.unconfirmed)} unconfirmed`
        : null,
    ref: refs.list('reports'),
  };
}
