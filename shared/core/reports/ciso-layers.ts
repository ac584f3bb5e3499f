import type { Posture } from '../../../schemas/posture.js';
import type { Block, BlockOf } from '../../../schemas/report-blocks.js';
import type { Status } from '../../../schemas/report-figures.js';
import type { CisoInput } from './ciso-input.js';
import { failingControls, failingCount, openTotal, overdueTotal } from './ciso-front.js';
import { openCriticals, sparkOf } from './ciso-kpis.js';
import { inventoryGap, itemsOf, shadowOf, silentOf } from './ciso-measures.js';
import { counted, findingWords, quoted, sum, unknown, type Refs } from './ciso-text.js';
import { number, share } from './format.js';

/** The score with everything that must stand beside it. */
export function scoreCardOf(input: CisoInput, refs: Refs): BlockOf<'scoreCard'> {
  const { posture, prior, settings } = input;
  const { score } = posture;
  const gap = inventoryGap(posture, settings.inventoryFreshDays);
  const criticals = openCriticals(input);
  return {
    kind: 'scoreCard',
    score:
      score.tenths === null
        ? (gap ?? unknown('nothing_in_scope', 'nothing in scope'))
        : { state: 'observed', tenths: score.tenths },
    targetTenths: score.target,
    priorTenths: prior?.score.tenths ?? null,
    controls: { observed: score.controlsObserved, applicable: score.controlsApplicable },
    openCriticals: criticals.state === 'observed' ? { state: 'observed', value: criticals.value } : criticals,
    acceptedCriticals: input.counters.counts['findings/accepted/critical'] ?? 0,
    verdict: posture.verdict,
    spark: sparkOf(input, tenthsAsPoints, score.tenths === null ? null : score.tenths / 10),
    ref: refs.posture,
  };
}

const tenthsAsPoints = ({ posture }: { posture: Posture }): number | null =>
  posture.score.tenths === null ? null : posture.score.tenths / 10;

const statusOf = (health: 'healthy' | 'unhealthy' | 'unknown', grave: boolean): Status =>
  health === 'unknown'
    ? 'not_observed'
    : health === 'healthy'
      ? 'on_target'
      : grave
        ? 'off_target'
        : 'needs_attention';

/** The five layers of the design, each with its question, its signal, where it stands and what is worst in it. */
export function layersOf(input: CisoInput, refs: Refs): Block {
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

function coverage({ posture, settings }: CisoInput, refs: Refs): Row {
  const { coverage: layer } = posture.layers;
  const kinds = [layer.agents, layer.repositories, layer.workflows, layer.tools];
  const [covered, all] = [sum(kinds.map((k) => k.covered)), itemsOf(posture)];
  const [shadow, silent] = [shadowOf(posture), silentOf(posture)];
  const gap = inventoryGap(posture, settings.inventoryFreshDays);
  return {
    layer: 'coverage',
    question: 'Is everything that acts known and governed?',
    signal: quoted(layer.healthySignal, 120),
    status: gap ? 'not_observed' : statusOf(layer.status, shadow > 0),
    counts: all === 0 ? 'no item declared or observed' : `${share(covered, all)} items covered`,
    worst: gap
      ? gap.words
      : shadow + silent > 0
        ? `${number(shadow)} not declared, ${number(silent)} declared and not heard from in 24 hours`
        : null,
    ref: refs.list('agents'),
  };
}

function controls({ posture }: CisoInput, refs: Refs): Row {
  const { controls: layer } = posture.layers;
  const { enforced = 0 } = layer.states;
  const [worst] = failingControls(posture);
  const observed = posture.score.controlsObserved;
  return {
    layer: 'controls',
    question: 'Do the controls act, or only watch?',
    signal: quoted(layer.healthySignal, 120),
    status: statusOf(layer.status, worst?.state === 'blocked' || worst?.state === 'missing'),
    counts:
      observed === 0 ? 'no control is observed' : `${share(enforced, observed)} observed controls enforced`,
    worst: worst
      ? quoted(
          `${worst.title}: ${worst.state}; ${number(failingCount(worst))} of ${counted(worst.inScope, 'item')} not enforced`,
          160,
        )
      : null,
    ref: refs.list('controls'),
  };
}

function findings(input: CisoInput, refs: Refs): Row {
  const { posture } = input;
  const layer = posture.layers.findings;
  const open = openTotal(posture);
  const worst = input.findings.find((f) => f.state === 'open');
  const known = posture.layers.evidence.events > 0;
  return {
    layer: 'findings',
    question: 'What is wrong, and who acts by when?',
    signal: quoted(layer.healthySignal, 120),
    status: known
      ? statusOf(layer.status, layer.open.critical > 0 || layer.overdue.critical > 0)
      : 'not_observed',
    counts: known
      ? `${number(open)} open, ${number(layer.open.critical)} critical, ${number(overdueTotal(posture))} overdue, ${number(layer.accepted)} accepted`
      : 'no event is in the log',
    worst: worst ? `${worst.severity}: ${findingWords(worst, 140)}` : null,
    ref: refs.list('findings'),
  };
}

function evidence({ posture }: CisoInput, refs: Refs): Row {
  const layer = posture.layers.evidence;
  const unsigned = layer.live - layer.signedByTrusted;
  const old = layer.freshOf - layer.fresh;
  const faults = [
    ...(layer.unfoldable > 0 ? [`${counted(layer.unfoldable, 'event')} could not be folded`] : []),
    ...(unsigned > 0 ? [`${counted(unsigned, 'live event')} not signed by a trusted source`] : []),
    ...(old > 0 ? [`${number(old)} of ${counted(layer.freshOf, 'agent')} not heard from in 24 hours`] : []),
  ];
  return {
    layer: 'evidence',
    question: 'Is the proof fresh, signed and complete?',
    signal: quoted(layer.healthySignal, 120),
    status: statusOf(layer.status, layer.unfoldable > 0),
    counts:
      layer.live === 0 ? 'no live event' : `${share(layer.signedByTrusted, layer.live)} live events signed`,
    worst: faults.length > 0 ? faults.join('; ') : null,
    ref: refs.list('evidence'),
  };
}

function reports({ posture }: CisoInput, refs: Refs): Row {
  const layer = posture.layers.reports;
  const lost = layer.bounced + layer.unconfirmed;
  const ended = layer.delivered + lost;
  return {
    layer: 'reports',
    question: 'Did reports reach their readers?',
    signal: quoted(layer.healthySignal, 120),
    status: statusOf(ended === 0 ? 'unknown' : layer.status, lost > 0),
    counts:
      ended === 0
        ? `no delivery has ended; ${counted(layer.requested, 'report')} requested`
        : `${share(layer.delivered, ended)} deliveries confirmed`,
    worst:
      lost > 0
        ? `${number(layer.bounced)} bounced or failed, ${number(layer.unconfirmed)} unconfirmed`
        : null,
    ref: refs.list('reports'),
  };
}
