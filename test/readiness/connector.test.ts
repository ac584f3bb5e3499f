import { beforeEach, describe, expect, it } from 'vitest';

import type { Tenant } from '../../schemas/tenant.js';
import { instantOf, minute } from '../../shared/core/kernel/time.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import {
  checkConnector,
  issueNonce,
  listValidations,
  readValidation,
  type ConnectorDeps,
} from '../../shared/usecases/readiness/validate-connector.js';
import {
  acme,
  decisionEvent,
  newSigner,
  now,
  openDesk,
  runtimeUri,
  signed,
  signerUri,
  source,
  tenantWith,
  type Desk,
} from '../ingest/intake.js';

const signer = newSigner('k1');
const key = {
  kid: signer.kid,
  jwk: signer.jwk,
  validFrom: '2026-01-01T00:00:00.000Z',
  validUntil: '2027-01-01T00:00:00.000Z',
};
let tenant: Tenant;
let desk: Desk;
let deps: ConnectorDeps;

beforeEach(async () => {
  tenant = tenantWith([
    source({ id: 'signing', uri: signerUri, keys: [key] }),
    source({ id: 'rehearsing', uri: 'urn:sample', provenance: 'sample', keys: [key] }),
    source({ id: 'bare', uri: runtimeUri }),
  ]);
  desk = await openDesk(tenant);
  deps = { build: null, stores: desk.stores.open(acme), keys: desk.keys, clock: desk.clock };
  await desk.keys.ensure(acme);
});

const issue = (connector = 'signing', fill = 7) =>
  issueNonce(deps, tenant, { connector, minutes: 60, random: new Uint8Array(32).map((_, i) => i * fill) });

/** The connector's next event, under the nonce. */
async function returns(nonce: string, uri = signerUri, at = desk.clock.now()): Promise<void> {
  const event = decisionEvent({ id: nonce, source: uri, time: instantOf(at) });
  const receipt = await desk.post(await signed(event, signer), { receivedAt: at });
  expect(receipt.rejected).toEqual([]);
}
async function fold(): Promise<void> {
  const { items } = await deps.stores.evidence.search({ limit: 100 });
  await foldEvents(
    { ledger: deps.stores.ledger, now: () => desk.clock.now() },
    items.map((evidence) => ({ evidence })),
  );
}
const outcomes = async () =>
  (await deps.stores.evidence.search({ type: 'aispm.connector.validated', limit: 10 })).items.map(
    ({ event }) => event.data,
  );

describe('a connector', () => {
  it('is proven live by the nonce that came back in a signed event of its own, once it is in the log', async () => {
    const { validation, nonce } = await issue();
    expect(await checkConnector(deps, validation, 0)).toEqual({ afterMs: 2_000 });
    await returns(nonce);
    expect(await checkConnector(deps, validation, 1)).not.toBeNull();
    await fold();
    expect(await checkConnector(deps, validation, 2)).toBeNull();
    const view = await readValidation(deps.stores, validation);
    expect(view).toMatchObject({ connector: 'signing', status: 'passed' });
    expect(view.returned).not.toBeNull();
    expect(await outcomes()).toMatchObject([{ connector: 'signing', outcome: 'passed' }]);
  });

  it('is proven of the build that issued the nonce and found it returned; where that changed between, of none', async () => {
    const build = { name: 'v1', digest: 'a'.repeat(64) };
    const next = { name: 'v1', digest: 'b'.repeat(64) };
    for (const [fill, issuedBy, foundBy] of [
      [3, build, build],
      [5, build, next],
      [7, null, next],
    ] as const) {
      deps = { ...deps, build: issuedBy };
      const { validation, nonce } = await issue('signing', fill);
      await returns(nonce);
      await fold();
      await checkConnector({ ...deps, build: foundBy }, validation, 0);
    }
    const named = (await outcomes()).map((data) => ('release' in data ? data.release : undefined));
    expect(named.filter((one) => one !== undefined)).toEqual([build]);
    expect(named).toHaveLength(3);
  });

  it('is told once, however often it is looked at', async () => {
    const { validation, nonce } = await issue();
    await returns(nonce);
    await fold();
    for (let look = 0; look < 3; look++) await checkConnector(deps, validation, look);
    expect(await outcomes()).toHaveLength(1);
  });

  it('has failed when the nonce did not come back in time, and no later event repairs that', async () => {
    const { validation, nonce } = await issue();
    desk.clock.set(now + 60 * minute);
    expect(await checkConnector(deps, validation, 9)).toBeNull();
    await returns(nonce);
    await fold();
    await checkConnector(deps, validation, 10);
    expect(await readValidation(deps.stores, validation)).toMatchObject({
      status: 'failed',
      reason: 'the nonce did not come back in time',
      returned: null,
    });
  });

  it.each([
    [
      'came after its time',
      (nonce: string) => returns(nonce, signerUri, now + 61 * minute),
      'signing',
      'after its time',
    ],
    ['came in sample evidence', (nonce: string) => returns(nonce, 'urn:sample'), 'rehearsing', 'sample'],
  ])('is not proven by a nonce that %s', async (_what, send, connector, reason) => {
    const { validation, nonce } = await issue(connector);
    await send(nonce);
    desk.clock.set(now + 62 * minute);
    await fold();
    await checkConnector(deps, validation, 0);
    const view = await readValidation(deps.stores, validation);
    expect(view.status).toBe('failed');
    expect(view.reason).toContain(reason);
  });

  it('is not proven by the nonce in another source’s event', async () => {
    const { validation, nonce } = await issue();
    await returns(nonce, 'urn:sample');
    await fold();
    expect(await checkConnector(deps, validation, 0)).not.toBeNull();
  });

  it('without a key can prove nothing, and one that is not registered is not there', async () => {
    await expect(issue('bare')).rejects.toMatchObject({ code: 'conflict' });
    await expect(issue('unknown')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the nonce', () => {
  it('stands in the answer that issues it and nowhere else', async () => {
    const { validation, nonce } = await issue();
    const kept = await deps.stores.records.get(`connector-validation:${validation}`);
    expect(JSON.stringify(kept)).not.toContain(nonce);
    expect(JSON.stringify(await listValidations(deps.stores, { limit: 10 }))).not.toContain(nonce);
  });

  it('is another one each time', async () => {
    expect((await issue('signing', 3)).nonce).not.toBe((await issue('signing', 5)).nonce);
  });
});
