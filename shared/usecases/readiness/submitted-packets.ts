import { isEvidenceOf, type Evidence } from '../../../schemas/evidence.js';
import { day, instantOf, millisOf } from '../../core/kernel/time.js';
import type { Submitted } from '../../core/readiness/validators/facts.js';
import type { StoredEvidence, TenantStores } from '../../ports.js';

/** Packets from outside that are looked at: the newest of the window. */
const mostPackets = 100;

/**
 * Packets from outside that count: of production, at most so many days old, and from a source that may be believed; of
 * each validator the last. Every reference in them is followed.
 */
export async function submittedPackets(
  { evidence, ledger }: TenantStores,
  asOf: string,
  packetDays: number,
  isTrusted: (evidence: StoredEvidence) => boolean,
): Promise<Submitted[]> {
  const from = instantOf(millisOf(asOf) - packetDays * day);
  const { items } = await evidence.search({ type: 'aispm.packet.submitted', from, limit: mostPackets });
  const last = new Map<string, Evidence<'packet.submitted'>>();
  // Newest first.
  for (const one of items)
    if (isTrusted(one) && isEvidenceOf(one, 'packet.submitted')) {
      const { target, validator } = one.event.data;
      if (target === 'production' && !last.has(validator)) last.set(validator, one);
    }
  const packets = [...last.values()];
  const known = await ledger.known(
    packets.flatMap(({ event }) => event.data.checks.flatMap(({ evidenceIds }) => evidenceIds)),
  );
  return packets.map(({ id, event: { data } }) => ({
    id,
    validator: data.validator,
    blocking: data.checks.filter((c) => c.status === 'blocker').map((c) => `${c.name}: ${c.message}`),
    resolves:
      data.checks.length > 0 &&
      data.checks.every(
        ({ evidenceIds }) => evidenceIds.length > 0 && evidenceIds.every((e) => known.has(e)),
      ),
  }));
}
