import type { z } from 'zod';

import type { Packet, packetListSchema } from '../../../schemas/packets.js';
import type { Posture } from '../../../schemas/posture.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { envelopeOf, prepareStatement } from '../../core/kernel/dsse.js';
import { packetPredicate } from '../../core/kernel/predicates.js';
import type { Release } from '../../core/readiness/validators/facts.js';
import { allValidators, packetOf } from '../../core/readiness/validators/packet.js';
import type { KeyRing, TenantStores } from '../../ports.js';
import { gatherValidators, type GatherDeps } from './gather-validators.js';
import { linksOf } from '../links.js';

/**
 * The packets of all four validators as of a posture. Unsigned. What comes in between posture and packets is judged by the
 * next answer at the latest: each names the position it speaks of.
 */
export async function packetsFor(
  deps: GatherDeps,
  tenant: Tenant | null,
  posture: Pick<Posture, 'asOf' | 'position'>,
  release: Release | null,
): Promise<Packet[]> {
  const { tenantId } = deps.stores;
  const facts = await gatherValidators(deps, tenant, posture.asOf, release);
  return allValidators.map((validator) =>
    packetOf(validator, facts, { tenantId, position: posture.position }),
  );
}

/** A packet with the tenant's signature over its digest: a DSSE envelope (in-toto statement). */
export async function signPacket(deps: GatherDeps & { keys: KeyRing }, packet: Packet): Promise<Packet> {
  const { payload, toSign } = prepareStatement({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `aispm-packet/${packet.validator}`, digest: { sha256: packet.digest } }],
    predicateType: packetPredicate,
    predicate: packet,
  });
  const { keyId, signature } = await deps.keys.sign(deps.stores.tenantId, toSign);
  return { ...packet, signature: envelopeOf(payload, keyId, signature) };
}

/** Packets as they are answered: what is digested and signed stays as it is, the ways to its evidence stand beside it. */
export function packetAnswer(
  tenantId: TenantStores['tenantId'],
  items: Packet[],
): z.infer<typeof packetListSchema> {
  const { at } = linksOf(tenantId);
  const links = items.flatMap(({ validator, checks }) =>
    checks.flatMap(({ name, evidenceIds: [first] }): [string, string][] =>
      first === undefined ? [] : [[`${validator}.${name}`, at('evidence', first)]],
    ),
  );
  return { items, links: Object.fromEntries(links) };
}
