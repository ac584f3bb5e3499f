import type { PacketCheck } from '../../../../schemas/packets.js';
import { day, millisOf } from '../../kernel/time.js';
import { blocker, look, windowDays, type ValidatorFacts } from './facts.js';

/** What must be signed off before an operating archive counts as closed. */
export const signOffs = [
  'publication_validation',
  'first_wave_activation',
  'customer_operating_review',
  'advisory_drill_closeout',
  'documentation_sync',
] as const;

/** GA operating archive closeout: the last archive is recent, verifies, and carries its five sign-offs. */
export function validateArchive({ archive, asOf }: ValidatorFacts): PacketCheck[] {
  const names = ['archive_recent', 'archive_verified', ...signOffs.map((name) => `signed_off_${name}`)];
  if (archive === null) return names.map((name) => blocker(name, 'no operating archive was closed'));
  const { closed, verified, resolved } = archive;
  const limit = windowDays.ga_operating_archive;
  const age = Math.floor((millisOf(asOf) - millisOf(closed.data.periodEnd)) / day);
  const given = new Map(closed.data.signOffs.map(({ name, reference }) => [name, reference]));
  const signedOff = (name: string): string | null => {
    if (!given.has(name)) return 'the archive does not carry this sign-off';
    return resolved.includes(name) ? null : 'the sign-off refers to nothing in the log';
  };
  return [
    look(
      'archive_recent',
      age > limit ? `its period ended ${age} days ago, the limit is ${limit}` : null,
      `its period ended ${age} days ago`,
      closed.id,
    ),
    look(
      'archive_verified',
      verified && closed.trusted
        ? null
        : 'the archive is not the one that was recorded, or nobody trusted recorded it',
      'the stored archive has its recorded digest and verifies',
      closed.id,
    ),
    ...signOffs.map((name) => look(`signed_off_${name}`, signedOff(name), 'signed off', closed.id)),
  ];
}
