import type { Tenant } from '../../../schemas/tenant.js';
import { canonicalBytes } from '../../core/kernel/canonical.js';
import { sha256Hex } from '../../core/kernel/hash.js';

/**
 * SHA-256 over the canonical configuration, people replaced by pseudonyms: the log outlives them. Without revision and
 * times, so that a change made again after a crash has the digest of its first try.
 */
export function configurationDigest(tenant: Tenant, pseudonym: (person: string) => string): string {
  const { reports, ...settings } = tenant.settings;
  const { recipients, ...delivery } = reports;
  return sha256Hex(
    canonicalBytes({
      tenantId: tenant.tenantId,
      sample: tenant.sample,
      settings: { ...settings, reports: delivery },
      recipients: recipients.map((recipient) => ({
        person: pseudonym(recipient.address),
        audience: recipient.audience,
        reports: recipient.reports,
        ...(recipient.member === undefined ? {} : { member: pseudonym(recipient.member) }),
      })),
      approvedDomains: tenant.approvedDomains,
      schedules: tenant.schedules,
      sources: tenant.sources.map(({ retired, ...source }) =>
        retired === undefined
          ? source
          : { ...source, retired: { requestedBy: retired.requestedBy, approvedBy: retired.approvedBy } },
      ),
      // Absent, not empty: as below.
      ...(tenant.sourceChanges.length === 0
        ? {}
        : {
            sourceChanges: tenant.sourceChanges.map(({ id, kind, source, to, base, requestedBy, ended }) => ({
              id,
              kind,
              source,
              to,
              base,
              requestedBy,
              outcome: ended?.outcome,
              by: ended?.by,
            })),
          }),
      ...(tenant.revokedKeys.length === 0 ? {} : { revokedKeys: tenant.revokedKeys }),
      issuers: tenant.issuers,
      members: tenant.members.map(({ subject, roles }) => ({ person: pseudonym(subject), roles })),
      ...(tenant.memberChanges.length === 0
        ? {}
        : {
            memberChanges: tenant.memberChanges.map(({ id, subject, roles, requestedBy, ended }) => ({
              id,
              person: pseudonym(subject),
              roles,
              requestedBy,
              outcome: ended?.outcome,
              by: ended?.by,
            })),
          }),
      ...(tenant.settingsChanges.length === 0
        ? {}
        : {
            settingsChanges: tenant.settingsChanges.map(({ id, to, base, requestedBy, ended }) => ({
              id,
              to,
              base,
              requestedBy,
              outcome: ended?.outcome,
              by: ended?.by,
            })),
          }),
      keys: tenant.keys.map(({ keyId, publicKey }) => ({ keyId, publicKey })),
      // Absent, not false: the digest of a tenant that was never held stays what it was.
      ...(tenant.legalHold === undefined ? {} : { legalHold: true }),
      pipelineKeys: tenant.pipelineKeys.map(({ id, hash, expiresAt, revokedAt }) => ({
        id,
        hash,
        expiresAt,
        revoked: revokedAt !== undefined,
      })),
      ...(tenant.grants.length === 0
        ? {}
        : {
            grants: tenant.grants.map(
              ({ id, purpose, subject, roles, sections, until, approved, ended }) => ({
                id,
                purpose,
                person: pseudonym(subject),
                roles,
                sections,
                until,
                approved: approved !== undefined,
                ended: ended !== undefined,
              }),
            ),
          }),
    }),
  );
}
