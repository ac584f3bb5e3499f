import type { DeliveryValidation } from '../../../schemas/delivery-validation.js';
import { isEvidenceOf } from '../../../schemas/evidence.js';
import type { EventData } from '../../../schemas/events/types.js';
import {
  judgeDelivery,
  type DeliveryVerdict,
  type ObservedDelivery,
} from '../../core/delivery/validation.js';
import { latin1 } from '../../core/kernel/bytes.js';
import { sha256Hex } from '../../core/kernel/hash.js';
import { evidenceIdOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import type { Report } from '../../core/projections/documents.js';
import { stampOf } from '../../core/readiness/stamp.js';
import type { TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { recordFirst, serviceSource } from '../log/record.js';
import { reportInLog } from './decide-report.js';
import { loadOperation, messageOf, operationsOf } from './deliver-report.js';
import {
  blobNames,
  loadReport,
  reportRecordId,
  type ReportDeps,
  type ReportRecord,
} from './report-record.js';
import { resumedId } from './resume-delivery.js';
import { failedId, retriedId } from './send-mail.js';
import { markerOf } from './validation-report.js';

/*
 * The outcome of a delivery validation, observed in the log and never told by anybody: each reference in it is an event of
 * the log, found under the one id it can have.
 */

const eventId = (id: string): string => evidenceIdOf(serviceSource.uri, id);
const outcomeId = (reportId: string, outcome: 'passed' | 'failed'): string =>
  `delivery-validated-${reportId}-${outcome}`;

type Seen = {
  report: Report;
  exercise: {
    operation: string | null;
    retried: string | null;
    deadLetter: string | null;
    resumed: string | null;
  };
  arrived: string[];
};

/** What the log says of a validation: a few reads by id. */
async function seen(stores: TenantStores, record: ReportRecord): Promise<Seen> {
  const report = await reportInLog({ stores }, record.id);
  const [first] = operationsOf({ stores }, record);
  const operation = first?.operationId ?? null;
  const ids =
    operation === null
      ? []
      : [
          retriedId({ operationId: operation, round: 0 }, 2),
          failedId({ operationId: operation, round: 0 }),
          resumedId(operation, 1),
        ].map(eventId);
  const arrived = Object.entries(report.deliveries)
    .filter(([, { status }]) => status === 'delivered')
    .map(([id]) => eventId(`report-delivered-${id}`));
  const known = await stores.ledger.known([...ids, ...arrived]);
  const [retried = null, deadLetter = null, resumed = null] = ids.map((id) => (known.has(id) ? id : null));
  return {
    report,
    exercise: { operation, retried, deadLetter, resumed },
    arrived: arrived.filter((id) => known.has(id)),
  };
}

function verdictOf(
  record: ReportRecord,
  { report, exercise }: Seen,
  removed: boolean | null,
): DeliveryVerdict {
  const observed: ObservedDelivery = {
    report,
    planned: record.recipients.length,
    approvalRequired: record.approvalRequired,
    exercise: {
      operation: exercise.operation,
      retried: exercise.retried !== null,
      deadLetter: exercise.deadLetter !== null,
      resumed: exercise.resumed !== null,
    },
    removed,
  };
  return judgeDelivery(observed);
}

/**
 * Last step of a validation's report: records the outcome when there is one. Any other report, and one that still waits,
 * is left as it is; the same outcome again is the same event.
 */
export async function concludeValidation(deps: ReportDeps, reportId: string): Promise<void> {
  const { stores } = deps;
  const { value: record } = await loadReport(stores, reportId);
  if (record.type !== 'delivery-validation' || record.rendered === undefined) return;
  const found = await seen(stores, record);
  if (verdictOf(record, found, true).status === 'waiting') return;
  const redaction = await searchPacket(deps, record);
  const verdict = verdictOf(record, found, redaction.removed);
  if (verdict.status === 'waiting') return;
  const { retried, deadLetter, resumed } = found.exercise;
  await recordFirst(deps, {
    name: 'delivery.validated',
    id: outcomeId(reportId, verdict.status),
    data: {
      report: reportId,
      outcome: verdict.status,
      ...(verdict.status === 'failed' ? { reason: verdict.reason } : {}),
      ...stampOf(record.frozen?.build ?? null, deps.build ?? null),
      channel: {
        provider: deps.mail.name,
        sender: deps.mail.sender,
        transport: deps.mail.transport,
      },
      delivered: found.arrived,
      ...(retried === null ? {} : { retried }),
      ...(deadLetter === null ? {} : { deadLetter }),
      ...(resumed === null ? {} : { resumed }),
      redaction,
    },
  });
}

/** Where the validation's own id, which is printed openly, must be found: else nothing was really searched. */
const mustShow = ['document.json', 'mail.html', 'mail.text', 'report.html', 'report.md'];

/** Looks for what was planted in the mail as it is sent and in every file of the packet. */
async function searchPacket(
  deps: ReportDeps,
  record: ReportRecord,
): Promise<EventData<'delivery.validated'>['redaction']> {
  const { stores, blobs, keys } = deps;
  const marker = markerOf(await keys.macKey(stores.tenantId), record.id);
  const names = [
    ...(record.frozen
      ? [['document.json', blobNames.document(stores.tenantId, record.frozen.documentDigest)] as const]
      : []),
    ...(record.rendered?.artifacts ?? []).map(
      ({ format, digest }) =>
        [`report.${format}`, blobNames.artifact(stores.tenantId, digest, format)] as const,
    ),
  ];
  const parts = new Map<string, string>();
  for (const [name, blob] of names) {
    const bytes = await blobs.get('reports', blob);
    if (bytes !== null) parts.set(name, latin1(bytes));
  }
  const [first] = operationsOf(deps, record);
  const message =
    first === undefined
      ? 'no mail was planned'
      : await messageOf(deps, record, (await loadOperation(deps, first.operationId)).value);
  if (typeof message !== 'string') {
    parts.set('mail.subject', message.subject);
    parts.set('mail.html', message.html);
    parts.set('mail.text', message.text);
  }
  const arrives = [...parts.values()].some((text) => text.includes(marker));
  const searched = mustShow.filter((name) => parts.get(name)?.includes(record.id) === true);
  return {
    markerDigest: sha256Hex(marker),
    removed: !arrives && searched.length === mustShow.length,
    searched: [...parts.keys()],
  };
}

/** The validation as it stands in the log. @throws Refusal `not_found` for a report that is none. */
export async function readDeliveryValidation(stores: TenantStores, id: string): Promise<DeliveryValidation> {
  const record = (await stores.records.get<ReportRecord>(reportRecordId(id)))?.value;
  if (record?.type !== 'delivery-validation') throw new Refusal('not_found', 'there is no such validation');
  const found = await seen(stores, record);
  const outcomes = await stores.evidence.getMany(
    (['passed', 'failed'] as const).map((outcome) => eventId(outcomeId(id, outcome))),
  );
  const concluded = outcomes.find((one) => one !== null) ?? null;
  const data =
    concluded !== null && isEvidenceOf(concluded, 'delivery.validated') ? concluded.event.data : null;
  const verdict = verdictOf(record, found, data?.redaction.removed ?? null);
  const links = linksOf(stores.tenantId);
  const { operation } = found.exercise;
  return {
    validation: id,
    requestedAt: found.report.requestedAt,
    status: data?.outcome ?? verdict.status,
    waitingFor: data === null && verdict.status === 'waiting' ? verdict.for : null,
    ...(data?.reason === undefined
      ? data === null && verdict.status === 'failed'
        ? { reason: verdict.reason }
        : {}
      : { reason: data.reason }),
    mails: { planned: record.recipients.length, arrived: found.arrived.length },
    exercise: found.exercise,
    redaction: data === null ? null : { removed: data.redaction.removed, searched: data.redaction.searched },
    evidence: concluded?.id ?? null,
    links: {
      self: links.at('validations', 'delivery', id),
      report: links.at('reports', id),
      ...(operation === null ? {} : { resume: links.at('deliveries', operation, 'resume') }),
      ...links.evidence(concluded?.id ?? null),
    },
  };
}
