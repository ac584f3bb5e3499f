import type { Control } from '../../posture/control.js';
import { decisionState } from '../../posture/decision-state.js';
import type { Approval } from '../../projections/documents.js';
import { factKeys, factOf } from '../../projections/actions.js';
import { isTrusted } from '../../projections/items.js';
import { stampOf } from '../../projections/stamps.js';
import { within } from '../kpis/spans.js';
import { ofType } from '../proof.js';
import type { TestedItem, TestInput } from './input.js';
import { closingItems, item, proofItems, reviewItems } from './operation-populations.js';

/** The population of a control, or null where no event is one item of it. */
export function populationOf(control: Control, input: TestInput): TestedItem[] | null {
  const { judgement } = control;
  switch (judgement.by) {
    case 'decision': {
      const { config } = input;
      const approvalOf = (name: string): Approval | null =>
        input.judgedBy.find((a) => a.name === name) ?? null;
      return ofType(input.proofs, 'decision.recorded').flatMap(({ proof, data }) => {
        if (!config || !judgement.facts.some((fact) => factKeys(data).includes(fact))) return [];
        const fact = factOf(data, stampOf(proof.evidence), isTrusted(proof.evidence));
        const state = decisionState(
          fact,
          { id: control.id, highRisk: judgement.highRisk },
          config,
          approvalOf,
        );
        return [
          item(control, proof, state === 'enforced', `${data.decision} in ${data.mode} mode: ${state}`),
        ];
      });
    }
    case 'signature':
      return ofType(input.proofs, 'decision.recorded').map(({ proof }) => {
        const trusted = isTrusted(proof.evidence);
        return item(
          control,
          proof,
          trusted,
          trusted ? 'signed by a trusted source' : 'not signed by a trusted source',
        );
      });
    case 'registry':
      return ofType(input.proofs, 'registry.checked').map(({ proof, data }) =>
        item(
          control,
          proof,
          data.registered && data.verdict === 'trusted',
          `${data.registered ? 'registered' : 'not registered'}, ${data.verdict}`,
        ),
      );
    case 'delivery':
      return [
        ...ofType(input.proofs, 'report.delivered').map(({ proof }) =>
          item(control, proof, true, 'delivered'),
        ),
        ...ofType(input.proofs, 'report.bounced').map(({ proof, data }) =>
          item(control, proof, false, data.status),
        ),
      ];
    case 'approval':
      return approvals(control, judgement.demand, input);
    case 'proof':
      return proofItems(control, judgement.of, input.proofs);
    case 'incident':
      return closingItems(control, input.proofs);
    case 'review':
      return reviewItems(control, input);
    default:
      return null;
  }
}

function approvals(
  control: Control,
  demand: 'separated' | 'in_time' | 'break_glass',
  { judgedBy: all, window, proofs }: TestInput,
): TestedItem[] {
  const placed = new Map(ofType(proofs, 'approval.decided').map(({ proof }) => [proof.evidence.id, proof]));
  const decided = all.flatMap((a) =>
    a.decided && within(a.decided.time, window) ? [{ a, by: a.decided }] : [],
  );
  return decided.flatMap(({ a, by }) => {
    const glass = by.breakGlass || a.requested?.breakGlass === true;
    if (demand === 'break_glass' && !glass) return [];
    const met =
      demand === 'separated'
        ? a.status !== 'self_approved'
        : demand === 'in_time'
          ? a.status !== 'late'
          : a.reviewed !== undefined;
    return [
      {
        control: control.id,
        id: by.id,
        time: by.time,
        position: placed.get(by.id)?.position ?? null,
        digest: placed.get(by.id)?.evidence.digest ?? null,
        met,
        expected: control.demand,
        found: `${by.outcome}, ${a.status.replaceAll('_', ' ')}${a.reviewed ? ', reviewed' : ''}`,
      },
    ];
  });
}
