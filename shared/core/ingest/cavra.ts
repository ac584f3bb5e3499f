import {
  cavraApprovalSchema,
  cavraDecisionSchema,
  cavraEnvelopeSchema,
  cavraEnvelopeVersion,
  cavraSessionSchema,
} from '../../../schemas/cavra.js';
import type { Source, Tenant } from '../../../schemas/tenant.js';
import type { z } from 'zod';
import { Refusal } from '../kernel/refusal.js';
import { approvalEvents, sessionEvents } from './cavra-records.js';
import { decisionEvents, envelopeEvents } from './cavra-decisions.js';
import { schemaRefusal } from './parse.js';
import { isRetired } from './rules.js';

/** An event in our form, not yet checked, and the schema it came from. */
export type Normalised = { value: unknown; normalisedFrom: string };

/** A source is CAVRA's when it is registered under this prefix and the connector's id. */
const cavraPrefix = 'urn:cavra:';

/**
 * Turns one CAVRA document into events in our form.
 *
 * Kind of document: by `schema_version`; where a record has none, by the id that only its kind has.
 * Source: an envelope names its connector: the source registered with that id, or under `urn:cavra:<connector_id>`, for
 * the same connector type. The
 * records name none: the tenant's only source under `urn:cavra:`; with none or several of them the record is refused,
 * because guessing would let one connector speak as another. CAVRA documents are not signed in a form that can be checked
 * here, so a source with keys cannot send them.
 * Ids: kind and their id, so that the same document again is a duplicate.
 *
 * | CAVRA | becomes | how |
 * | --- | --- | --- |
 * | envelope with a decision | `decision.recorded` | surface by action type, else event type |
 * | envelope without one, or `not_applicable`, about an action or a model | `decision.recorded` | `audit_only`, `shadow`, ran: it happened unchecked |
 * | envelope without one, about approval, evidence or policy | `session.recorded` | `started`: it shows the run and nothing more |
 * | decision record | `decision.recorded` | block and require_approval did not run; severity they do not name is high |
 * | … with `declared_intent` | `intent.declared` too | the statement, at the decision's time |
 * | session record | `session.recorded` | active → started, archived → completed |
 * | approval record | `approval.requested` | from what never changes after the request |
 * | … approved or denied | `approval.decided` too | at `decided_at` |
 * | … break_glass | both, marked break-glass | at `decided_at`; the requester is its approver there |
 * | … pending or expired | the request alone | expiry follows from `expiresAt` |
 *
 * Read over: actor, scores, counts other than decisions, history, hashes and signature references, which are claims here.
 * @throws Refusal `schema_invalid` or `unknown_source`.
 */
export function normaliseCavra(document: unknown, tenant: Tenant, at: string): Normalised[] {
  const kind = kindOf(document);
  switch (kind) {
    case 'envelope': {
      const envelope = read(cavraEnvelopeSchema, document, at);
      const source = connectorSource(tenant, envelope.source, at);
      return named(cavraEnvelopeVersion, envelopeEvents(envelope, source.uri));
    }
    case 'decision':
      return named(
        'cavra.decision.v1',
        decisionEvents(read(cavraDecisionSchema, document, at), soleUri(tenant, at)),
      );
    case 'session':
      return named(
        'cavra.session.v1',
        sessionEvents(read(cavraSessionSchema, document, at), soleUri(tenant, at)),
      );
    case 'approval':
      return named(
        'cavra.approval.v1',
        approvalEvents(read(cavraApprovalSchema, document, at), soleUri(tenant, at), at),
      );
    case null:
      throw new Refusal('schema_invalid', 'neither a CloudEvent nor a CAVRA document', {
        pointer: `${at}/specversion`,
      });
  }
}

type Kind = 'envelope' | 'decision' | 'session' | 'approval';

const kindByVersion: ReadonlyMap<unknown, Kind> = new Map<unknown, Kind>([
  [cavraEnvelopeVersion, 'envelope'],
  ['cavra.decision.v1', 'decision'],
  ['cavra.session.v1', 'session'],
  ['cavra.approval.v1', 'approval'],
]);

function kindOf(document: unknown): Kind | null {
  if (typeof document !== 'object' || document === null) return null;
  if ('schema_version' in document) return kindByVersion.get(document.schema_version) ?? null;
  if ('approval_id' in document) return 'approval';
  if ('decision_id' in document) return 'decision';
  return 'session_id' in document ? 'session' : null;
}

function read<T>(schema: z.ZodType<T>, document: unknown, at: string): T {
  const result = schema.safeParse(document);
  if (!result.success) throw schemaRefusal(result.error, at, 'the document does not match its CAVRA schema');
  return result.data;
}

const named = (normalisedFrom: string, events: readonly unknown[]): Normalised[] =>
  events.map((value) => ({ value, normalisedFrom }));

type CavraSource = z.infer<typeof cavraEnvelopeSchema>['source'];

function connectorSource(
  tenant: Tenant,
  { connector_id: connectorId, connector_type: type }: CavraSource,
  at: string,
): Source {
  const found = tenant.sources.filter(
    (s) => s.id === connectorId || s.uri === `${cavraPrefix}${connectorId}`,
  );
  const [source] = found;
  if (source === undefined || found.length > 1)
    throw new Refusal('unknown_source', 'not exactly one source is registered for this connector', {
      pointer: `${at}/source/connector_id`,
    });
  if (source.connectorType !== type)
    throw new Refusal('unknown_source', 'the source under this connector is registered as another type', {
      pointer: `${at}/source/connector_type`,
    });
  return source;
}

function soleUri(tenant: Tenant, at: string): string {
  const found = tenant.sources.filter((s) => s.uri.startsWith(cavraPrefix) && !isRetired(s));
  const [source] = found;
  if (source === undefined || found.length > 1)
    throw new Refusal('unknown_source', `a record needs exactly one source registered under ${cavraPrefix}`, {
      pointer: at,
    });
  return source.uri;
}
