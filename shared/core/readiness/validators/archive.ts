import type { PacketCheck } from '../../../../schemas/packets.js';
import { archiveSignOffs } from '../../../../schemas/sign-offs.js';
import { day, millisOf } from '../../kernel/time.js';
import { blocker, look, windowDays, type ValidatorFacts } from './facts.js';

/**
 * GA operating archive closeout: the last archive is recent, verifies, and carries its five sign-offs. It is the record of a
 * quarter, so it need name no build of a release and may be older than one.
 */
export function validateArchive({ archive, asOf, tenant }: ValidatorFacts): PacketCheck[] {
  const names = [
    'archive_recent',
    'archive_verified',
    ...archiveSignOffs.map((name) => `signed_off_${name}`),
  ];
  if (archive === null) return names.map((name) => blocker(name, 'no operating archive was closed'));
  const { closed, verification, resolved } = archive;
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
      unverified(archive, asOf, tenant.packetDays),
      'the stored archive has its recorded digest and verified',
      closed.id,
      ...(verification === null ? [] : [verification.id]),
    ),
    ...archiveSignOffs.map((name) => look(`signed_off_${name}`, signedOff(name), 'signed off', closed.id)),
  ];
}

/**
 * Whether the archive as it is stored is the one that was closed, by what the log says of it: it was verified whole, no
 * later check found an archive changed, and it was held against its digest within the days that a packet counts.
 */
function unverified(
  { closed, stored, verification, checked }: NonNullable<ValidatorFacts['archive']>,
  asOf: string,
  packetDays: number,
): string | null {
  if (!closed.trusted || verification?.trusted !== true || verification.data.digest !== closed.data.digest)
    return 'it is not on record that the archive was verified';
  if (!stored) return 'the archive is not stored any more';
  const { outcome, reason, verifiedAt } = verification.data;
  if (outcome !== 'passed') return reason ?? 'the stored archive did not verify';
  const later = checked !== null && millisOf(checked.time) > millisOf(verifiedAt) ? checked : null;
  if (later?.data.parts.includes('archives') === true)
    return 'a later check found that a stored archive was changed';
  const last = later?.data.outcome === 'incomplete' ? verifiedAt : (later?.time ?? verifiedAt);
  return millisOf(asOf) - millisOf(last) > packetDays * day
    ? `it was last held against its digest more than ${packetDays} days ago`
    : null;
}
