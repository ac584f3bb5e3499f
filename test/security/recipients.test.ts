import { expect, it } from 'vitest';

import { handlers } from '../../functions/evidence.js';
import { evidenceRoutes } from '../../functions/routes/evidence.js';
import { requestLimitMs } from '../../shared/adapters/mail-acs.js';
import { sendLease } from '../../shared/core/delivery/operation.js';
import { pseudonymOf } from '../../shared/core/ingest/people.js';
import { second } from '../../shared/core/kernel/time.js';
import { recordStatement } from '../../shared/usecases/log/record.js';
import { acme, caller, openDesk } from '../http/desk.js';
import { tenantWith } from '../ingest/intake.js';

it('the addresses of a report’s recipients are shown to admin and auditor alone, in evidence as in settings', async () => {
  const desk = openDesk();
  const stores = desk.stores.open(acme);
  await desk.keys.ensure(acme);
  await stores.tenant.put(tenantWith([]), null);
  const address = 'ciso@acme.example';
  const recipient = pseudonymOf(await desk.keys.macKey(acme), address);
  await stores.tenant.remember([{ pseudonym: recipient, name: address }]);
  const { evidence } = await recordStatement(
    { stores, keys: desk.keys, clock: desk.clock },
    {
      name: 'report.sending',
      id: 'sending',
      data: {
        report: 'r',
        operation: '2b1f9f0e-0d4b-5c43-9d5f-3a8d6c0b7e11',
        recipient,
        provider: 'acs',
        intendedAt: '2026-06-01T12:00:00Z',
      },
    },
  );
  const ask = caller(desk, evidenceRoutes, handlers);
  const read = (role: string) =>
    ask('readEvidence', { token: `${role}@acme`, params: { evidenceId: evidence.id } });
  for (const role of ['viewer', 'operator', 'approver']) {
    const told = await read(role);
    expect(told.status).toBe(200);
    expect(told.text).not.toContain(address);
  }
  for (const role of ['auditor', 'admin']) expect((await read(role)).text).toContain(address);
});

it('a send ends well within its lease, so that nobody else begins one beside it', () => {
  expect(requestLimitMs + 10 * second).toBeLessThan(sendLease);
});
