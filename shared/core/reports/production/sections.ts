import type { Block, Cell } from '../../../../schemas/report-blocks.js';
import { digest, instant, number } from '../format.js';
import { ofType } from '../proof.js';
import { counted, link, text, unknownCell, withheld, type Refs } from '../text.js';
import type { Gate } from './gate-tables.js';
import { packetRows } from './packets.js';
import type { ProductionInput } from './production.js';

export function packets(input: ProductionInput, refs: Refs): Block {
  return {
    kind: 'table',
    caption: 'What production asks for, each by its newest evidence (n = 4 packets)',
    columns: [
      { key: 'packet', title: 'Packet', kind: 'text', weight: 3 },
      { key: 'age', title: 'Age, window', kind: 'text', weight: 1.6 },
      { key: 'found', title: 'Found', kind: 'text', weight: 1.6 },
      { key: 'status', title: 'Status', kind: 'status' },
      { key: 'digest', title: 'Digest', kind: 'text', weight: 1 },
      { key: 'ref', title: 'Reference', kind: 'ref' },
    ],
    rows: packetRows(input).map((p): Cell[] => [
      text(p.title),
      text(p.proof ? `${counted(p.ageDays, 'day')} of ${p.windowDays}` : `none in ${p.windowDays} days`),
      text(p.proof ? `${p.live ? 'live' : 'sample'}: ${p.found}` : p.found),
      { kind: 'status', status: p.ready ? 'on_target' : p.proof ? 'off_target' : 'not_observed' },
      text(
        p.proof && !input.publicSafe
          ? digest(p.proof.evidence.digest, 8)
          : p.proof
            ? withheld
            : 'no evidence',
      ),
      link(p.proof ? refs.evidence(p.proof.evidence.id) : refs.list('evidence')),
    ]),
    empty: 'No packet is defined.',
  };
}

/** The proofs that readiness looks for, each by its newest evidence. */
export function proofsTable({ proofs }: ProductionInput, refs: Refs): Block {
  const kinds = [
    ['isolation.tested', 'Tenant isolation'],
    ['connector.validated', 'Connector proven live'],
    ['workflow.exercised', 'Runtime workflow exercised'],
    ['report.delivered', 'Report delivered on the provider’s word'],
  ] as const;
  return {
    kind: 'table',
    caption: 'Proofs by their newest evidence (n = 4 kinds)',
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
export function decisionRecord({ proofs, posture }: ProductionInput, refs: Refs): Block {
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
