import { z } from 'zod';

import { instantSchema, nameSchema, sha256Schema } from './primitives.js';
import { readinessTargetSchema, releaseShape } from './readiness.js';

/*
 * What pipelines and the gate say to each other. Azure Pipelines: task AzureFunction, versions 1 and 2, as an "Invoke
 * Azure Function" check. GitHub: custom deployment protection rules.
 */

/** How long a run may wait for blockers to go, in minutes. The token of an Azure check dies after 48 hours; one is kept to answer. */
export const longestWaitMinutes = 47 * 60;
const waitMinutesSchema = z.coerce.number().int().min(0).max(longestWaitMinutes);

/** A name as Azure DevOps and GitHub spell organizations, owners and repositories: what may stand in a path unescaped. */
const pathNameSchema = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?$/);

/** What a GitHub environment is released to, and how long its deployments may wait for blockers to go. */
export const githubEnvironmentSchema = z.strictObject({
  name: nameSchema,
  target: readinessTargetSchema,
  waitMinutes: z.int().min(0).max(longestWaitMinutes).default(0),
});

/** The pipelines that may ask this tenant's gate and be answered: no other host is ever called. */
export const pipelineSettingsSchema = z.strictObject({
  /** Azure DevOps organizations whose checks are answered. */
  azureOrganizations: z.array(pathNameSchema).max(20).default([]),
  /** The GitHub App whose protection rule asks. Its webhook secret and private key are secrets of the vault. */
  github: z
    .strictObject({
      appId: z.string().regex(/^[0-9]{1,20}$/),
      repositories: z
        .array(z.string().regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/))
        .min(1)
        .max(100),
      environments: z.array(githubEnvironmentSchema).min(1).max(20),
    })
    .optional(),
});
export type PipelineSettings = z.infer<typeof pipelineSettingsSchema>;

/** A key by which a pipeline without Entra identity asks. Only its SHA-256 is kept: the key has 256 random bits. */
export const pipelineKeySchema = z.strictObject({
  id: nameSchema,
  hash: sha256Schema,
  createdAt: instantSchema,
  expiresAt: instantSchema,
  revokedAt: instantSchema.optional(),
});
export type PipelineKey = z.infer<typeof pipelineKeySchema>;

export const pipelineKeyParamsSchema = z.strictObject({ keyId: nameSchema });
/** Body of `PUT …/pipeline-keys/{keyId}`. At most a year. */
export const putPipelineKeySchema = z.strictObject({ expiresAt: instantSchema });
/** The key is shown in this answer and never again. */
export const newPipelineKeySchema = z.strictObject({
  id: nameSchema,
  key: z.string(),
  expiresAt: instantSchema,
});
export const pipelineKeyListSchema = z.strictObject({
  items: z.array(pipelineKeySchema.omit({ hash: true })),
});

/**
 * Query of the Azure check. `mode` is the check's own "Completion event": `response` for ApiResponse, where the answer
 * decides at once, `callback` for Callback, where it is posted later. `waitMinutes` (callback) is to be the check's
 * timeout: a blocked gate is asked again until a minute before it, so that the check still hears what blocks.
 */
export const azureCheckQuerySchema = z.strictObject({
  target: readinessTargetSchema.default('production'),
  ...releaseShape,
  mode: z.enum(['response', 'callback']).default('response'),
  waitMinutes: waitMinutesSchema.default(0),
  /** Where the task puts its key. */
  code: z.string().max(200).optional(),
});
export type AzureCheckQuery = z.output<typeof azureCheckQuerySchema>;

/** A callback was taken on; its outcome goes to the pipeline. */
export const pipelineAcceptedSchema = z.strictObject({ accepted: z.literal(true), run: z.uuid() });

/**
 * The webhook `deployment_protection_rule`. Loose: GitHub adds members, and its published schemas lag behind. Everything
 * relied on is checked here; the rest is not read.
 */
export const deploymentProtectionSchema = z.object({
  action: z.literal('requested'),
  environment: z.string().min(1).max(255),
  deployment_callback_url: z.url().max(500),
  sha: z.string().max(64).optional(),
  deployment: z.object({ id: z.int().min(1).optional(), sha: z.string().max(64) }).nullish(),
  repository: z.object({ full_name: z.string().max(200) }),
  installation: z.object({ id: z.int().min(1) }),
});
export type DeploymentProtection = z.infer<typeof deploymentProtectionSchema>;
