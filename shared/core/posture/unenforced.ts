import type { Config } from '../projections/config.js';
import type { Item } from '../projections/documents.js';
import { decisionState, isHighRisk, type ApprovalOf } from './decision-state.js';
import { latest } from './judged.js';

/** Said of an agent while one stands, and counted; an index serves which agents. */
export const unenforcedLabel = 'unenforced';

/**
 * The latest high-risk action of an agent that was neither enforced nor approval-routed, by the state table alone: whatever
 * surface it is on, also where no control speaks of it. It stands until a later action on that surface, or with that risk.
 * @returns its evidence, null where there is none
 */
export function unenforcedAction(item: Item, config: Config, approvalOf: ApprovalOf): string | null {
  if (item.itemKind !== 'agent') return null;
  const standing = Object.values(item.facts).filter(
    (fact) =>
      isHighRisk(fact, false) &&
      decisionState(fact, { id: null, highRisk: true }, config, approvalOf) !== 'enforced',
  );
  return latest(standing)?.id ?? null;
}
