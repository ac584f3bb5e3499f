import type { Health } from '../schemas/answers/tenants.js';
import type { Evidence } from '../schemas/evidence.js';
import type { ProblemCode } from '../schemas/problem.js';
import type { RenderContext, ReportDocument } from '../schemas/report-document.js';
import type { Provenance, TenantId } from '../schemas/primitives.js';
import type { DirectoryEntry, Tenant, TenantIssuer } from '../schemas/tenant.js';
import type { DueWork } from './core/kernel/due-work.js';
import type { MetricAttributes, MetricName } from './core/kernel/metrics.js';
import type { Fields, PastSpan, Span } from './core/kernel/trace.js';
import type { VerifiedTenant } from './core/kernel/verified-tenant.js';
import type { OutboundFault } from './core/kernel/outbound-refused.js';
import type { LogEntry } from './core/log/entry.js';
import type { LedgerDocument } from './core/projections/documents.js';
import type { AzureCheck } from './core/readiness/azure-check.js';
import type { GithubDeployment } from './core/readiness/github-deployment.js';

/*
 * All I/O of the service, on one page. Each port has one contract suite under test/contract, run against the memory
 * adapter and the real one alike. Every method rejects with StoreUnavailable when the store cannot answer now.
 */

/** A store that cannot take the request now: throttled, timed out, unreachable. The caller may repeat the request. */
export class StoreUnavailable extends Error {
  constructor(
    message: string,
    readonly retryAfterMs: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StoreUnavailable';
  }
}

/** Milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** One page of a list; `cursor` is opaque and absent on the last page. */
export interface Page<T> {
  items: T[];
  cursor?: string;
}

/**
 * An admitted event as it is kept. Outside the canonical form: `bodyMac`, which tells a duplicate from a conflict, and
 * `traceparent`, the trace it was admitted in and is folded in.
 */
export interface StoredEvidence extends Evidence {
  tenantId: TenantId;
  bodyMac: string;
  traceparent?: string;
}

export interface EvidenceQuery {
  /** Wire type, `aispm.…`. */
  type?: string;
  agent?: string;
  repository?: string;
  workflow?: string;
  tool?: string;
  session?: string;
  incident?: string;
  /** CloudEvents subject. */
  subject?: string;
  /** Only what no trusted source signed, of this provenance, and not the service's own. */
  untrusted?: Provenance;
  /** Instants, inclusive and exclusive, on the event's own time. */
  from?: string;
  to?: string;
  /** By (`time`, id). Default: newest first. */
  order?: 'newest' | 'oldest';
  limit: number;
  cursor?: string;
}

export interface EvidenceStore {
  /**
   * Stores a new event. Returns the twin instead when the id exists: nothing is ever overwritten.
   * The event is kept for `retentionDays` (default: the schema's) from its receipt; null: until `retain` says how long.
   */
  create(evidence: StoredEvidence, retentionDays?: number | null): Promise<StoredEvidence | null>;
  /**
   * Sets how long stored events are kept from their receipt, null for without end: one page, oldest first by their time.
   * Idempotent. @returns where the next page starts; absent after the last.
   */
  retain(
    days: number | null,
    now: number,
    page: { limit: number; cursor?: string },
  ): Promise<{ cursor?: string }>;
  get(id: string): Promise<StoredEvidence | null>;
  /** In the order asked for; null where there is none. */
  getMany(ids: readonly string[]): Promise<(StoredEvidence | null)[]>;
  search(query: EvidenceQuery): Promise<Page<StoredEvidence>>;
}

export interface LedgerBatch {
  /** ETag the head was read with; null creates it. The batch commits only if the head is still that one. */
  headETag: string | null;
  /** Created; an entry that exists already refuses the batch. */
  entries: readonly LogEntry[];
  /** Upserted. The head must be among them, and no id twice. */
  documents: readonly LedgerDocument[];
  /** Ids of documents to delete; absent ones are not an error. */
  deletes: readonly string[];
}

export type CommitResult =
  | { status: 'committed'; headETag: string }
  /** Another instance moved the head. */
  | { status: 'stale' }
  /** An entry of the batch is in the log already. */
  | { status: 'duplicate' };

