import { itemKindSchema, type TenantId } from '../../schemas/primitives.js';

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
    /** Evidence about an item, where evidence can be searched by it. */
    evidenceAbout: (kind: string, name: string): Record<string, string> =>
      kind === itemKindSchema.enum.agent || kind === itemKindSchema.enum.repository
        ? { evidence: `${at('evidence')}?${kind}=${encodeURIComponent(name)}` }
        : {},
  };
}
