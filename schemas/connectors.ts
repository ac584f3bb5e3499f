import { z } from 'zod';

import { linksSchema } from './answers/paging.js';
import { evidenceIdSchema, instantSchema, nameSchema } from './primitives.js';

/*
 * Proof that a connector is live: the service issues a nonce, and the connector returns it over its real path, with its
 * own credential and key, as the `id` of the next event it posts, whatever the event is. A posted claim never suffices.
 */

/** Body of `POST …/validations/connectors`. `connector` is the id of a registered source that signs. */
export const validateConnectorSchema = z.strictObject({
  connector: nameSchema,
  /** How long the connector may take. */
  minutes: z.int().min(1).max(1440).default(60),
});

const validation = {
  validation: z.uuid(),
  connector: nameSchema,
  issuedAt: instantSchema,
  expiresAt: instantSchema,
};

/** The nonce is shown in this answer and never again. */
export const connectorNonceSchema = z.strictObject({
  ...validation,
  /** To be the `id` of an event of this source. */
  nonce: z.uuid(),
  source: z.string(),
  links: linksSchema,
});

/** A validation as it stands. `returned` is the event that brought the nonce, `evidence` the record of the outcome. */
export const connectorValidationSchema = z.strictObject({
  ...validation,
  status: z.enum(['waiting', 'passed', 'failed']),
  reason: z.string().optional(),
  returned: evidenceIdSchema.nullable(),
  evidence: evidenceIdSchema.nullable(),
  links: linksSchema,
});
export const connectorParamsSchema = z.strictObject({ validationId: z.uuid() });