export interface LedgerList {
  kind: LedgerDocument['kind'];
  /** Equality filters: those of ledger-lists.ts. Any other rejects: no index serves it. */
  where?: Readonly<Record<string, string | boolean>>;
  /** A value that the document's `failing` list must contain, as `control:state`. */
  failing?: string;
  /** Values that the document's `labels` must all contain. */
  labels?: readonly string[];
  /** Words (words.ts) that it must all contain. */
  words?: readonly string[];
  /** Member to sort by, ascending, then id. Documents without it are not listed. Default: id. */
  orderBy?: 'id' | 'rank' | 'dueAt' | 'dueRank';
  /** With order by rank: only ranks from this one on, and below that one. */
  rank?: { from?: string; to?: string };
  /** With order by id: only documents whose id comes after this one. */
  after?: string;
  /** With order by id: only documents whose id begins so. */
  idPrefix?: string;
  limit: number;
  cursor?: string;
}

/** Everything one batch must change together: head, entries, projections. One logical partition. */
export interface LedgerStore {
  head(): Promise<{ document: LedgerDocument; etag: string } | null>;
  /** Documents by id; absent ids are absent from the map. */
  read(ids: readonly string[]): Promise<Map<string, LedgerDocument>>;
  /** Documents whose `dueAt` ≤ instant, by (`dueAt`, id), at most `limit`. */
  due(instant: string, limit: number): Promise<LedgerDocument[]>;
  list(query: LedgerList): Promise<Page<LedgerDocument>>;
  /** Entries with from ≤ position < to, in order. */
  entries(from: number, to: number): Promise<LogEntry[]>;
  /** The entry of an event, or null while it is not in the log. */
  entryOf(evidenceId: string): Promise<LogEntry | null>;
  /** Which of these events are in the log. */
  known(evidenceIds: readonly string[]): Promise<Set<string>>;
  /** All or nothing. At most 96 operations and 1.5 MB; the caller sees to it. */
  commit(batch: LedgerBatch): Promise<CommitResult>;
  /** Every document but entries, in id order. For rebuild checks and snapshots. */
  all(): AsyncIterable<LedgerDocument>;
}

export interface QuarantineRecord {
  id: string;
  receivedAt: string;
  code: ProblemCode;
  detail: string;
  pointer?: string;
  /** Where in the body: index in the batch; and the length of what was sent, in bytes. Never the bytes. */
  index: number;
  bytes: number;
  /** Pseudonym of the token's subject, or `event-grid`. */
  sender: string;
  /** Id and type the event claimed, where they are well-formed names. */
  eventId?: string;
  eventType?: string;
  sourceId?: string;
}

export interface QuarantineStore {
  /** Idempotent by id. */
  add(record: QuarantineRecord): Promise<void>;
  /** Newest first. */
  list(query: { limit: number; cursor?: string }): Promise<Page<QuarantineRecord>>;
}

/** The tenant's configuration document and its erasable directory of people. */
export interface TenantStore {
  get(): Promise<{ tenant: Tenant; etag: string } | null>;
  /**
   * Makes all work of the tenant due at once, for when it is due follows from the document.
   * @returns false when the ETag no longer holds (null: when the tenant exists).
   */
  put(tenant: Tenant, etag: string | null): Promise<boolean>;
  /**
   * Says when work is due next (UTC, milliseconds; null: not before the next change of the document), as it follows from
   * a revision of the document. @returns false where the document is of another by now, and nothing was said.
   */
  setDue(work: DueWork, at: string | null, revision: number): Promise<boolean>;
  /** Adds pseudonyms that are not there yet. */
  remember(people: readonly DirectoryEntry[]): Promise<void>;
  /** Names by pseudonym; erased or unknown ones are absent. */
  names(pseudonyms: readonly string[]): Promise<Map<string, string>>;
  /** Erases a name for good: nobody can be remembered under the pseudonym again, or one late event would bring it back. */
  forget(pseudonym: string): Promise<void>;
  /** Everyone in the directory, in order of pseudonym. */
  people(query: { limit: number; cursor?: string }): Promise<Page<DirectoryEntry>>;
}

/** State of a report, a mail operation, or any other record of the `reports` container, versioned by ETag. */
export interface RecordStore {
  get<T>(id: string): Promise<{ value: T; etag: string } | null>;
  /**
   * Creates when `etag` is null, replaces when it matches. Kept for so many days from this write, or for good.
   * @returns the new ETag, or null when another writer was first.
   */
  put<T>(id: string, kind: string, value: T, etag: string | null, days?: number): Promise<string | null>;
  /** Every record, by kind and id. */
  all(query: { limit: number; cursor?: string }): Promise<Page<{ id: string; kind: string; value: unknown }>>;
  /** In id order. */
  list<T>(query: { kind: string; limit: number; cursor?: string }): Promise<Page<T>>;
}

