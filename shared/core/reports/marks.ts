import type { Status } from '../../../schemas/report-figures.js';
import { day } from './format.js';
import { toneOf, type ColourToken } from './tokens.js';

/** A status mark in its 8 × 8 box. `text` is its form where nothing can be drawn; it has no emoji presentation. */
export type Mark = {
  path: string;
  fill: boolean;
  /** Stroke width; 0 for filled marks. */
  stroke: number;
  text: string;
};

const circle = (r: number) => `M${4 - r},4 A${r},${r} 0 1 0 ${4 + r},4 A${r},${r} 0 1 0 ${4 - r},4 Z`;

const marks = {
  circle: { path: circle(3.5), fill: true, stroke: 0, text: '●' },
  triangle: { path: 'M4,0.5 L7.7,7.2 L0.3,7.2 Z', fill: true, stroke: 0, text: '▲' },
  square: { path: 'M0.7,0.7 L7.3,0.7 L7.3,7.3 L0.7,7.3 Z', fill: true, stroke: 0, text: '■' },
  ring: { path: circle(3.2), fill: false, stroke: 1.2, text: '○' },
  diamond: { path: 'M4,0.2 L7.8,4 L4,7.8 L0.2,4 Z', fill: true, stroke: 0, text: '◆' },
  line: { path: 'M1,4 L7,4', fill: false, stroke: 1.4, text: '–' },
} as const satisfies Record<string, Mark>;

/** The shape of a status: circle good, triangle attention, square bad, ring unknown, diamond accepted, line outside. */
export function markOf(status: Status): Mark {
  if (status === 'not_applicable' || status === 'no_target') return marks.line;
  const shapes = {
    onTarget: marks.circle,
    attention: marks.triangle,
    offTarget: marks.square,
    notObserved: marks.ring,
    accepted: marks.diamond,
  } as const;
  return shapes[toneOf(status)];
}

export const colourOf = (status: Status): ColourToken => toneOf(status);

const words: Record<Exclude<Status, 'accepted'>, string> = {
  on_target: 'On target',
  needs_attention: 'Needs attention',
  off_target: 'Off target',
  not_enough_evidence: 'Not enough evidence',
  not_observed: 'Not observed',
  not_applicable: 'Not applicable (approved)',
  enforced: 'Enforced',
  shadowed: 'Shadowed',
  stale: 'Stale',
  missing: 'Missing',
  blocked: 'Blocked',
  no_target: 'No target set',
};

/** The word that always stands beside the mark. `until` is the last day of an acceptance. */
export function wordOf(status: Status, until?: string): string {
  if (status !== 'accepted') return words[status];
  return until === undefined ? 'Accepted' : `Accepted until ${day(until)}`;
}

/** The status a verdict is drawn with, whatever its set. */
export function statusOfVerdict(code: string): Status {
  if (/^(on_target|ready|go|complete|closed|closed_false_positive|no_exceptions)$/.test(code))
    return 'on_target';
  if (/^(needs_attention|contained)$/.test(code)) return 'needs_attention';
  if (/^(not_enough_evidence|not_tested|under_test)$/.test(code)) return 'not_enough_evidence';
  return 'off_target';
}
