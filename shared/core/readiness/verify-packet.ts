import { z } from 'zod';

import type { Packet } from '../../../schemas/packets.js';
import { canonicalBytes, canonicalText } from '../kernel/canonical.js';
import { sha256Hex } from '../kernel/hash.js';
import { packetPredicate } from '../kernel/predicates.js';
import { inOrder, must, NotVerified, type CheckResult } from '../log/checks.js';
import { checkEnvelope, readStatement, type Trust } from '../log/trust.js';

const statementSchema = z.object({
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })).length(1),
  predicateType: z.literal(packetPredicate),
  predicate: z.unknown(),
});

/** A readiness packet: that it says what was digested, and that the tenant's key says so too. */
export function verifyReadinessPacket(packet: Packet, trust: Trust): CheckResult[] {
  return inOrder([
    ['the packet was issued and signed', () => void signatureOf(packet)],
    ['the packet is the tenant’s whose keys are held', () => sameTenant(packet, trust)],
    ['ready is said only where every check passes', () => flagAgrees(packet)],
    ['the digest is that of the packet', () => digestAgrees(packet)],
    ['what is signed is this packet', () => statementAgrees(packet)],
    ['the packet is signed by a key of the tenant', () => checkEnvelope(signatureOf(packet), trust)],
  ]);
}

function signatureOf({ signature }: Packet): NonNullable<Packet['signature']> {
  if (signature === null)
    throw new NotVerified('not_signed', 'a preview is kept nowhere and not signed; ask by POST');
  return signature;
}

function sameTenant({ tenant_id }: Packet, { tenantId }: Trust): void {
  must(tenant_id === tenantId, 'tenant_mismatch', `the packet is not of ${tenantId}`);
}

function flagAgrees({ checks, ready, evidence_mode, blocker_count, warning_count }: Packet): void {
  const count = (status: string): number => checks.filter((check) => check.status === status).length;
  must(
    blocker_count === count('blocker') && warning_count === count('warn'),
    'answer_mismatch',
    'the counts are not those of the checks',
  );
  must(
    ready === (evidence_mode === 'live' && checks.every(({ status }) => status === 'pass')),
    'answer_mismatch',
    'ready and the checks disagree',
  );
}

function digestAgrees({ digest, signature: _signature, ...digested }: Packet): void {
  must(
    sha256Hex(canonicalBytes(digested)) === digest,
    'digest_mismatch',
    'the packet is not what was digested',
  );
}

function statementAgrees(packet: Packet): void {
  const { subject, predicate } = statementSchema.parse(readStatement(signatureOf(packet)));
  const [about] = subject;
  must(
    about?.digest.sha256 === packet.digest &&
      about.name === `aispm-packet/${packet.validator}` &&
      canonicalText(predicate) === canonicalText({ ...packet, signature: null }),
    'statement_mismatch',
    'what is signed is another packet',
  );
}
