import type { PacketCheck } from '../../../../schemas/packets.js';
import { archiveSignOffs } from '../../../../schemas/sign-offs.js';
import { day, millisOf } from '../../kernel/time.js';
import { blocker, look, windowDays, type ValidatorFacts } from './facts.js';

/** GA operating archive closeout: the last archive is recent, verifies, and carries its five sign-offs. */
export function validateArchive({ archive, asOf }: ValidatorFacts): PacketCheck[] {
  const names = [
    'archive_recent',
    'archive_verified',
    ...archiveSignOffs.map((name) => `signed_off_${name}`),
  ];
  if (archive === null) return names.map((name) => blocker(name, 'no operating archive was closed'));
  const { closed, verified, resolved } = archive;
  const limit = windowDays.ga_operating_archive;
  // One that somebody closed on demand speaks of the day it was closed.
  const spokenOf = closed.data.actor === undefined ? closed.data.periodEnd : closed.time;
  const age = Math.floor((millisOf(asOf) - millisOf(spokenOf)) / day);
  const given = new Map(closed.data.signOffs.map(({ name, reference }) => [name, reference]));
  const signedOff = (name: string): string | null => {
    if (!given.has(name)) return 'the archive does not carry this sign-off';
    return resolved.includes(name) ? null : 'the sign-off refers to nothing in the log';
  };
  return [
    look(
      'archive_recent',
      age > limit ? `it is ${age} days old, the limit is ${limit}` : null,
      `it is ${age} days old`,
      closed.id,
    ),
    look(
      'archive_verified',
      verified && closed.trusted
        ? null
        : 'the stored archive is not the one that was recorded, or does not verify',
      'the stored archive has its recorded digest and verifies',
      closed.id,
    ),
    ...archiveSignOffs.map((name) => look(`signed_off_${name}`, signedOff(name), 'signed off', closed.id)),
  ];
}