/** Everything of one tenant. There is no other way to a store, and no store without a tenant. */
export interface TenantStores {
  readonly tenantId: VerifiedTenant;
  readonly evidence: EvidenceStore;
  readonly ledger: LedgerStore;
  readonly quarantine: QuarantineStore;
  readonly tenant: TenantStore;
  readonly records: RecordStore;
}

export interface Stores {
  open(tenantId: VerifiedTenant): TenantStores;
  /** The document of a tenant that is only claimed: who may act there is read from it, so it is read before anyone may. */
  document(tenantId: TenantId): Promise<{ tenant: Tenant; etag: string } | null>;
  /** Every tenant that has a document: ids only, in order. */
  tenantIds(query: { limit: number; cursor?: string }): Promise<Page<VerifiedTenant>>;
  /**
   * Tenants that work is due for at an instant, the longest due first, then by id. The index answers: no document is read.
   * A page may show a tenant again whose work became due anew in the meantime.
   */
  due(query: { work: DueWork; at: string; limit: number; cursor?: string }): Promise<Page<VerifiedTenant>>;
  /**
   * Tenants in whose ledger time alone changes something at or before an instant: one row for each such document whose
   * instant is `from` or later, in order of it. The index answers.
   */
  dueLedgers(query: {
    from: string;
    at: string;
    limit: number;
  }): Promise<{ tenantId: VerifiedTenant; dueAt: string }[]>;
  /** Tenants with an acceptance that ended and is not told yet: one row for each, in no order. */
  expiredLedgers(limit: number): Promise<VerifiedTenant[]>;
  /**
   * Tenants with a record of a kind whose id lies between two, both exclusive: one row for each such record, in order of its
   * id. The index answers.
   */
  withRecords(query: {
    kind: string;
    after: string;
    before: string;
    limit: number;
  }): Promise<{ tenantId: VerifiedTenant; id: string }[]>;
  /** Events that name no tenant we can trust. */
  readonly unknownQuarantine: QuarantineStore;
  /** Mail operation id → tenant: a provider's event names only the operation. */
  rememberOperation(operationId: string, tenantId: VerifiedTenant): Promise<void>;
  tenantOfOperation(operationId: string): Promise<VerifiedTenant | null>;
  /** What was planned against the mail provider's limits, which all tenants share. */
  readonly mailBudget: Pick<RecordStore, 'get' | 'put'>;
}

/** Immutable blobs: created once under a name, never changed. Containers: log, reports, payloads. */
export interface BlobStore {
  /** @returns false when the name exists; the caller compares bytes where that matters. */
  create(
    container: 'log' | 'reports' | 'payloads',
    name: string,
    bytes: Uint8Array,
    contentType: string,
  ): Promise<boolean>;
  get(container: 'log' | 'reports' | 'payloads', name: string): Promise<Uint8Array | null>;
  /** Names that start with the prefix, in order. */
  list(container: 'log' | 'reports' | 'payloads', prefix: string): Promise<string[]>;
}

/** Every blob, tenant by tenant. A store opened here reaches no name outside its tenant's folder. */
export interface Blobs {
  open(tenantId: VerifiedTenant): BlobStore;
}

/** A tenant's secrets. The signing key never leaves the adapter; what it protects against stands in the README. */
export interface KeyRing {
  /** Creates the tenant's signing and MAC keys where absent. @returns the public signing key. */
  ensure(tenantId: VerifiedTenant): Promise<{ keyId: string; publicKey: Uint8Array }>;
  /** Ed25519 (RFC 8032) over the bytes, with the tenant's current key, which is told: it may have changed since `ensure`. */
  sign(
    tenantId: VerifiedTenant,
    bytes: Uint8Array,
  ): Promise<{ keyId: string; publicKey: Uint8Array; signature: Uint8Array }>;
  /** The key that comes next, made where there is none. It signs nothing before it is promoted. */
  successor(tenantId: VerifiedTenant): Promise<{ keyId: string; publicKey: Uint8Array }>;
  /**
   * From now on the successor signs, and the key before it is disabled; other processes follow within five minutes.
   * Promoting the current key is no change. Rejects for a key that is neither.
   */
  promote(tenantId: VerifiedTenant, keyId: string): Promise<void>;
  /** Key for pseudonyms and duplicate detection. */
  macKey(tenantId: VerifiedTenant): Promise<Uint8Array>;
}

/**
 * Secrets that a tenant's operator put into the vault. The service reads them and never writes them anywhere; also of a
 * tenant that is only claimed, since a webhook proves its right by one.
 */
