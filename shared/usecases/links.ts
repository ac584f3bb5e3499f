import type { ItemKind, TenantId } from '../../schemas/primitives.js';

/** Lists of items by kind, as paths name them. */
const itemLists: Record<ItemKind, string> = {
  agent: 'agents',
  repository: 'repositories',
  workflow: 'workflows',
  tool: 'tools',
};

/** Paths of the next calls. From the score to an event and its proof they take at most three: posture, control, proof. */
export function linksOf(tenantId: TenantId) {
  const base = `/api/tenants/${tenantId}`;
  const at = (...steps: string[]): string => [base, ...steps.map(encodeURIComponent)].join('/');
  return {
    at,
    /** A list with one filter. */
    filtered: (list: string, name: string, value: string): string =>
      `${at(list)}?${name}=${encodeURIComponent(value)}`,
    /** An event and its proof; nothing where there is no event. */
    evidence: (id: string | null): Record<string, string> =>
      id === null ? {} : { evidence: at('evidence', id), proof: at('evidence', id, 'proof') },
    /** An item's own page and the evidence that names it. */
    item: (kind: ItemKind, name: string): Record<'self' | 'evidence', string> => ({
      self: at(itemLists[kind], name),
      evidence: `${at('evidence')}?${kind}=${encodeURIComponent(name)}`,
    }),
  };
}
