import { beforeEach, describe, expect, it } from 'vitest';

import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { maxAttempts } from '../../shared/core/delivery/operation.js';
import { minute } from '../../shared/core/kernel/time.js';
import { findingId, fingerprintOf } from '../../shared/core/projections/keys.js';
import { validateDelivery as judge } from '../../shared/core/readiness/validators/delivery.js';
import type { MailMessage } from '../../shared/ports.js';
import { gatherValidators } from '../../shared/usecases/readiness/gather-validators.js';
import { decideReport, reportInLog } from '../../shared/usecases/reports/decide-report.js';
import { deliverMail, planDelivery } from '../../shared/usecases/reports/deliver-report.js';
import { freezeReport } from '../../shared/usecases/reports/freeze-report.js';
import { receiveDelivery } from '../../shared/usecases/reports/receive-delivery.js';
import { renderReport } from '../../shared/usecases/reports/render-report.js';
import type { ReportDeps } from '../../shared/usecases/reports/report-record.js';
import { requestReport, stateRequest } from '../../shared/usecases/reports/request-report.js';
import { resumeDelivery } from '../../shared/usecases/reports/resume-delivery.js';
import {
  concludeValidation,
  readDeliveryValidation,
} from '../../shared/usecases/reports/validate-delivery.js';
import { markerOf } from '../../shared/usecases/reports/validation-report.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { processWith } from '../faults/dying.js';
import { newWorld, reportDeps, servicesOf, tenant, tenantId, type World } from '../faults/story.js';

let world: World;
let deps: ReportDeps;
let id: string;

/** A validation that is asked for, rendered and approved, with its mails planned. */
beforeEach(async () => {
  world = await newWorld();
  deps = { ...reportDeps(servicesOf(world, processWith(null))), renderer: reportRenderer };
  const asked = { type: 'delivery-validation' as const };
  const record = await requestReport(deps, tenant, { subject: 'operator' }, asked, 'november');
  await stateRequest(deps, record);
  ({ id } = record);
});

const view = () => readDeliveryValidation(deps.stores, id);
async function approved(): Promise<string[]> {
  await freezeReport(deps, id);
  await renderReport(deps, id);
  await decideReport(deps, id, 'approved', 'approver');
  return (await planDelivery(deps, id)).operationIds;
}

/** Drives one mail until nothing more is to be done. @returns the pauses it made. */
async function drive(operationId: string): Promise<number[]> {
  const pauses: number[] = [];
  for (;;) {
    const { status, afterMs } = await deliverMail(deps, id, operationId);
    if (status === 'done') return pauses;
    pauses.push(afterMs);
    world.now += afterMs;
  }
}

const speak = (mail: MailMessage, status: string) =>
  receiveDelivery(
    { stores: world.stores, keys: world.keys, clock: deps.clock, telemetry: suiteTelemetry() },
    {
      id: `event-${mail.operationId}`,
      data: { messageId: mail.operationId, recipient: mail.to.address, status },
    },
  );

/** To the dead letter, which a person then takes up; and the provider's word on each mail. */
async function whole(word: (address: string) => string = () => 'Delivered'): Promise<void> {
  for (const operation of await approved()) await drive(operation);
  await concludeValidation(deps, id);
  const { operation } = (await view()).exercise;
  world.now += minute;
  await resumeDelivery(deps, operation ?? '', 'operator', 'the validation asks for it');
  await drive(operation ?? '');
  for (const mail of [...world.mail.sent]) await speak(mail, word(mail.to.address));
  await concludeValidation(deps, id);
}

const checks = async (): Promise<Record<string, string>> => {
  const { stores, blobs } = deps;
  const facts = await gatherValidators({ stores, blobs }, tenant, new Date(world.now).toISOString(), null);
  return Object.fromEntries(judge(facts).map(({ name, status }) => [name, status]));
};

