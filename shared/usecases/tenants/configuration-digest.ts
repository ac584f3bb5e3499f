import type { ChangeRequest } from '../../../schemas/change-requests.js';
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
      ...unlessEmpty(
        'sourceChanges',
        tenant.sourceChanges.map(({ kind, source, to, base, ...request }) => ({
          ...askedOf(request),
          kind,
          source,
          to,
          base,
        })),
      ),
      ...unlessEmpty('revokedKeys', tenant.revokedKeys),
      issuers: tenant.issuers,
      members: tenant.members.map(({ subject, roles }) => ({ person: pseudonym(subject), roles })),
      ...unlessEmpty(
        'memberChanges',
        tenant.memberChanges.map(({ subject, roles, ...request }) => ({
          ...askedOf(request),
          person: pseudonym(subject),
          roles,
        })),
      ),
      ...unlessEmpty(
        'settingsChanges',
        tenant.settingsChanges.map(({ to, base, ...request }) => ({ ...askedOf(request), to, base })),
      ),
      keys: tenant.keys.map(({ keyId, publicKey }) => ({ keyId, publicKey })),
      // Absent, not false: the digest of a tenant that was never held stays what it was.
      ...(tenant.legalHold === undefined ? {} : { legalHold: true }),
      pipelineKeys: tenant.pipelineKeys.map(({ id, hash, expiresAt, revokedAt }) => ({
        id,
        hash,
        expiresAt,
        revoked: revokedAt !== undefined,
      })),
      ...unlessEmpty(
        'grants',
        tenant.grants.map(({ id, purpose, subject, roles, sections, until, approved, ended }) => ({
          id,
          purpose,
          person: pseudonym(subject),
          roles,
          sections,
          until,
          approved: approved !== undefined,
          ended: ended !== undefined,
        })),
      ),
    }),
  );
}

/** What every request for a change by two people is known by, whatever it asks for. */
const askedOf = ({ id, requestedBy, ended }: Pick<ChangeRequest, 'id' | 'requestedBy' | 'ended'>) => ({
  id,
  requestedBy,
  outcome: ended?.outcome,
  by: ended?.by,
});

/** Absent, not empty: the digest of a tenant that never had any stays what it was. */
const unlessEmpty = (name: string, list: readonly unknown[]): Record<string, readonly unknown[]> =>
  list.length === 0 ? {} : { [name]: list };
