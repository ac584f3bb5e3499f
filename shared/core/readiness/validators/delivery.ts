import type { PacketCheck } from '../../../../schemas/packets.js';
import { look, notOfRelease, windowDays, type ValidatorFacts } from './facts.js';

/** Report delivery in production: proven by a validation report that its provider says arrived; rendered is not delivered. */
export function validateDelivery(facts: ValidatorFacts): PacketCheck[] {
  const { delivery, tenant } = facts;
  const { validated, sent, retried, escalated, redaction } = delivery;
  const limit = windowDays.report_delivery_production;
  const shown = (id: string | null): string[] => (id === null ? [] : [id]);
  return [
    look(
      'recipients_set',
      tenant.recipients === 0 ? 'no recipient is set' : null,
      `${tenant.recipients} recipients`,
    ),
    look(
      'validation_delivered',
      validated === null
        ? 'no validation report is known to have arrived'
        : notOfRelease(validated, validated.build, facts, limit),
      'the provider says that the validation report arrived',
      ...shown(validated?.evidenceId ?? null),
    ),
    look(
      'channel_proven',
      unprovenChannel(validated),
      `it came by ${validated?.channel.provider ?? ''}${sentFrom(validated)}, over ${validated?.channel.transport ?? ''}`,
      ...shown(validated?.evidenceId ?? null),
    ),
    look(
      'audit_complete',
      sent.intents === 0
        ? 'no mail was sent'
        : sent.settled < sent.intents
          ? `${sent.intents - sent.settled} of ${sent.intents} mails have no recorded outcome`
          : null,
      `each of ${sent.intents} mails has its intent and its outcome`,
    ),
    look(
      'retry_exercised',
      retried === null ? 'no mail was tried again' : null,
      'a mail was tried again',
      ...shown(retried),
    ),
    look(
      'escalation_exercised',
      escalated === null ? 'no failed mail was given to a person' : null,
      'a failed mail was given to a person',
      ...shown(escalated),
    ),
    look(
      'redaction_proven',
      redaction === null
        ? 'no planted marker was looked for'
        : redaction.removed
          ? null
          : 'the planted marker arrived',
      'the planted marker did not arrive',
      ...shown(redaction?.evidenceId ?? null),
    ),
  ];
}

type Validated = ValidatorFacts['delivery']['validated'];

const sentFrom = (validated: Validated): string =>
  validated?.channel.sender == null ? '' : ` from ${validated.channel.sender}`;

/** Provider, sender and TLS, as the report that arrived shows them. On a loopback nothing leaves: a rehearsal, which blocks. */
function unprovenChannel(validated: Validated): string | null {
  if (validated === null) return 'no validation report shows its provider, its sender and TLS';
  const { provider, sender, transport } = validated.channel;
  if (sender === null && provider !== 'export') return 'it does not show who sent it';
  return transport === 'plain' ? 'it did not leave over TLS' : null;
}
