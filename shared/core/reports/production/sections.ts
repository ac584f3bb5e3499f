import type { Block } from '../../../../schemas/report-blocks.js';
import { checkWords, digest, instant, number } from '../format.js';
import type { GatedInput, ToDo } from '../gated-input.js';
import { ofType } from '../proof.js';
import { link, quoted, text, unknownCell, withheld, type Refs } from '../text.js';

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

/**
 * What is left to do before the decision, in the order of the work. What one person does about one blocker stands together,
 * with all that was found.
 */
export function plan(items: readonly ToDo[], refs: Refs): Block {
  const works = new Map<string, { lead: string; found: Map<string, string[]> }>();
  for (const { title, check, action, owner, found } of items) {
    const lead = `${title}: ${action} By: ${owner}.`;
    const work = works.get(lead) ?? { lead, found: new Map<string, string[]>() };
    work.found.set(found, [...(work.found.get(found) ?? []), ...(check === null ? [] : [checkWords(check)])]);
    works.set(lead, work);
  }
  return {
    kind: 'list',
    ordered: true,
    items:
      works.size === 0
        ? [{ text: 'Nothing is left to do before the decision.', ref: refs.readiness('production') }]
        : [...works.values()].map(({ lead, found }) => ({
            text: `${lead}${foundWords(found)}`,
            ref: refs.readiness('production'),
          })),
  };
}

function foundWords(found: ReadonlyMap<string, readonly string[]>): string {
  const told = [...found].flatMap(([message, checks]) =>
    message === withheld ? [] : [checks.length === 0 ? message : `${message} (${checks.join('; ')})`],
  );
  return told.length === 0 ? '' : ` Found: ${quoted(told.join('; '), 240)}.`;
}

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
