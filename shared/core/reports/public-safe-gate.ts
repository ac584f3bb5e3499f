import type { Gate, ToDo } from './gated-input.js';
import { withheld } from './text.js';

const ofTenant = 'A check that the tenant added';

/**
 * A gate for readers outside: what a check found may name sources and items, and a check that the tenant added is in its
 * own words. What remains is how each ended, and the words that are ours.
 */
export function gateWithoutNames({ blockers, checks, packets }: Gate): Gate {
  const added = checks.map(({ name }) => name).filter((name) => name.startsWith('tenant:'));
  const idOf = <Id extends Gate['checks'][number]['name']>(id: Id): Id | `tenant:added_${number}` =>
    id.startsWith('tenant:') ? `tenant:added_${added.indexOf(id) + 1}` : id;
  return {
    packets,
    checks: checks.map(({ name, status, message }) => ({
      name: idOf(name),
      status,
      message: status === 'pass' ? message : withheld,
    })),
    blockers: blockers.map((blocker) => ({
      ...blocker,
      id: idOf(blocker.id),
      evidenceIds: [],
      links: {},
      ...(blocker.id.startsWith('tenant:') ? { title: ofTenant, resolution: withheld, owner: withheld } : {}),
    })),
  };
}

/** What is to be done for readers outside: not what was found, and nothing in the tenant's own words. */
export const planWithoutNames = (plan: readonly (ToDo & { blocker: string })[]): ToDo[] =>
  plan.map(({ blocker, title, action, owner }) => ({
    check: null,
    found: withheld,
    ...(blocker.startsWith('tenant:')
      ? { title: ofTenant, action: withheld, owner: withheld }
      : { title, action, owner }),
  }));