export interface TenantSecrets {
  /** @returns null where the operator put none. */
  read(tenantId: TenantId, name: 'github-webhook' | 'github-app'): Promise<string | null>;
}

/** Keeps a caller's short-lived secret in a record, readable by this service alone and for this tenant alone. */
export interface SecretBox {
  seal(tenantId: VerifiedTenant, secret: string): Promise<string>;
  /** @returns null for what was not sealed here for this tenant, or was changed. */
  open(tenantId: VerifiedTenant, sealed: string): Promise<string | null>;
}

/** What became of telling a pipeline. */
export type ToldOutcome =
  | { status: 'told' }
  /** It may pass: no answer, throttled, failing. The same call may be made again. */
  | { status: 'retry'; detail: string }
  /** It will not pass: the token is over, or the run is gone. */
  | { status: 'refused'; detail: string };

/** Azure Pipelines, as a check in callback mode is answered. */
export interface AzureChecks {
  /**
   * Posts the outcome, and before it the lines as the task's log where that can be done: a log that cannot be written
   * never holds the outcome back.
   */
  complete(
    check: AzureCheck,
    token: string,
    result: 'succeeded' | 'failed',
    lines: readonly string[],
  ): Promise<ToldOutcome>;
}

/** GitHub, as a custom deployment protection rule is answered. */
export interface GithubDeployments {
  review(
    app: { id: string; privateKey: string },
    deployment: GithubDeployment,
    state: 'approved' | 'rejected',
    comment: string,
  ): Promise<ToldOutcome>;
}

/** Holds each tenant to its share of an instance, so that a flood of one is answered 429 and the others hardly notice. */
export interface TenantLimits {
  /** @throws Refusal `too_many_requests` with the seconds after which the same would be taken. */
  request(tenantId: TenantId): void;
  /** All of a request's events or none. @throws Refusal likewise. */
  events(tenantId: TenantId, count: number): void;
}

/** Verifies a detached JWS (RFC 7515, appendix F) by a JWK. False for anything that does not verify, whatever the reason. */
export interface SignatureVerifier {
  /** `kid` of the protected header, or null where there is no readable one. */
  keyId(jws: string): string | null;
  verify(jws: string, payload: Uint8Array, jwk: Readonly<Record<string, string>>): Promise<boolean>;
}

export type OutboundRequest = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
};

/** HTTP to an address that somebody outside the service named. Whole answers only, of at most 1 MB, within 10 seconds. */
export interface Outbound {
  /** @throws OutboundRefused for an address that may not be called, a redirect, or an answer that is too large. */
  fetch(url: string, request?: OutboundRequest): Promise<Response>;
  /** Why the address would not be called, as far as its text says; null where it would. */
  fault(url: string): OutboundFault | null;
}

/** A caller whose token verified. `tenants` null: tenants come from member lists only. */
export interface Caller {
  subject: string;
  roles: readonly string[];
  /** Groups that the token names: a member list may hold one as `group:<id>`. */
  groups?: readonly string[];
  tenants: readonly string[] | null;
}

export interface TokenVerifier {
  /** @returns null for every token that is not valid here; the reason goes to telemetry, never to the caller. */
  verify(authorization: string | null): Promise<Caller | null>;
  /**
   * The same for a workload whose issuer the tenant registered: a collector of that tenant and nothing else. The tenant's
   * issuers are asked for only where the token is one of another issuer than the service's.
   */
  verifyWorkload(
    authorization: string | null,
    tenantId: TenantId,
    issuers: () => Promise<readonly TenantIssuer[]>,
  ): Promise<Caller | null>;
  /** Why a tenant cannot register an issuer, in words; null where it can. */
  issuerFault(issuer: Pick<TenantIssuer, 'issuer' | 'jwksUri'>): string | null;
}

export interface MailMessage {
  /** Whose mail it is. */
  tenantId: VerifiedTenant;
  operationId: string;
  /** Stored time of the intent: the repeatability headers must not change between tries. */
  firstSentAt: string;
  to: { address: string; displayName?: string };
  subject: string;
  html: string;
  text: string;
  attachments: readonly { name: string; contentType: string; bytes: Uint8Array }[];
}

export type SendOutcome =
  | { status: 'accepted' }
  /** It is where it was to go, and the provider says so at once. `proof` names its word. */
  | { status: 'delivered'; proof: string }
  /** The provider said no and will always say no. `bounced`: there is no such mailbox. */
  | { status: 'refused'; detail: string; bounced?: true }
  /** Not sent for sure: throttled or unavailable before it was taken. `throttled`: nobody else should send before then either. */
  | { status: 'retry'; afterMs: number; detail: string; throttled?: true }
  /** The answer was lost: it may or may not have been sent. */
  | { status: 'unknown'; detail: string };

