import { z } from 'zod';

import {
  connectorTypeSchema,
  environmentSchema,
  findingDaysSchema,
  instantSchema,
  nameSchema,
  personSchema,
  provenanceSchema,
  tenantIdSchema,
  textSchema,
} from './primitives.js';
import { grantSchema } from './access.js';
import { changeRequestSchema } from './change-requests.js';
import {
  approvedDomainSchema,
  audiencesSchema,
  audienceSchema,
  blackoutSchema,
  domainSchema,
  linkSettingsSchema,
  scheduleSchema,
} from './delivery.js';
import { memberChangeSchema, memberSchema } from './members.js';
import { githubEnvironmentSchema, pipelineKeySchema, pipelineSettingsSchema } from './pipelines.js';
import { readinessSettingsSchema } from './readiness-settings.js';
import { loweredSchema } from './settings-changes.js';
import { sourceChangeKindSchema, widenedSchema } from './source-changes.js';

/** A public key of a source: JWK (RFC 8037 Ed25519, or RFC 7518 P-256), with its validity window and, if so, its revocation. */
export const sourceKeySchema = z.strictObject({
  kid: nameSchema,
  jwk: z.union([
    z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().max(64) }),
    z.strictObject({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string().max(64),
      y: z.string().max(64),
    }),
  ]),
  validFrom: instantSchema,
  validUntil: instantSchema,
  revokedAt: instantSchema.optional(),
});

/**
 * A key of a source that was revoked. It stands here for good, whether the source still lists it or not: its public key
 * verifies nothing of this tenant again, under whatever `kid` and source, and its `kid` never names another key.
 */
export const revokedKeySchema = z.strictObject({
  source: nameSchema,
  kid: nameSchema,
  /** SHA-256 of the JWK (RFC 7638), base64url. */
  thumbprint: z.string().length(43),
  revokedAt: instantSchema,
});
export type RevokedKey = z.infer<typeof revokedKeySchema>;

/** Keys that a tenant's sources have and that were revoked, together. Each that is in use has its place among the revoked. */
export const mostSourceKeys = 1000;

/**
 * A registered source of evidence. Events are attributed to it when their `source` equals `uri`.
 * A source with at least one key must sign every event it sends.
 */
export const sourceSchema = z.strictObject({
  id: nameSchema,
  uri: z.string().min(1).max(300),
  connectorType: connectorTypeSchema,
  provenance: provenanceSchema,
  /** Where its events may happen. From a source of several, but not all, each event names its own. */
  environments: z.array(environmentSchema).min(1).max(5),
  /** Event names without `aispm.`; `runtime` stands for every type that needs no registration by name. */
  eventTypes: z.array(nameSchema).min(1).max(60),
  keys: z.array(sourceKeySchema).max(8),
  /** Two people agreed that nothing comes from it any more, for good. They stand as pseudonyms. */
  retired: z
    .strictObject({ requestedBy: personSchema, approvedBy: personSchema, at: instantSchema })
    .optional(),
});
export type Source = z.infer<typeof sourceSchema>;

/** A source as it can be registered, and what it is registered with under its id. */
const registeredSchema = sourceSchema.omit({ retired: true });
export const registrationSchema = registeredSchema.omit({ id: true });

/** A change of a source that one person asked for; it holds once another agrees within 72 hours. */
export const sourceChangeSchema = changeRequestSchema.extend({
  kind: sourceChangeKindSchema,
  /** Id of the source. */
  source: nameSchema,
  /** What it would be registered with. None for a retirement. */
  to: registrationSchema.optional(),
  widens: widenedSchema,
});
export type SourceChange = z.infer<typeof sourceChangeSchema>;

/**
 * A token issuer of the tenant's own agent runtimes (workload identity federation). Its tokens make the named subjects
 * collectors of this tenant, and nothing else; they must be for the service, or for this tenant at the service.
 */
export const tenantIssuerSchema = z.strictObject({
  id: nameSchema.regex(/^[A-Za-z0-9_.-]+$/, 'letters, digits, -, _ and .'),
  /** The `iss` of its tokens, to the letter. */
  issuer: z.url({ protocol: /^https?$/ }).max(300),
  /** Where it publishes its keys (RFC 7517): at a host that the deployment allows. */
  jwksUri: z.url({ protocol: /^https?$/ }).max(300),
  /** Who of that issuer may post, as `sub` says it, to the letter: an issuer may be shared with the whole world. */
  subjects: z.array(nameSchema).min(1).max(50),
});
export type TenantIssuer = z.infer<typeof tenantIssuerSchema>;

/** Where a report goes. The address is erasable: outside this document the recipient is `person`. */
export const recipientSchema = z.strictObject({
  address: z.email().max(254),
  displayName: nameSchema.optional(),
  audience: z.array(audienceSchema).max(audienceSchema.options.length).default([]),
  /** Of the reports for its audience only these. */
  reports: z.array(nameSchema).max(20).optional(),
  /** Subject under which this recipient signs in: it is not reminded of what it may not approve. */
  member: nameSchema.optional(),
});

