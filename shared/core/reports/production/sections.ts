import type { Block } from '../../../../schemas/report-blocks.js';
import { digest, instant, number } from '../format.js';
import type { Gate, GatedInput } from '../gated-input.js';
import { ofType } from '../proof.js';
import { link, text, unknownCell, type Refs } from '../text.js';

/** The proofs that readiness looks for, each by its newest evidence. */
export function proofsTable({ proofs }: GatedInput, refs: Refs): Block {
  const kinds = [
    ['archive.closed', 'Operating archive closed'],
    ['deployment.validated', 'Deployment validated'],
    ['isolation.tested', 'Tenant isolation'],
    ['connector.validated', 'Connector proven live'],
    ['workflow.exercised', 'Runtime workflow exercised'],
    ['report.delivered', 'Report delivered on the provider’s word'],
  ] as const;
  return {
    kind: 'table',
    caption: 'Proofs by their newest evidence (n = 6 kinds)',
    columns: [
      { key: 'proof', title: 'Proof', kind: 'text', weight: 3 },
      { key: 'time', title: 'When', kind: 'text', weight: 3 },
      { key: 'ref', title: 'Reference', kind: 'ref' },
    ],
    rows: kinds.map(([name, title]) => {
      const newest = ofType(proofs, name)[0]?.proof;
      return newest
        ? [text(title), text(instant(newest.evidence.event.time)), link(refs.evidence(newest.evidence.id))]
        : [
            text(title),
            unknownCell('no_evidence', 'no such evidence in the log'),
            unknownCell('no_evidence', 'none'),
          ];
    }),
    empty: 'No proof is asked for.',
  };
}

export const plan = (blockers: Gate['blockers'], refs: Refs): Block => ({
  kind: 'list',
  ordered: true,
  items:
    blockers.length === 0
      ? [{ text: 'Nothing is left to do before the decision.', ref: refs.readiness('production') }]
      : blockers.map(({ resolution, owner }) => ({
          text: `${resolution} By: ${owner}.`,
          ref: refs.readiness('production'),
        })),
});

/** The last recorded decision; a preview is not one. */
export function decisionRecord({ proofs, posture }: GatedInput, refs: Refs): Block {
  const made = ofType(proofs, 'readiness.decided').find(({ data }) => data.target === 'production');
  return {
    kind: 'keyValues',
    rows: [
      made
        ? {
            key: 'Last decision',
            value: `${made.data.ready ? 'ready' : 'not ready'} at ${instant(made.proof.evidence.event.time)}, answer sha256:${digest(made.data.digest, 16)}`,
            ref: refs.evidence(made.proof.evidence.id),
          }
        : {
            key: 'Last decision',
            value: 'not observed — the gate was not asked to decide',
            ref: refs.readiness('production'),
          },
      {
        key: 'Stands on',
        value: `log position ${number(posture.position)} at ${instant(posture.asOf)}`,
        ref: refs.checkpoint,
      },
      { key: 'Holds', value: 'for this position and instant only; later evidence needs a new packet' },
    ],
  };
}