export interface MailProvider {
  readonly name: 'acs' | 'smtp' | 'export';
  /** Domain of the address that mails come from; null where none is sent. */
  readonly sender: string | null;
  /** How they leave the service; `loopback` is plain, and reaches nothing but this machine. */
  readonly transport: 'tls' | 'loopback';
  /** What a send whose answer was lost comes to: ask for the operation; repeat, it is the same mail; or only a person can tell. */
  readonly afterLoss: 'ask' | 'repeat' | 'person';
  send(message: MailMessage): Promise<SendOutcome>;
  /** What the provider knows of an operation; null where it knows nothing. */
  status(operationId: string): Promise<'running' | 'succeeded' | 'failed' | null>;
}

/** Formats a report is rendered in: each is a subject of its manifest. */
export type ReportFormat = 'pdf' | 'html' | 'xlsx' | 'csv' | 'md' | 'json' | 'jsonl';

/** `link`: of ours, https; absent where the deployment does not know its address. `code`: by which its recipient confirms it. */
export type NoticeMail = {
  tenant: string;
  title: string;
  says: readonly string[];
  link?: string;
  code: string;
};

/** Turns a frozen document into artifacts. Same document and context, same bytes. */
export interface Renderer {
  render(
    format: ReportFormat,
    document: ReportDocument,
    context: RenderContext,
  ): Promise<{ bytes: Uint8Array; contentType: string }>;
  /** The mail's subject and its two bodies; with `notice`, nothing of what the report says. */
  mail(
    document: ReportDocument,
    context: RenderContext,
    options: { code?: string } & (
      { attachmentName: string } | { link: string; linkUntil: string; notice: boolean }
    ),
  ): Promise<{ subject: string; html: string; text: string }>;
  /** The mail of a notice: a few sentences, and where to look. */
  notice(notice: NoticeMail): Promise<{ subject: string; html: string; text: string }>;
  /** A ZIP of these files, in this order. */
  pack(files: readonly { name: string; bytes: Uint8Array }[]): Promise<Uint8Array>;
  /** The files of a ZIP; null for bytes that are none, or would unpack to more than 256 MB. */
  unpack(bytes: Uint8Array): Promise<{ name: string; bytes: Uint8Array }[] | null>;
}

/** Long-running work. */
export interface Orchestrations {
  /** Starts an instance. One that runs is left alone; one that has ended may run again: the caller must know it has not. */
  start(name: string, id: string, input: Readonly<Record<string, string | number>>): Promise<void>;
  /** Wakes an instance. An event for one that is over or unknown is dropped: the log is the authority, events only wake. */
  raise(id: string, event: string): Promise<void>;
}

/** A content coding that a file was compressed with when it was built (RFC 9110, 8.4.1). */
export type Encoding = 'br' | 'gzip';
export type PageFile = {
  contentType: string;
  bytes: Uint8Array;
  encoded: Readonly<Partial<Record<Encoding, Uint8Array>>>;
};
/** The files of the console as they were built. */
export interface Pages {
  /** By the path below the console; null for one that is not there. */
  file(name: string): Promise<PageFile | null>;
}

/** Logs, metrics and traces, all without personal data, secrets or bodies. None of it can fail the work it tells of. */
export interface Telemetry {
  log(level: 'info' | 'warn' | 'error', event: string, fields?: Fields): void;
  /** Adds to a counter, or one value to a histogram. */
  measure<M extends MetricName>(metric: M, value: number, attributes: MetricAttributes<M>): void;
  /**
   * Does the work as a span, and rejects with what the work rejects with. The span names that error, never its message;
   * a Refusal that is the caller's doing is no failure of the span.
   */
  span<T>(span: Span, work: () => Promise<T>): Promise<T>;
  /** A span that ends now: for work that is done at once for many, each in a trace of its own. */
  spanned(span: PastSpan): void;
  /** `traceparent` of the span that runs here, for work that goes on elsewhere. Undefined where none does. */
  traceparent(): string | undefined;
  /** Loads what sends telemetry away. Until then, and where that fails, logs go to standard output and nothing else is kept. */
  start(): Promise<void>;
  /** Where it goes by now: told by what was started, not by what was asked for. */
  destination(): Health['telemetry'];
  /** Sends what is left. */
  stop(): Promise<void>;
}