/** Settings of a tenant. Each change is evidence (`tenant.configured`). */
export const tenantSettingsSchema = z.strictObject({
  displayName: nameSchema,
  /** IANA zone that periods and schedules use. */
  timeZone: z.string().min(1).max(64),
  retentionDays: z.int().min(30).max(3650).default(2555),
  /** After this many days an inventory is stale and the score is not observed. */
  inventoryFreshDays: z.int().min(1).max(366).default(30),
  /** Tenths of a point. */
  scoreTarget: z.int().min(0).max(1000).default(850),
  findingDays: findingDaysSchema.default({ critical: 7, high: 30, medium: 90, low: 180 }),
  reports: z
    .strictObject({
      /** Said when the tenant is created; once it is so, two people say that it is so no longer. */
      approvalRequired: z.boolean().default(true),
      approvalExpiresHours: z.int().min(1).max(720).default(72),
      /** The tenant's own domains. Said when it is created; any other domain takes two people. */
      allowedDomains: z.array(domainSchema).max(50).default([]),
      recipients: z.array(recipientSchema).max(50).default([]),
      /** Of one report. */
      maximumRecipients: z.int().min(1).max(50).default(25),
      audiences: audiencesSchema.default({}),
      blackouts: z.array(blackoutSchema).max(20).default([]),
      links: linkSettingsSchema.prefault({}),
    })
    .prefault({}),
  keepRawPayloads: z.boolean().default(false),
  /** When the contract ends or is renewed: the quarterly review counts the days to it. */
  renewalOn: z.iso.date().optional(),
  pipelines: pipelineSettingsSchema.default({ azureOrganizations: [] }),
  readiness: readinessSettingsSchema.default({ packetDays: 7, checks: [] }),
});
export type TenantSettings = z.infer<typeof tenantSettingsSchema>;

const held = tenantSettingsSchema.shape;

/** What of its settings a tenant holds itself to. To lower any of it takes two people. */
export const standardsSchema = z.strictObject({
  scoreTarget: held.scoreTarget.unwrap(),
  findingDays: held.findingDays.unwrap(),
  inventoryFreshDays: held.inventoryFreshDays.unwrap(),
  packetDays: readinessSettingsSchema.shape.packetDays.unwrap(),
  checks: readinessSettingsSchema.shape.checks.unwrap(),
  /** The target that deployments to an environment of GitHub are asked for. */
  environments: z.array(githubEnvironmentSchema.omit({ waitMinutes: true })).max(20),
});
export type Standards = z.infer<typeof standardsSchema>;

/** A change of settings that holds the tenant to less, which one person asked for; it holds once another agrees within 72 hours. */
export const settingsChangeSchema = changeRequestSchema.extend({
  to: standardsSchema,
  lowers: z.array(loweredSchema).min(1),
});
export type SettingsChange = z.infer<typeof settingsChangeSchema>;

/** A public key the tenant's log, reports and decisions are signed with. */
export const logKeySchema = z.strictObject({
  keyId: nameSchema.meta({
    description: '`ed25519-` and the first 16 hexadecimal digits of the SHA-256 of the key’s 32 bytes.',
  }),
  algorithm: z.literal('Ed25519'),
  publicKey: z.string().max(64).meta({ description: '32 raw bytes, base64.' }),
  createdAt: instantSchema,
  retiredAt: instantSchema.optional(),
});
export type LogKey = z.infer<typeof logKeySchema>;

/** The tenant document. `revision` counts its changes; each has its `tenant.configured` event. */
export const tenantSchema = z.strictObject({
  tenantId: tenantIdSchema,
  revision: z.int().min(1),
  createdAt: instantSchema,
  /** Sample tenants count `sample` evidence and are marked on every answer and page. */
  sample: z.boolean(),
  settings: tenantSettingsSchema,
  sources: z.array(sourceSchema).max(100),
  /** Open ones, and those that ended last. */
  sourceChanges: z.array(sourceChangeSchema).max(100).default([]),
  members: z.array(memberSchema).max(1000),
  /** As of sources. */
  memberChanges: z.array(memberChangeSchema).max(100).default([]),
  /** As of sources. */
  settingsChanges: z.array(settingsChangeSchema).max(20).default([]),
  revokedKeys: z.array(revokedKeySchema).max(mostSourceKeys).default([]),
  issuers: z.array(tenantIssuerSchema).max(10).default([]),
  keys: z.array(logKeySchema).max(100),
  /** While it stands nothing is deleted, whatever retention says, and nobody is erased. */
  legalHold: z.strictObject({ since: instantSchema }).optional(),
  pipelineKeys: z.array(pipelineKeySchema).max(20).default([]),
  approvedDomains: z.array(approvedDomainSchema).max(50).default([]),
  grants: z.array(grantSchema).max(200).default([]),
  schedules: z.array(scheduleSchema).max(50).default([]),
});
export type Tenant = z.infer<typeof tenantSchema>;

/** Body of `PUT /tenants/{tenantId}`. */
export const putTenantSchema = z.strictObject({
  settings: tenantSettingsSchema,
  /** Sources that it begins with: said when it is created, as later each takes a second person. */
  sources: z.array(registeredSchema).max(100).optional(),
  /** The people that it begins with: as its sources. */
  members: z.array(memberSchema).max(100).optional(),
  reason: textSchema.optional(),
});
/** Body of `PUT …/legal-hold`. */
export const putLegalHoldSchema = z.strictObject({ held: z.boolean(), reason: textSchema.min(1) });
/** Body of `POST …/people/erase`: a name, an address or a token's subject as it was sent, or a pseudonym. */
export const erasePersonSchema = z.strictObject({
  person: z.string().min(1).max(256),
  reason: textSchema.min(1),
});
export const putSourceSchema = registrationSchema.extend({ reason: textSchema.optional() });
/** Body of `POST …/sources/{sourceId}/retirement`. */
export const retireSourceSchema = z.strictObject({ reason: textSchema.min(1) });
export const putIssuerSchema = tenantIssuerSchema.omit({ id: true });

/** One row of the erasable directory: pseudonym to name. Joined when read, never stored in events or reports. */
export type DirectoryEntry = { pseudonym: string; name: string };
