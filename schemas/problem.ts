import { z } from 'zod';

/**
 * Every way the service says no: code → HTTP status and title. Closed: clients branch on the code, so a code is API.
 * `quarantined` marks what is kept in quarantine when an authenticated sender posted it.
 */
export const problems = {
  malformed_json: { status: 400, title: 'The body is not JSON' },
  empty_body: { status: 400, title: 'The body is empty' },
  invalid_request: { status: 400, title: 'The request does not match the contract' },
  unauthenticated: { status: 401, title: 'A valid bearer token is required' },
  forbidden: { status: 403, title: 'The token does not carry the role this needs' },
  separation_of_duties: { status: 403, title: 'A second person must do this' },
  not_found: { status: 404, title: 'There is nothing here for you' },
  conflict: { status: 409, title: 'The current state does not allow this' },
  id_conflict: { status: 409, title: 'The same source and id were used for other content' },
  body_too_large: { status: 413, title: 'The body is larger than 1 MB' },
  batch_too_large: { status: 413, title: 'A batch holds at most 500 events' },
  unsupported_media_type: { status: 415, title: 'The content type is not one that is read here' },
  schema_invalid: { status: 422, title: 'The event does not match its schema' },
  unknown_type: { status: 422, title: 'The event type is not known' },
  reserved_type: { status: 422, title: 'Only the service writes events of this type' },
  type_not_registered: { status: 422, title: 'The source is not registered for this event type' },
  environment_not_registered: { status: 422, title: 'The source is not registered for this environment' },
  unknown_source: { status: 422, title: 'The source is not registered for this tenant' },
  source_retired: {
    status: 422,
    title: 'The source is retired; what took its place has another registration',
  },
  tenant_missing: { status: 422, title: 'The event names no tenant' },
  tenant_mismatch: { status: 422, title: 'The event names another tenant' },
  time_in_future: { status: 422, title: 'The time lies more than five minutes ahead' },
  time_too_old: { status: 422, title: 'The time lies before the retention window' },
  too_deep: { status: 422, title: 'The value is nested too deeply' },
  number_out_of_range: { status: 422, title: 'A number is not exact in JSON (RFC 7493, 2.2)' },
  text_not_unicode: { status: 422, title: 'A string holds a lone surrogate (RFC 7493, 2.1)' },
  forbidden_member: { status: 422, title: 'A member name is not allowed' },
  signature_missing: { status: 422, title: 'Only what a registered key signed is taken here' },
  signature_invalid: { status: 422, title: 'The signature does not verify' },
  redaction_required: { status: 422, title: 'A signed event carries content that would have to be removed' },
  nothing_acceptable: { status: 422, title: 'No event of the batch could be admitted' },
  delivery_unknown: { status: 422, title: 'The delivery event matches no known operation' },
  unfoldable: { status: 422, title: 'The event cannot be applied' },
  too_many_requests: { status: 429, title: 'Slow down' },
  internal: { status: 500, title: 'The service failed' },
  store_unavailable: { status: 503, title: 'The store cannot take this now; resending is safe' },
} as const;

export type ProblemCode = keyof typeof problems;

/** RFC 9457 problem details. `pointer` is the JSON pointer (RFC 6901) of the offending member, from the body's root. */
export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
  detail: z.string(),
  pointer: z.string().optional(),
  errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
  retryAfterSeconds: z.int().optional(),
  /** Commands that the current state allows instead. */
  legal: z.array(z.string()).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
