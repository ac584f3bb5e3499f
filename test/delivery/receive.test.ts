import { beforeEach, describe, expect, it } from 'vitest';

import {
  findingId,
  fingerprintOf,
  reportId as ledgerId,
  tenantItemId,
} from '../../shared/core/projections/keys.js';
import type { Report } from '../../shared/core/projections/documents.js';
import { hour } from '../../shared/core/kernel/time.js';
import type { StoredEvidence, Stores } from '../../shared/ports.js';
import { closeDeliveries } from '../../shared/usecases/reports/close-report.js';
import { deliverMail } from '../../shared/usecases/reports/deliver-report.js';
import { finish } from '../../shared/usecases/reports/send-mail.js';
import { receiveDelivery } from '../../shared/usecases/reports/receive-delivery.js';
import { aboutToDeliver, tenantId, type Posted } from './posted.js';
import { suiteTelemetry } from '../suite-logs/keep.js';

let posted: Posted;
let mail: { operationId: string; address: string };

/** A report whose mails have left; of each, the provider has yet to speak. */
beforeEach(async () => {
  posted = await aboutToDeliver();
  for (const id of posted.operationIds) await deliverMail(posted.deps(), posted.reportId, id);
  const [sent] = posted.post.sent;
  mail = { operationId: sent?.operationId ?? '', address: sent?.to.address ?? '' };
});

const receive = (event: unknown, stores: Stores = posted.world.stores) =>
  receiveDelivery(
    {
      stores,
      keys: posted.world.keys,
      clock: { now: () => posted.world.now },
      telemetry: suiteTelemetry(),
    },
    event,
  );
const reported = (status: string, change: object = {}) => ({
  id: `event-${status}`,
  data: { messageId: mail.operationId, recipient: mail.address, status, ...change },
});
const stores = () => posted.world.stores.open(tenantId);
const logged = async (name: string): Promise<StoredEvidence[]> =>
  (await stores().evidence.search({ type: `aispm.report.${name}`, limit: 100 })).items;
const quarantined = async () => (await posted.world.stores.unknownQuarantine.list({ limit: 100 })).items;
async function inLog(): Promise<Report> {
  const found = (await stores().ledger.read([ledgerId(posted.reportId)])).get(ledgerId(posted.reportId));
  if (found?.kind !== 'report') throw new Error('the report is not in the log');
  return found;
}
const statusInLog = async () => (await inLog()).deliveries[mail.operationId]?.status;
async function findingState(rule: string): Promise<string | undefined> {
  const subject = `recipient:${await posted.personOf(mail.address)}`;
  const id = findingId(fingerprintOf(rule, subject, 'report-delivery'));
  const found = (await stores().ledger.read([id])).get(id);
  return found?.kind === 'finding' ? found.state : undefined;
}
async function controlState(): Promise<string | undefined> {
  const found = (await stores().ledger.read([tenantItemId])).get(tenantItemId);
  return found?.kind === 'item' ? found.states['report-delivery']?.state : undefined;
}

describe('a delivery event that cannot be believed is quarantined', () => {
  const wrong: readonly [string, () => unknown, string][] = [
    [
      'an operation we never began',
      () => reported('Delivered', { messageId: '00000000-0000-4000-8000-000000000000' }),
      'no operation has this id',
    ],
    [
      'another recipient than the mail’s',
      () => reported('Delivered', { recipient: 'someone@else.example' }),
      'the recipient is not the one of the operation',
    ],
    [
      'the other recipient of the same report',
      () => reported('Delivered', { recipient: 'board@harbour.example' }),
      'the recipient is not the one of the operation',
    ],
    ['no data', () => ({ id: 'e1' }), 'the event is not a delivery report'],
    ['no id', () => ({ data: reported('Delivered').data }), 'the event is not a delivery report'],
    ['nothing at all', () => undefined, 'the event is not a delivery report'],
    ['a text', () => 'Delivered', 'the event is not a delivery report'],
    [
      'an id that is no operation’s',
      () => reported('Delivered', { messageId: '1; DROP' }),
      'the event is not a delivery report',
    ],
    ['no word', () => reported('Delivered', { status: null }), 'the event is not a delivery report'],
    [
      'a half character',
      () => reported('Delivered', { messageId: '\ud800' }),
      'the event is not a delivery report',
    ],
  ];
  for (const [title, event, detail] of wrong) {
    it(`${title}: nothing is recorded, and the reason is kept without the bytes`, async () => {
      expect(await receive(event())).toBeNull();
      const [record, ...others] = await quarantined();
      expect(others).toEqual([]);
      expect(record).toMatchObject({ code: 'delivery_unknown', detail, sender: 'event-grid' });
      expect(JSON.stringify(record)).not.toContain('@');
      expect(await logged('delivered')).toEqual([]);
      expect(await statusInLog()).toBe('sending');
    });
  }

  it('the same event again is the same record', async () => {
    const event = reported('Delivered', { recipient: 'someone@else.example' });
    await receive(event);
    await receive(event);
    expect(await quarantined()).toHaveLength(1);
  });
});

