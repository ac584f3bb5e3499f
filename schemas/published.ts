import { z } from 'zod';

import {
  cavraApprovalSchema,
  cavraDecisionSchema,
  cavraEnvelopeSchema,
  cavraSessionSchema,
} from './cavra.js';
import { admissionSchema, envelopeSchema, eventSchemas, eventTypePrefix } from './evidence.js';
import { putMemberSchema } from './members.js';
import { problemSchema } from './problem.js';
import { renderContextSchema, reportDocumentSchema } from './report-document.js';
import { reportRecordSchema } from './report-record.js';
import { putSourceSchema, putTenantSchema, tenantSchema } from './tenant.js';

/*
 * What is published as JSON Schema (draft 2020-12): committed under schemas/json, and served by `GET /schemas`.
 */

/** Whether a sender writes it (`input`) or the service does (`output`): they differ in defaults. */
type Side = 'input' | 'output';

const published: ReadonlyMap<string, readonly [z.ZodType, Side]> = new Map<
  string,
  readonly [z.ZodType, Side]
>([
  ...Object.entries(eventSchemas).map(([name, schema]): [string, [z.ZodType, Side]] => [
    `${eventTypePrefix}${name}`,
    [schema, 'input'],
  ]),
  ['envelope', [envelopeSchema, 'input']],
  ['admission', [admissionSchema, 'output']],
  ['cavra-envelope', [cavraEnvelopeSchema, 'input']],
  ['cavra-decision', [cavraDecisionSchema, 'input']],
  ['cavra-session', [cavraSessionSchema, 'input']],
  ['cavra-approval', [cavraApprovalSchema, 'input']],
  ['problem', [problemSchema, 'output']],
  ['tenant', [tenantSchema, 'output']],
  ['put-tenant', [putTenantSchema, 'input']],
  ['put-source', [putSourceSchema, 'input']],
  ['put-member', [putMemberSchema, 'input']],
  ['report-document', [reportDocumentSchema, 'output']],
  ['report-render-context', [renderContextSchema, 'output']],
  ['report-record', [reportRecordSchema, 'output']],
]);

/** Names of everything published: events by their wire type. */
export const publishedNames: readonly string[] = [...published.keys()];

/** The JSON Schema published under a name; null where there is none. */
export function publishedSchema(name: string): Record<string, unknown> | null {
  const [schema, io] = published.get(name) ?? [];
  if (schema === undefined || io === undefined) return null;
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'throw',
  });
  return { $schema, $id: `urn:aispm:schema:${name}`, title: name, ...rest };
}
