import type { Tenant } from '../../../schemas/tenant.js';
import { confirmationCode } from '../../core/delivery/confirmation.js';
import { noticeWords, type Notice } from '../../core/delivery/notice.js';
import type { Recipient } from '../../core/delivery/recipient-policy.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { findingId } from '../../core/projections/keys.js';
import { dayOf } from '../../core/reviews/zone.js';
import type { MailMessage } from '../../ports.js';
import { periodOf } from '../periods.js';
import { serviceSource } from '../log/record.js';
import { decideReport, reportInLog } from '../reports/decide-report.js';
import type { Produce, ReportDeps, ReportRecord } from '../reports/report-record.js';
import { requestOwn } from '../reports/request-own.js';

/*
 * Notices: mails of the service's own, without a packet. They take the way of a report's mails: intent, budget, retries,
 * the provider's word, each in the log.
 */

/**
 * Mails a notice, once, to those of the tenant's recipients that `to` says.
 * @param key names it: what is due once has one key
 * @returns its id, which is a report's; null where nobody is listed
 */
export function raiseNotice(
  deps: ReportDeps,
  produce: Produce,
  tenant: Tenant,
  { key, notice, to }: { key: string; notice: Notice; to: (recipient: Recipient) => boolean },
): Promise<string | null> {
  const today = dayOf(deps.clock.now(), tenant.settings.timeZone);
  return requestOwn(deps, produce, tenant, {
    type: 'notice',
    key: `notice-${key}`,
    to,
    period: periodOf(today, today, tenant.settings.timeZone),
    about: { notice },
  });
}

/** Who a recipient is, as the log names people: the member that is listed with it, else the address itself. */
export const personOf = (macKey: Uint8Array, { member, address }: Recipient): string =>
  pseudonymOf(macKey, member ?? address);

/** The mail of a notice to one recipient: all of it follows from what was kept when it was raised. */
export async function noticeMessage(
  { stores, keys, renderer, publicUrl }: ReportDeps,
  { settings }: Tenant,
  notice: Notice,
  operationId: string,
  to: MailMessage['to'],
): Promise<Omit<MailMessage, 'firstSentAt'>> {
  const { path, ...words } = noticeWords(notice);
  const body = await renderer.notice({
    ...words,
    tenant: settings.displayName,
    code: confirmationCode(await keys.macKey(stores.tenantId), operationId),
    ...(publicUrl === undefined
      ? {}
      : { link: [`${publicUrl}/console/tenants`, stores.tenantId, ...path].join('/') }),
  });
  return { tenantId: stores.tenantId, operationId, to, ...body, attachments: [] };
}

/** Takes a notice back whose reason is gone: its mails that have not left do not leave. */
export async function withdrawIfOver(deps: ReportDeps, { id, notice }: ReportRecord): Promise<void> {
  if (notice === undefined || !(await isOver(deps, notice))) return;
  if ((await reportInLog(deps, id)).status === 'cancelled') return;
  await decideReport(deps, id, 'cancelled', serviceSource.id, 'what it asks for was done');
}

async function isOver(deps: ReportDeps, notice: Notice): Promise<boolean> {
  switch (notice.kind) {
    case 'approval_waiting':
      return (await reportInLog(deps, notice.report)).status !== 'rendered';
    case 'grants_ended': {
      const ids = notice.grants.map(({ finding }) => findingId(finding));
      const found = await deps.stores.ledger.read(ids);
      return [...found.values()].every((d) => d.kind === 'finding' && d.state !== 'open');
    }
  }
}
