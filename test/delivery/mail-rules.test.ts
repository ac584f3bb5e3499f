import { beforeEach, describe, expect, it } from 'vitest';

import { confirmationCode } from '../../shared/core/delivery/confirmation.js';
import { deliveryWindow, sendLease } from '../../shared/core/delivery/operation.js';
import { minute, second } from '../../shared/core/kernel/time.js';
import type { Finding } from '../../shared/core/projections/documents.js';
import { previewReadiness } from '../../shared/usecases/readiness/gate.js';
import { clearRecipient, listDisabled } from '../../shared/usecases/reports/clear-recipient.js';
import { closeDeliveries } from '../../shared/usecases/reports/close-report.js';
import { decideReport, reportInLog } from '../../shared/usecases/reports/decide-report.js';
import { deliverMail } from '../../shared/usecases/reports/deliver-report.js';
import { receiveDelivery } from '../../shared/usecases/reports/receive-delivery.js';
import { confirmDelivery, writeOffDelivery } from '../../shared/usecases/reports/settle-delivery.js';
import { viewReport } from '../../shared/usecases/reports/view-report.js';
import { memoryTelemetry } from '../../shared/adapters/memory/telemetry.js';
import { Died, processWith } from '../faults/dying.js';
import { tenant, tenantId } from '../faults/story.js';
import { aboutToDeliver, accepted, type Fate, type Posted } from './posted.js';

/* The rules of mail, one by one: what the provider does, and what a control owner then relies on. */

let posted: Posted;
let id: string;
beforeEach(async () => {
  posted = await aboutToDeliver();
  [id = ''] = posted.operationIds;
});

const step = () => deliverMail(posted.deps(), posted.reportId, id);
const mails = () => posted.post.sent.filter((mail) => mail.operationId === id);
const operation = () => posted.operation(id);
const stores = () => posted.deps().stores;

/** Steps until nothing more is to be done. @returns the pauses, in seconds. */
async function drive(fate: (sends: number) => Fate): Promise<number[]> {
  const pauses: number[] = [];
  for (let sends = 0; ; sends += 1) {
    posted.post.fate = fate(sends);
    const { status, afterMs } = await step();
    if (status === 'done') return pauses;
    pauses.push(afterMs / second);
    posted.world.now += afterMs;
  }
}

const speak = (status: string, eventId = `event-${status}`) => {
  const [mail] = mails();
  const data = { messageId: id, recipient: mail?.to.address ?? '', status };
  const { world } = posted;
  return receiveDelivery(
    { stores: world.stores, keys: world.keys, clock: { now: () => world.now }, telemetry: memoryTelemetry() },
    { id: eventId, data },
  );
};
const events = async (name: string) =>
  (await stores().evidence.search({ type: `aispm.report.${name}`, limit: 50 })).items;
async function openFindings(): Promise<Finding[]> {
  const { items } = await stores().ledger.list({ kind: 'finding', where: { state: 'open' }, limit: 50 });
  return items.filter((d): d is Finding => d.kind === 'finding' && d.subject.startsWith('recipient:'));
}
const inLog = async () => (await reportInLog(posted.deps(), posted.reportId)).deliveries[id]?.status;

const told = (told: Fate['told'], leaves = false): Fate => ({ leaves, told });
const throttled = told({ status: 'retry', afterMs: 90 * second, detail: 'HTTP 429', throttled: true });
const lost = told({ status: 'unknown', detail: 'HTTP 503' });
const lostAfterTaking = told({ status: 'unknown', detail: 'HTTP 500' }, true);