describe('the provider’s word', () => {
  const words: readonly [string, string | null][] = [
    ['Delivered', 'delivered'],
    ['Bounced', 'bounced'],
    ['Suppressed', 'bounced'],
    ['Quarantined', 'bounced'],
    ['FilteredSpam', 'bounced'],
    ['Failed', 'bounced'],
    ['Expanded', null],
    ['OutForDelivery', null],
    ['SomethingNew', 'bounced'],
  ];
  for (const [word, status] of words) {
    it(`${word}: ${status ?? 'nothing is final yet'}`, async () => {
      const woken = await receive(reported(word));
      expect(woken).toEqual(status === null ? null : { tenantId, instances: [posted.reportId] });
      expect(await statusInLog()).toBe(status ?? 'sending');
      expect((await posted.operation(mail.operationId))?.status).toBe(status ?? 'accepted');
      expect(await findingState('report_undelivered')).toBe(status === 'bounced' ? 'open' : undefined);
      expect(await quarantined()).toEqual([]);
    });
  }

  it('names the recipient in the log by pseudonym only', async () => {
    await receive(reported('Delivered'));
    const [event] = await logged('delivered');
    expect(event?.event.data).toMatchObject({ recipient: await posted.personOf(mail.address) });
    expect(JSON.stringify(event)).not.toContain('@');
  });

  it('said twice, even as another event, is recorded once', async () => {
    await receive(reported('Delivered'));
    await receive(reported('Delivered'));
    await receive({ ...reported('Delivered'), id: 'another-event' });
    expect(await logged('delivered')).toHaveLength(1);
    expect(await quarantined()).toEqual([]);
  });

  it('of a bounce and then a delivery are both evidence, and the delivery closes the finding', async () => {
    await receive(reported('Bounced'));
    expect(await findingState('report_undelivered')).toBe('open');
    expect(await controlState()).toBe('blocked');
    posted.world.now += hour;
    await receive(reported('Delivered'));
    expect(await logged('bounced')).toHaveLength(1);
    expect(await logged('delivered')).toHaveLength(1);
    expect(await findingState('report_undelivered')).toBe('closed');
    expect(await controlState()).toBe('enforced');
    expect((await posted.operation(mail.operationId))?.status).toBe('delivered');
  });

  it('that comes after the mail was given up as unconfirmed still counts, and closes the finding', async () => {
    await closeDeliveries(posted.deps(), posted.reportId);
    expect(await statusInLog()).toBe('unconfirmed');
    expect(await findingState('delivery_unconfirmed')).toBe('open');
    posted.world.now += hour;
    await receive(reported('Delivered'));
    expect(await statusInLog()).toBe('delivered');
    expect(await findingState('delivery_unconfirmed')).toBe('closed');
    expect((await posted.operation(mail.operationId))?.status).toBe('delivered');
  });

  it('that came first is not outweighed by a process that gives the mail up a moment later', async () => {
    const before = await posted.operation(mail.operationId);
    if (!before) throw new Error('the operation is not there');
    await receive(reported('Delivered'));
    posted.world.now += hour;
    await finish(posted.deps(), before, 'stale', { status: 'unconfirmed', detail: 'never reported on' });
    expect(await statusInLog()).toBe('delivered');
    expect(await findingState('delivery_unconfirmed')).toBeUndefined();
    expect(await controlState()).toBe('enforced');
    expect((await posted.operation(mail.operationId))?.status).toBe('delivered');
  });

  it('reaches the operation even where another process writes to it at the same time', async () => {
    const raced = racing(posted.world.stores);
    await receive(reported('Delivered'), raced);
    expect((await posted.operation(mail.operationId))?.status).toBe('delivered');
  });
});

/** Stores in which somebody else touches the operation between its first reading and the first writing. */
function racing(inner: Stores): Stores {
  let raced = false;
  const open = inner.open(tenantId);
  const records: typeof open.records = {
    ...open.records,
    async put(id, kind, value, etag) {
      if (!raced) {
        raced = true;
        const found = await open.records.get(id);
        if (found) await open.records.put(id, kind, found.value, found.etag);
      }
      return open.records.put(id, kind, value, etag);
    },
  };
  return { ...inner, open: () => ({ ...open, records }) };
}