describe('a delivery validation', () => {
  it('proves nothing before it is asked for', async () => {
    expect(await checks()).toMatchObject({
      validation_delivered: 'blocker',
      retry_exercised: 'blocker',
      escalation_exercised: 'blocker',
      redaction_proven: 'blocker',
    });
  });

  it('is of the build that made its report and found it delivered, and of none where that changed between', async () => {
    const build = { name: 'v1', digest: 'a'.repeat(64) };
    const named = async (): Promise<unknown> => {
      const { items } = await deps.stores.evidence.search({ type: 'aispm.delivery.validated', limit: 1 });
      return (items[0]?.event.data as { release?: unknown }).release;
    };
    deps = { ...deps, build };
    await freezeReport(deps, id);
    await whole();
    expect(await named()).toEqual(build);
    const { stores, blobs } = deps;
    const facts = await gatherValidators({ stores, blobs }, tenant, new Date(world.now).toISOString(), null);
    expect(facts.delivery.validated?.build).toEqual(build);
  });

  it('made by one build and delivered by the next shows neither', async () => {
    deps = { ...deps, build: { name: 'v1', digest: 'a'.repeat(64) } };
    await freezeReport(deps, id);
    deps = { ...deps, build: { name: 'v2', digest: 'b'.repeat(64) } };
    await whole();
    const { items } = await deps.stores.evidence.search({ type: 'aispm.delivery.validated', limit: 1 });
    expect(items[0]?.event.data).not.toHaveProperty('release');
  });

  it('waits for its rendering, its approval, a person and the provider, and says so', async () => {
    expect(await view()).toMatchObject({ status: 'waiting', waitingFor: 'rendering', mails: { planned: 2 } });
    await freezeReport(deps, id);
    await renderReport(deps, id);
    expect((await view()).waitingFor).toBe('approval');
    await decideReport(deps, id, 'approved', 'approver');
    expect((await view()).waitingFor).toBe('mails');
    for (const operation of (await planDelivery(deps, id)).operationIds) await drive(operation);
    const { waitingFor, links, exercise } = await view();
    expect(waitingFor).toBe('person');
    expect(links['resume']).toBe(`/api/tenants/${tenantId}/deliveries/${exercise.operation ?? ''}/resume`);
    // A person takes their time: what happens at one instant has no order of its own.
    world.now += minute;
    await resumeDelivery(deps, exercise.operation ?? '', 'operator', undefined);
    expect((await view()).waitingFor).toBe('mails');
  });

  it('holds the first recipient’s mail back at every try, with growing pauses, and opens a finding', async () => {
    const [first = '', second = ''] = await approved();
    expect(await drive(first)).toEqual([1000, 2000, 4000, 0]);
    await drive(second);
    expect(world.mail.sent.map((mail) => mail.operationId)).toEqual([second]);
    const retried = await deps.stores.evidence.search({ type: 'aispm.report.retried', limit: 10 });
    expect(retried.items.map(({ event }) => event.data)).toMatchObject(
      [4, 3, 2].map((attempt) => ({ attempt, operation: first, exercised: true })),
    );
    const [failed] = (await deps.stores.evidence.search({ type: 'aispm.report.failed', limit: 10 })).items;
    expect(failed?.event.data).toMatchObject({ outcome: 'dead_letter', operation: first, exercised: true });
    const { recipient = '' } = (await reportInLog(deps, id)).deliveries[first] ?? {};
    const finding = findingId(
      fingerprintOf('report_undelivered', `recipient:${recipient}`, 'report-delivery'),
    );
    expect((await deps.stores.ledger.read([finding])).get(finding)).toMatchObject({ state: 'open' });
  });

  it('passes when a person took the mail up and the provider says that each arrived; each mail left once', async () => {
    await whole();
    expect(await view()).toMatchObject({
      status: 'passed',
      waitingFor: null,
      mails: { planned: 2, arrived: 2 },
      redaction: { removed: true },
    });
    expect(new Set(world.mail.sent.map((mail) => mail.operationId)).size).toBe(2);
    expect(world.mail.sent).toHaveLength(2);
    const open = await deps.stores.ledger.list({ kind: 'finding', where: { state: 'open' }, limit: 10 });
    expect(open.items.filter((d) => d.kind === 'finding' && d.rule === 'report_undelivered')).toEqual([]);
  });

  it('is what readiness asks for: arrival, retry, escalation and redaction, each by an event of the log', async () => {
    await whole();
    expect(await checks()).toMatchObject({
      recipients_set: 'pass',
      validation_delivered: 'pass',
      audit_complete: 'pass',
      retry_exercised: 'pass',
      escalation_exercised: 'pass',
      redaction_proven: 'pass',
    });
  });

  it('proves nothing any more when its window is over', async () => {
    await whole();
    world.now += 36 * 24 * 60 * minute;
    expect(await checks()).toMatchObject({ validation_delivered: 'blocker', retry_exercised: 'blocker' });
  });

  it('fails where one mail bounces, and says how many did not arrive', async () => {
    await whole((address) => (address.startsWith('board') ? 'Bounced' : 'Delivered'));
    expect(await view()).toMatchObject({ status: 'failed', reason: '1 of 2 mails did not arrive' });
    expect(await checks()).toMatchObject({ validation_delivered: 'blocker' });
  });

  it('fails where it was not approved', async () => {
    await freezeReport(deps, id);
    await renderReport(deps, id);
    await decideReport(deps, id, 'rejected', 'approver');
    expect(await view()).toMatchObject({
      status: 'failed',
      reason: 'the report was rejected',
      evidence: null,
    });
  });

  it('prints what was planted as redaction left it, in the mail and in every file', async () => {
    await whole();
    const marker = markerOf(await world.keys.macKey(tenantId), id);
    for (const mail of world.mail.sent) {
      expect(mail.text.replace(/\s+/g, ' ')).toContain('deploy --token [redacted] --notify [redacted]');
      expect(mail.text).toContain(id.slice(0, 13));
      expect(`${mail.subject}${mail.html}${mail.text}`).not.toContain(marker);
    }
    expect((await view()).redaction?.searched).toEqual(
      expect.arrayContaining<string>([
        'mail.html',
        'mail.text',
        'mail.subject',
        'document.json',
        'report.pdf',
        'report.md',
      ]),
    );
  });

  it('does not pass where the marker arrives', async () => {
    const marker = markerOf(await world.keys.macKey(tenantId), id);
    const leaking: typeof reportRenderer = {
      ...reportRenderer,
      mail: async (...asked) => {
        const mail = await reportRenderer.mail(...asked);
        return { ...mail, text: `${mail.text}\n${marker}` };
      },
    };
    deps = { ...deps, renderer: leaking };
    await whole();
    expect(await view()).toMatchObject({ status: 'failed', redaction: { removed: false } });
    expect(await checks()).toMatchObject({ redaction_proven: 'blocker', validation_delivered: 'blocker' });
  });

  it('concludes once, however often its last step runs', async () => {
    await whole();
    await concludeValidation(deps, id);
    await concludeValidation(deps, id);
    const outcomes = await deps.stores.evidence.search({ type: 'aispm.delivery.validated', limit: 10 });
    expect(outcomes.items).toHaveLength(1);
  });
});

