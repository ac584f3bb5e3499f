import { pseudonymPattern } from '../../schemas/primitives.js';
import type { TenantStore } from '../ports.js';

/**
 * An answer with the names of the people it mentions, joined as it is read: the answer itself, like everything stored,
 * knows pseudonyms only, and one whose name was erased stays a pseudonym.
 */
export async function withNames<T extends object>(
  tenant: TenantStore,
  answer: T,
): Promise<T & { people?: Record<string, string> }> {
  const mentioned = new Set<string>();
  collect(answer, mentioned);
  if (mentioned.size === 0) return answer;
  const names = await tenant.names([...mentioned].sort());
  return { ...answer, people: Object.fromEntries(names) };
}

function collect(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') {
    if (pseudonymPattern.test(value)) into.add(value);
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) collect(member, into);
  }
}
