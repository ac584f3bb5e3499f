import { describe, expect, it } from 'vitest';

import { memoryStores } from '../../shared/adapters/memory/stores.js';
import type { Stores } from '../../shared/ports.js';
import { admitEventGrid } from '../../shared/usecases/ingest/admit-event-grid.js';
import { recordStatement } from '../../shared/usecases/log/record.js';
import { receiveDelivery } from '../../shared/usecases/reports/receive-delivery.js';
import { setLegalHold } from '../../shared/usecases/log/retention.js';
import { acme, decisionEvent, openDesk, runtimeUri, source, tenantWith } from '../ingest/intake.js';

const psn = `psn:${'1'.repeat(32)}`;
const runtime = source({ id: 'runtime', uri: runtimeUri });

/** Deeper than a stack, behind a fault that is found first. */
const deep = `{"n":9007199254740993,"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;

describe('nesting deeper than a stack is refused like any other fault', () => {
  it('behind another fault, in a batch', async () => {
    const desk = await openDesk(tenantWith([runtime]));
    const receipt = await desk.post(`[${deep}]`, { contentType: 'application/cloudevents-batch+json' });
    expect(receipt).toMatchObject({ status: 422, rejected: [{ code: 'number_out_of_range' }] });
  });

  it('from Event Grid, as evidence and as a delivery report', async () => {
    const desk = await openDesk(tenantWith([runtime]));
    const event: unknown = JSON.parse(deep);
    await expect(admitEventGrid(desk, event)).resolves.toBeUndefined();
    await expect(receiveDelivery(desk, event)).resolves.toBeNull();
  });
});

describe('evidence is kept as long as its tenant says', () => {
  it('not as long as the default, nor what the service itself says of it', async () => {
    const stores = memoryStores();
    const asked: (number | null | undefined)[] = [];
    const spying: Stores = {
      ...stores,
      open(tenantId) {
        const opened = stores.open(tenantId);
        const { evidence } = opened;
        return {
          ...opened,
          evidence: {
            ...evidence,
            create(stored, retentionDays) {
              asked.push(retentionDays);
              return evidence.create(stored, retentionDays);
            },
          },
        };
      },
    };
    const desk = await openDesk(tenantWith([runtime], { retentionDays: 30 }), spying);
    await desk.post(decisionEvent());
    const own = { ...desk, stores: spying.open(acme) };
    await recordStatement(own, {
      name: 'person.erased',
      id: 'said',
      data: { person: psn, actor: psn, reason: 'asked for it' },
    });
    expect(asked).toEqual([30, 30]);
    await setLegalHold(own, { held: true, reason: 'a lawsuit' }, 'ada');
    await recordStatement(own, {
      name: 'person.erased',
      id: 'held',
      data: { person: psn, actor: psn, reason: 'asked for it' },
    });
    expect(asked.at(-1)).toBeNull();
    const posted = { type: 'aispm.decision.recorded', limit: 5 };
    expect(await stores.open(acme).evidence.search(posted)).toMatchObject({ items: [{}] });
  });
});