describe('the provider answers', () => {
  it('late: a send that may be under way is left alone for its lease, then asked for and adopted', async () => {
    const deps = posted.deps();
    // Another process is sending, and its provider is slow: the mail leaves, the answer never comes to anybody.
    await new Promise<void>((begun) => {
      const send = () => new Promise<never>(() => begun());
      void deliverMail({ ...deps, mail: { ...deps.mail, send } }, posted.reportId, id);
    });
    expect(await step()).toEqual({ status: 'again', afterMs: sendLease });
    const status = () => Promise.resolve('running' as const);
    posted.world.now += sendLease;
    const asking = { ...deps, mail: { ...deps.mail, status } };
    expect(await deliverMail(asking, posted.reportId, id)).toMatchObject({ status: 'done' });
    expect(await operation()).toMatchObject({ status: 'accepted', attempts: 1 });
  });

  it('429: the mail waits as long as it says, everybody else too, and it leaves once', async () => {
    expect(await drive((n) => (n === 0 ? throttled : accepted))).toEqual([90]);
    expect(mails()).toHaveLength(1);
    const [retried] = await events('retried');
    expect(retried?.event.data).toMatchObject({ attempt: 2, reason: 'HTTP 429' });
  });

  it('429 to one mail: the others wait as well, and none of them is refused', async () => {
    posted.post.fate = throttled;
    await step();
    posted.post.fate = accepted;
    const [, other = ''] = posted.operationIds;
    const { status, afterMs } = await deliverMail(posted.deps(), posted.reportId, other);
    expect(status).toBe('again');
    // Not before the provider said, and not all at that moment.
    expect(afterMs).toBeGreaterThanOrEqual(90_000);
    expect(afterMs).toBeLessThan(180_000);
    expect(posted.post.sent).toEqual([]);
  });

  it('5xx after it took the mail: it is asked for by its id and adopted, and no second one leaves', async () => {
    expect(await drive(() => lostAfterTaking)).toEqual([15]);
    expect(mails()).toHaveLength(1);
    expect(await operation()).toMatchObject({ status: 'accepted', attempts: 1 });
  });

  it('5xx before it took it: inside its window the identical request is repeated', async () => {
    expect(await drive((n) => (n === 0 ? lost : accepted))).toEqual([15, 0]);
    expect(mails()).toHaveLength(1);
    expect(await operation()).toMatchObject({ status: 'accepted', attempts: 2 });
  });

  it('5xx for good: it is asked about, then left to a person as unconfirmed, and never sent again', async () => {
    await drive(() => lost);
    expect(await operation()).toMatchObject({ status: 'unconfirmed' });
    expect((await openFindings()).map(({ rule }) => rule)).toEqual(['delivery_unconfirmed']);
    posted.post.fate = accepted;
    posted.world.now += deliveryWindow;
    expect(await step()).toEqual({ status: 'done', afterMs: 0 });
    expect(mails()).toEqual([]);
  });

  it('no, put off at every try: three retries, exponential, within 120 minutes, a dead letter and a finding', async () => {
    const begun = posted.world.now;
    const putOff = told({ status: 'retry', afterMs: 0, detail: 'HTTP 403' });
    expect(await drive(() => putOff)).toEqual([60, 360, 2160, 0]);
    expect(posted.world.now - begun).toBeLessThan(deliveryWindow);
    expect(await operation()).toMatchObject({ status: 'dead_letter', attempts: 4 });
    expect(await events('retried')).toHaveLength(3);
    const [failed] = await events('failed');
    expect(failed?.event.data).toMatchObject({
      outcome: 'dead_letter',
      detail: 'put off at every try: HTTP 403',
    });
    expect((await openFindings()).map(({ rule }) => rule)).toEqual(['report_undelivered']);
  });

  it('no for good: it has failed at once, and is a finding', async () => {
    expect(await drive(() => told({ status: 'refused', detail: 'HTTP 400' }))).toEqual([]);
    expect(await operation()).toMatchObject({ status: 'failed', attempts: 1 });
    expect((await openFindings()).map(({ rule }) => rule)).toEqual(['report_undelivered']);
  });

  it('no for good, and wherever the process dies then: a mail that is told as failed does not leave after all', async () => {
    for (let at = 0, died = true; died; at += 1) {
      posted = await aboutToDeliver();
      [id = ''] = posted.operationIds;
      posted.post.fate = told({ status: 'refused', detail: 'HTTP 400' });
      const dying = deliverMail(posted.deps(processWith({ at, when: 'after' })), posted.reportId, id);
      died = await dying.then(
        () => false,
        (error: unknown) => error instanceof Died,
      );
      const saidFailed = (await events('failed')).length > 0;
      posted.world.now += sendLease;
      await drive(() => accepted);
      expect(mails(), `died after call ${at}`).toHaveLength(saidFailed ? 0 : 1);
      expect((await operation())?.status).toBe(saidFailed ? 'failed' : 'accepted');
    }
  }, 60_000);
});

