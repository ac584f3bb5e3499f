import { z } from 'zod';

/**
 * Tenant id: lower-case DNS-label form, so that it is the same in a path, a partition key, a secret name and a
 * blob path without any escaping. 3 to 40 characters. Ids starting with `x-` are the service's own.
 */
export const tenantIdSchema = z
  .string()
  .regex(/^(?!x-)[a-z0-9](?:[a-z0-9-]{1,38}[a-z0-9])$/, 'a tenant id is 3 to 40 of a-z, 0-9 and -')
  .brand<'TenantId'>()
  .meta({ description: 'Tenant id: 3 to 40 of a-z, 0-9 and -.' });
export type TenantId = z.infer<typeof tenantIdSchema>;

/** Whether the year has four digits in UTC as well: with more or fewer, texts of instants do not sort in time order. */
const hasPlainYear = (instant: string): boolean => {
  const at = Date.parse(instant);
  return Number.isNaN(at) || /^\d{4}-/.test(new Date(at).toISOString());
};

/** An instant, RFC 3339 with an offset or Z; kept as it was sent, compared as milliseconds since the epoch. */
export const instantSchema = z.iso
  .datetime({ offset: true })
  .refine(hasPlainYear, 'the year is from 0000 to 9999 in UTC')
  .meta({ description: 'RFC 3339 instant with offset or Z.' });

/** A lower-case SHA-256 in hexadecimal. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** Public id of an evidence event: SHA-256 of its (`source`, `id`), hexadecimal. */
export const evidenceIdSchema = sha256Schema.meta({
  description: 'Evidence id: SHA-256 of (source, id), 64 hex digits.',
});

/** A short machine name: an id or a code from the sender's own vocabulary. No control characters. */
export const nameSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'control characters are not allowed');

/** Chosen by the caller: a command repeated with the same key is the same command. */
export const idempotencyKeySchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/)
  .meta({ description: 'A command repeated with the same key is the same command, and is done once.' });

/** Human text, one paragraph. Redacted on admission: secrets and mail addresses are replaced. */
export const textSchema = z.string().max(2000);

/**
 * A person. Stored only as a keyed pseudonym `psn:` + 32 hexadecimal digits; any other form is replaced by one on
 * admission, and an event of a signing source that carries another form is refused (its signature must stay checkable).
 */
export const personSchema = z
  .string()
  .min(1)
  .max(256)
  .meta({ description: 'A person, as psn:<32 hex>, or a name that admission replaces by one.' });
export const pseudonymPattern = /^psn:[0-9a-f]{32}$/;

/** A reference to evidence held elsewhere, with a scheme: `evidence://<id>`, `approval://<id>`, `git://…`. */
export const referenceSchema = z
  .string()
  .max(500)
  .regex(/^[a-z][a-z0-9+.-]*:[^\s]+$/i, 'a reference is a URI');

export const severitySchema = z.enum(['low', 'medium', 'high', 'critical']);
export type Severity = z.infer<typeof severitySchema>;

export const environmentSchema = z.enum(['dev', 'test', 'staging', 'production', 'sandbox']);
export type Environment = z.infer<typeof environmentSchema>;

/** `source` of what the service itself writes. No sender can be registered under it. */
export const serviceUri = 'urn:aispm:service';

/** `live` counts; `sample` never counts in a live tenant. Set from the registered source, a sender may only lower it. */
export const provenanceSchema = z.enum(['live', 'sample']);
export type Provenance = z.infer<typeof provenanceSchema>;

/** What an agent's action touches. */
export const surfaceSchema = z.enum([
  'file',
  'command',
  'git',
  'mcp',
  'iac',
  'network',
  'data',
  'model',
  'ci',
  'cloud',
]);
export type Surface = z.infer<typeof surfaceSchema>;

/** Kinds of governed things. */
export const itemKindSchema = z.enum(['agent', 'repository', 'workflow', 'tool']);
export type ItemKind = z.infer<typeof itemKindSchema>;

export const trustTierSchema = z.enum(['trusted', 'reviewed', 'unverified', 'blocked']);
export type TrustTier = z.infer<typeof trustTierSchema>;

export const connectorTypeSchema = z.enum([
  'codex',
  'claude_code',
  'github_copilot',
  'cursor',
  'gemini_cli',
  'mcp_server',
  'github_actions',
  'gitlab_ci',
  'azure_pipelines',
  'cloud_provider',
  'custom',
]);

/** Whole days until a finding is due, by severity. At most ten years: beyond it a due date means nothing, and no instant holds it. */
const dueDays = z.int().min(1).max(3650);
export const findingDaysSchema = z.strictObject({
  critical: dueDays,
  high: dueDays,
  medium: dueDays,
  low: dueDays,
});
