import type { JSX } from 'preact';

import { number } from '../../shared/core/reports/format.js';
import { layerTitle } from '../../shared/core/reports/sentences.js';
import type { Query } from '../address.js';
import type { Posture } from '../answers.js';
import { Onward, To } from '../navigation.js';
import { capital, Code, plain } from '../parts/status.js';

const layerNames = ['coverage', 'controls', 'findings', 'evidence', 'reports'] as const;

/** The five layers, each with its signal, its numbers and what fails. `when` is the past that they are of, if of one. */
export function Layers({ posture, when }: { posture: Posture; when: Query }): JSX.Element {
  return (
    <section aria-labelledby="layers">
      <h2 id="layers">Five layers</h2>
      <div class="layers">
        {layerNames.map((name) => {
          const layer = posture.layers[name];
          return (
            <article class="panel" key={name}>
              <h3>
                <Onward link={layer.link}>{layerTitle(name)}</Onward>
              </h3>
              <p>
                <Code set="signals" of={layer.status} />
              </p>
              <p class="signal">{capital(layer.signal.words)}</p>
              <LayerFigure posture={posture} name={name} when={when} />
              {layer.failing.length === 0 ? null : (
                <dl class="tally">
                  {layer.failing.map(({ name: what, words, count, link }) => (
                    <div key={what}>
                      <dt>{capital(words)}</dt>
                      <dd>
                        <Onward link={link} label={`${capital(words)}: ${number(count)}`}>
                          {number(count)}
                        </Onward>
                      </dd>
                    </div>
                  ))}
                </dl>
              )}
            </article>
          );
        })}
      </div>
    </section>
  );
}

type LayerRow = readonly [label: string, value: string, list: string, query?: Query];

/** The numbers that a layer's signal is judged by, each with the way to what it counts. */
function LayerFigure({
  posture,
  name,
  when,
}: {
  posture: Posture;
  name: (typeof layerNames)[number];
  when: Query;
}): JSX.Element {
  const { coverage, controls, findings, evidence, reports } = posture.layers;
  const rows: readonly LayerRow[] = {
    coverage: (['agents', 'repositories', 'workflows', 'tools'] as const).map((kind): LayerRow => {
      const { covered, inScope } = coverage[kind];
      return [capital(kind), `${number(covered)} of ${number(inScope)}`, kind];
    }),
    controls: Object.entries(controls.states).map(([state, n]): LayerRow => [
      plain(state),
      number(n),
      'controls',
      { ...when, state },
    ]),
    findings: (['critical', 'high', 'medium', 'low'] as const).map((severity): LayerRow => [
      `${capital(severity)}, open`,
      number(findings.open[severity]),
      'findings',
      { severity, state: 'open' },
    ]),
    evidence: [
      ['Events', number(evidence.events), 'evidence'],
      ['Signed', `${number(evidence.signedByTrusted)} of ${number(evidence.live)}`, 'evidence'],
      ['Agents heard', `${number(evidence.fresh)} of ${number(evidence.freshOf)}`, 'agents'],
      ['Not foldable', number(evidence.unfoldable), 'findings', { subject: 'tenant:log' }],
    ] satisfies LayerRow[],
    reports: (['requested', 'rendered', 'delivered', 'bounced'] as const).map((step): LayerRow =>
      step === 'delivered' || step === 'bounced'
        ? [capital(step), number(reports[step]), 'deliveries', { status: step }]
        : [capital(step), number(reports[step]), 'reports'],
    ),
  }[name];
  return (
    <dl class="tally">
      {rows.map(([label, value, list, query = {}]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <To path={[list]} query={query} label={`${label}: ${value}`}>
              {value}
            </To>
          </dd>
        </div>
      ))}
    </dl>
  );
}