describe('the provider speaks of the mail', () => {
  beforeEach(async () => {
    await drive(() => accepted);
  });

  it('twice: it is recorded once', async () => {
    await speak('Delivered');
    await speak('Delivered', 'the same once more');
    expect(await events('delivered')).toHaveLength(1);
  });

  it('never: at the window’s end it is unconfirmed, which blocks the gate until somebody settles it', async () => {
    posted.world.now += deliveryWindow;
    await closeDeliveries(posted.deps(), posted.reportId);
    expect(await inLog()).toBe('unconfirmed');
    const blockers = async () =>
      (await previewReadiness(posted.deps(), 'production')).blockers.map((blocker) => blocker.id);
    expect(await blockers()).toContain('delivery_unconfirmed');
    posted.world.now += minute;
    await writeOffDelivery(posted.deps(), id, 'operator', 'she looked, it is not there');
    expect(await inLog()).toBe('failed');
    expect(await blockers()).not.toContain('delivery_unconfirmed');
    expect((await openFindings()).map(({ rule }) => rule)).toEqual(['report_undelivered']);
    expect(mails()).toHaveLength(1);
  });

  it('never, but the recipient gives the code in the mail: that is as good as its word', async () => {
    const code = confirmationCode(await posted.world.keys.macKey(tenantId), id);
    posted.world.now += deliveryWindow;
    await closeDeliveries(posted.deps(), posted.reportId);
    await expect(confirmDelivery(posted.deps(), id, 'AAAA-AAAA')).rejects.toMatchObject({ code: 'conflict' });
    expect(await confirmDelivery(posted.deps(), id, code.toLowerCase())).toMatchObject({
      status: 'delivered',
    });
    await confirmDelivery(posted.deps(), id, code);
    expect(await inLog()).toBe('delivered');
    expect(await events('delivered')).toHaveLength(1);
    expect(await openFindings()).toEqual([]);
  });

  it('of a hard bounce: the recipient is disabled, and gets no further mail until an operator clears it', async () => {
    await speak('Bounced');
    const [disabled, ...others] = await listDisabled(posted.deps(), tenant);
    expect(others).toEqual([]);
    expect(disabled).toMatchObject({ recipient: (await operation())?.recipient });
    posted.world.now += minute;
    const again = await aboutToDeliver(posted.world, 'december');
    const [next = ''] = again.operationIds;
    await deliverMail(again.deps(), again.reportId, next);
    expect(await again.operation(next)).toMatchObject({ status: 'not_sent' });
    expect(again.post.sent).toEqual([]);
    await clearRecipient(posted.deps(), disabled?.recipient ?? '', 'operator', 'the mailbox is there again');
    expect(await listDisabled(posted.deps(), tenant)).toEqual([]);
    const [cleared] = (await stores().evidence.search({ type: 'aispm.recipient.cleared', limit: 5 })).items;
    expect(cleared?.event.data).toMatchObject({ recipient: disabled?.recipient });
    const third = await aboutToDeliver(posted.world, 'january');
    await deliverMail(third.deps(), third.reportId, third.operationIds[0] ?? '');
    expect(third.post.sent).toHaveLength(1);
  });

  it.each(['Quarantined', 'FilteredSpam', 'Failed'])(
    '%s: that is no hard bounce, and disables nobody',
    async (word) => {
      await speak(word);
      expect(await listDisabled(posted.deps(), tenant)).toEqual([]);
      await expect(clearRecipient(posted.deps(), 'psn:0', 'operator', 'x')).rejects.toMatchObject({
        code: 'not_found',
      });
    },
  );

  it('and it settles no other: what is not unconfirmed is not written off', async () => {
    await expect(writeOffDelivery(posted.deps(), id, 'operator', 'x')).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('a report that is cancelled', () => {
  const view = () => viewReport(posted.deps(), posted.reportId);

  it('sends none of the mails that have not left, and says what became of each', async () => {
    posted.post.fate = accepted;
    await step();
    expect(await view()).toMatchObject({ progress: { step: 'delivering', mails: { planned: 2, ended: 0 } } });
    await decideReport(posted.deps(), posted.reportId, 'cancelled', 'operator');
    const [, other = ''] = posted.operationIds;
    await deliverMail(posted.deps(), posted.reportId, other);
    expect(posted.post.sent.map((mail) => mail.operationId)).toEqual([id]);
    expect(await view()).toMatchObject({ status: 'cancelled', progress: { step: 'ended' } });
    expect((await reportInLog(posted.deps(), posted.reportId)).deliveries[other]?.status).toBe('not_sent');
    expect(await openFindings()).toEqual([]);
    await expect(decideReport(posted.deps(), posted.reportId, 'cancelled', 'operator')).rejects.toMatchObject(
      { code: 'conflict' },
    );
  });

  it('stays cancelled though a mail that had left then arrives; that stands too', async () => {
    await step();
    await decideReport(posted.deps(), posted.reportId, 'cancelled', 'operator');
    posted.world.now += minute;
    await speak('Delivered');
    expect(await view()).toMatchObject({ status: 'cancelled' });
    expect(await inLog()).toBe('delivered');
  });
});
