import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf, minute, type Millis } from '../../core/kernel/time.js';
import type { KeyRing, MailProvider, Renderer, Stores, Telemetry } from '../../ports.js';
import { decideReport } from '../reports/decide-report.js';
import { deliverMail, planDelivery } from '../reports/deliver-report.js';
import { freezeReport } from '../reports/freeze-report.js';
import { receiveDelivery } from '../reports/receive-delivery.js';
import { renderReport } from '../reports/render-report.js';
import type { ReportDeps } from '../reports/report-record.js';
import { requestReport } from '../reports/request-report.js';
import { samplePeople, sampleRecipient, type SampleReport } from './fixture.js';

export type SampleReportDeps = Omit<ReportDeps, 'clock' | 'rehearsal' | 'registry'> & {
  /** All of the sample's stores: a provider's word names no tenant. */
  all: Stores;
  keys: KeyRing;
  mail: MailProvider;
  renderer: Renderer;
  telemetry: Telemetry;
  clock: { now(): Millis; set(at: Millis): void };
};

/** A report as its orchestrator would produce it: requested and frozen; rendered, approved, sent and arrived where it says so. */
export async function produceSample(own: SampleReportDeps, { at, type, sent }: SampleReport): Promise<void> {
  const deps: ReportDeps = { ...own, registry: own.all, rehearsal: true };
  own.clock.set(at);
  const found = await own.stores.tenant.get();
  if (found === null) throw new Refusal('not_found', 'there is no such tenant');
  const caller = { subject: samplePeople.tom };
  const { id } = await requestReport(
    deps,
    found.tenant,
    caller,
    { type, scope: 'public_safe' },
    `sample-${type}`,
  );
  await freezeReport(deps, id);
  if (!sent) return;
  await renderReport(deps, id);
  own.clock.set(at + 20 * minute);
  await decideReport(deps, id, 'approved', samplePeople.mei, 'read and agreed');
  for (const operationId of (await planDelivery(deps, id)).operationIds) {
    await deliverMail(deps, id, operationId);
    own.clock.set(at + 21 * minute);
    const data = {
      messageId: operationId,
      recipient: sampleRecipient,
      status: 'Delivered',
      deliveryAttemptTimestamp: instantOf(own.clock.now()),
    };
    await receiveDelivery({ ...own, stores: own.all }, { id: `sample-${operationId}`, data });
  }
}
