import type { Block } from '../../../../schemas/report-blocks.js';
import { instant, number } from '../format.js';
import type { JourneyInput } from '../gated-input.js';
import { cutAt, link, person, quoted, text, unknownCell, type Refs } from '../text.js';

/* What the pilot's proposal says, beside what the inventory holds. */

function proposed(journey: JourneyInput['journey'], refs: Refs) {
  const pilot = journey?.pilot;
  if (pilot === undefined)
    return [{ key: 'Users and dates', value: 'not observed — no pilot scope is recorded in the log' }];
  const ref = refs.evidence(pilot.id);
  const { agents, repositories, workflows, tools } = pilot.scope;
  const named = [...agents, ...repositories, ...workflows, ...tools];
  const shown = named
    .slice(0, 12)
    .map((name) => quoted(name, 60))
    .join(', ');
  return [
    {
      key: 'Pilot',
      value: `${shown}${named.length > 12 ? `, and ${number(named.length - 12)} more` : ''}`,
      ref,
    },
    { key: 'Dates', value: `${instant(pilot.from)} to ${instant(pilot.until)}`, ref },
    { key: 'Sponsor', value: person(pilot.sponsor, 'none'), ref },
    { key: 'Goal', value: quoted(pilot.goal, 300), ref },
  ];
}

export function scope({ journey, posture }: JourneyInput, refs: Refs): Block {
  const { coverage } = posture.layers;
  const kind = (key: 'agents' | 'repositories' | 'workflows' | 'tools') => ({
    key: key.charAt(0).toUpperCase() + key.slice(1),
    value: `${number(coverage[key].inScope)} in scope: ${number(coverage[key].declared)} declared, ${number(coverage[key].shadow)} observed and not declared`,
    ref: refs.list(key),
  });
  return {
    kind: 'keyValues',
    rows: [
      kind('agents'),
      kind('repositories'),
      kind('workflows'),
      kind('tools'),
      ...proposed(journey, refs),
      { key: 'Out of scope', value: 'what the inventory does not declare and nobody observed' },
    ],
  };
}

/** What the pilot is judged by, as its proposal says. @param most rows of a page that is one of two */
export function successMeasures({ journey, publicSafe }: JourneyInput, refs: Refs, most = Infinity): Block {
  const pilot = journey?.pilot;
  const measures = pilot?.measures ?? [];
  return {
    kind: 'table',
    caption: `What the pilot is judged by when it ends (n = ${number(measures.length)})`,
    columns: [
      { key: 'measure', title: 'Measure', kind: 'text', weight: 3 },
      { key: 'baseline', title: 'Baseline', kind: 'text', weight: 1.5 },
      { key: 'target', title: 'Target', kind: 'text', weight: 1.5 },
      { key: 'how', title: 'How measured', kind: 'text', weight: 3 },
      { key: 'stop', title: 'Stop rule', kind: 'text', weight: 3 },
      { key: 'ref', title: 'Reference', kind: 'ref' },
    ],
    rows: measures
      .slice(0, most)
      .map(({ measure, baseline, target, how, stopRule }) => [
        text(quoted(measure, 60)),
        text(quoted(baseline, 30)),
        text(quoted(target, 30)),
        text(quoted(how, 70)),
        text(quoted(stopRule, 70)),
        pilot === undefined ? unknownCell('no_pilot', 'none') : link(refs.evidence(pilot.id)),
      ]),
    ...cutAt(most, measures.length, 'all of them in the appendix, success measures'),
    empty: publicSafe
      ? 'Withheld — a public-safe report does not tell of the proposal.'
      : 'Not observed — the proposal in the log names no success measure, or there is none.',
  };
}
