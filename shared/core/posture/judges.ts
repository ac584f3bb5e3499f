import type { ControlState } from '../../../schemas/posture.js';
import { hour, millisOf, type Millis } from '../kernel/time.js';
import type { Config } from '../projections/config.js';
import type { Item } from '../projections/documents.js';
import type { PolicyUse, Stamp } from '../projections/facts.js';
import type { Control } from './control.js';
import { decisionState, type ApprovalOf } from './decision-state.js';
import { latest, none, within, type Judged } from './judged.js';
import { judgeIncident, judgeReview } from './operation-states.js';
import { driftOf } from './policy-drift.js';

export type Circumstances = { config: Config; approvalOf: ApprovalOf; hours: number; now: Millis };

/** One control judged for one item that is in its scope. */
export function judge({ id, judgement }: Control, item: Item, circumstances: Circumstances): Judged {
  const { config, approvalOf, hours, now } = circumstances;
  const fresh = (stamp: Stamp, state: ControlState): Judged => within(stamp, hours, state, now);
  switch (judgement.by) {
    case 'inventory':
      return judgeInventory(item);
    case 'identity':
      return judgeIdentity(item, hours, fresh);
    case 'registry':
      return judgeRegistry(item, fresh, now);
    case 'capability':
      return judgeCapability(item, hours, fresh);
    case 'decision': {
      const fact = latest(judgement.facts.map((key) => item.facts[key]));
      if (!fact) return none;
      const state = decisionState(fact, { id, highRisk: judgement.highRisk }, config, approvalOf);
      const unattested = judgement.attested && state === 'enforced' && fact.decision === 'allow';
      return fresh(fact, unattested ? 'missing' : state);
    }
    case 'policy':
      return judgePolicy(item, hours, config, fresh);
    case 'signature': {
      const last = item.observed?.last;
      return last ? fresh(last, last.trusted ? 'enforced' : 'missing') : none;
    }
    case 'activity':
      return item.observed ? fresh(item.observed.last, 'enforced') : none;
    case 'declaration':
      return item.inventory ? fresh(item.inventory, 'enforced') : none;
    case 'delivery':
      return item.delivery
        ? fresh(item.delivery, item.delivery.outcome === 'delivered' ? 'enforced' : 'blocked')
        : none;
    case 'proof': {
      const proof = item.proofs?.[judgement.of];
      return proof ? fresh(proof, proof.passed ? 'enforced' : judgement.down ? 'blocked' : 'missing') : none;
    }
    case 'incident':
      return judgeIncident(item, hours, config, now);
    case 'review':
      return judgeReview(item, hours, now);
    case 'approval':
    case 'exception':
      return none; // scope.kind keeps items away from these
  }
}

type Fresh = (stamp: Stamp, state: ControlState) => Judged;

function judgeInventory(item: Item): Judged {
  const { declared, observed } = item;
  if (!declared) return { state: 'missing', evidenceId: observed?.last.id ?? null };
  // Acting after retirement is acting undeclared.
  if (declared.lifecycle === 'retired')
    return { state: 'missing', evidenceId: observed?.last.id ?? declared.id };
  return { state: declared.owner === undefined ? 'missing' : 'enforced', evidenceId: declared.id };
}

/** Whether something was said within the window before the last that was said. Counted from there, not from now. */
const together = (stamp: Stamp, last: Stamp, hours: number): boolean =>
  millisOf(stamp.time) > millisOf(last.time) - hours * hour;

/** An agent that two sources speak for is one identity used in two places, which is what a stolen one looks like. */
function judgeIdentity({ observed, sources = {} }: Item, hours: number, fresh: Fresh): Judged {
  if (!observed) return none;
  const { last } = observed;
  const other = latest(Object.values(sources).filter((s) => s.id !== last.id && together(s, last, hours)));
  return other ? fresh(last, 'missing') : fresh(last, last.trusted ? 'enforced' : 'missing');
}

function judgeRegistry(item: Item, fresh: Fresh, now: Millis): Judged {
  const { registry } = item;
  if (!registry?.registered) return { state: 'blocked', evidenceId: registry?.id ?? null };
  const owned = registry.owner !== undefined || item.declared?.owner !== undefined;
  const approvedUntil = registry.approvedUntil === undefined ? null : millisOf(registry.approvedUntil);
  const approved = approvedUntil !== null && approvedUntil > now;
  const trusted =
    registry.tier === 'trusted'
      ? approvedUntil === null || approved
      : registry.tier === 'reviewed' && approved;
  const judged = fresh(registry, owned && trusted ? 'enforced' : 'missing');
  if (judged.state !== 'enforced' || approvedUntil === null) return judged;
  return { ...judged, until: Math.min(judged.until ?? approvedUntil, approvedUntil) };
}

/** A use that does not say which capability it took is within no approval; where all was stopped, nothing was used. */
function judgeCapability(
  { observed, capabilities = {}, registry }: Item,
  hours: number,
  fresh: Fresh,
): Judged {
  if (!observed) return none;
  const last = latest(Object.values(capabilities));
  if (!last) return fresh(observed.last, 'enforced');
  const beyond = latest(
    Object.entries(capabilities)
      .filter(([name, use]) => together(use, last, hours) && !registry?.approvedCapabilities?.includes(name))
      .map(([, use]) => use),
  );
  return beyond ? fresh(beyond, 'missing') : fresh(last, 'enforced');
}

function judgePolicy({ policies = [] }: Item, hours: number, config: Config, fresh: Fresh): Judged {
  const enforced = policies.filter(({ mode }) => mode === 'enforce');
  const last = latest(enforced);
  if (!last) {
    const shadow = latest(policies);
    return shadow ? fresh(shadow, 'shadowed') : none;
  }
  const drifted = latest(driftedUses(enforced, hours, config));
  return drifted ? fresh(drifted, 'missing') : fresh(last, 'enforced');
}

/** Uses that drifted, among those of policies that still decide. */
export function driftedUses(uses: readonly PolicyUse[], hours: number, config: Config): PolicyUse[] {
  const last = latest(uses);
  return uses.filter((use) => last && together(use, last, hours) && driftOf(use, config) !== null);
}