describe('a dead letter', () => {
  it('is taken up by one command, however often it is given, and is then the same mail', async () => {
    const [first = ''] = await approved();
    await drive(first);
    const [a, b] = await Promise.all([
      resumeDelivery(deps, first, 'operator', undefined),
      resumeDelivery(deps, first, 'another', undefined),
    ]);
    expect([a.round, b.round]).toEqual([1, 1]);
    await drive(first);
    await resumeDelivery(deps, first, 'operator', undefined).catch(() => undefined);
    expect(world.mail.sent.filter((mail) => mail.operationId === first)).toHaveLength(1);
    const resumed = await deps.stores.evidence.search({ type: 'aispm.report.resumed', limit: 10 });
    expect(resumed.items).toHaveLength(1);
  });

  it('is the only kind of mail that is: what may have left is not sent again', async () => {
    const [first = '', second = ''] = await approved();
    await expect(resumeDelivery(deps, first, 'operator', undefined)).rejects.toMatchObject({
      code: 'conflict',
    });
    await drive(second);
    await expect(resumeDelivery(deps, second, 'operator', undefined)).rejects.toMatchObject({
      code: 'conflict',
      message: 'only a dead letter is taken up again; this mail is accepted',
    });
    await expect(resumeDelivery(deps, 'none', 'operator', undefined)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('has as many tries again', async () => {
    const [first = ''] = await approved();
    await drive(first);
    await resumeDelivery(deps, first, 'operator', undefined);
    world.mail.answerWith(() => ({ status: 'retry', afterMs: 0, detail: 'HTTP 403' }));
    expect(await drive(first)).toHaveLength(maxAttempts);
    const failed = await deps.stores.evidence.search({ type: 'aispm.report.failed', limit: 10 });
    expect(failed.items[0]?.event.data).toMatchObject({
      outcome: 'dead_letter',
      detail: 'put off at every try: HTTP 403',
    });
    expect(failed.items).toHaveLength(2);
  });
});
