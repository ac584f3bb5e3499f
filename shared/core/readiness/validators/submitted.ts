import type { PacketCheck, Validator } from '../../../../schemas/packets.js';
import { look, type ValidatorFacts } from './facts.js';

/**
 * A packet of the same validator that came from outside. It proves nothing that the log does not: it can only say that
 * something stands in the way, or be itself in the way while it refers to what is not there. None is no check.
 */
export function submittedCheck(validator: Validator, { submitted }: ValidatorFacts): PacketCheck[] {
  const packet = submitted.find((one) => one.validator === validator);
  if (packet === undefined) return [];
  const wrong = !packet.resolves
    ? 'a packet from outside refers to events that the log does not have'
    : packet.blocking.length > 0
      ? `a packet from outside says: ${packet.blocking.join('; ')}`
      : null;
  return [
    look('submitted_packet', wrong, 'the packet from outside agrees, and its references resolve', packet.id),
  ];
}
