import { beforeEach, describe, expect, it } from 'vitest';

import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { reportTypeSchema } from '../../schemas/events/service.js';
import { chooseRecipients, isFor, objectionTo } from '../../shared/core/delivery/recipient-policy.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { decideReport } from '../../shared/usecases/reports/decide-report.js';
import { deliverMail } from '../../shared/usecases/reports/deliver-report.js';
import { requestReport, stateRequest } from '../../shared/usecases/reports/request-report.js';
import { aboutToDeliver, tenantId, type Posted } from './posted.js';

const now = Date.parse('2026-11-24T09:00:00Z');
const until = '2026-12-01T00:00:00.000Z';
type Reports = Parameters<typeof tenantSettingsSchema.parse>[0];
const policyOf = (reports: Reports, approvedDomains: { domain: string; until: string }[] = []) => ({
  settings: tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC', reports }),
  approvedDomains,
});
const to = (address: string, ...audience: string[]) => ({ address, audience });
const own = { allowedDomains: ['acme.example'] };

/** What a refusal says, with its pointers. */
function refused(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.more.errors ?? error.more.pointer];
    throw error;
  }
  return null;
}

describe('which report may go to whom', () => {
  it('is nobody for who has no audience, but for the two that tell nothing: whom they ask is said elsewhere', () => {
    const { settings } = policyOf({ ...own, recipients: [to('a@acme.example')] });
    const [nobody] = settings.reports.recipients;
    if (!nobody) throw new Error('no recipient');
    const got = reportTypeSchema.options.filter((type) => isFor(settings.reports, nobody, type));
    expect(got).toEqual(['delivery-validation', 'notice']);
  });

  it('is by default the readers that each report is made for', () => {
    const readers = [
      'cso',
      'ciso',
      'board',
      'executive',
      'legal',
      'auditor',
      'evaluator',
      'sponsor',
      'release_owner',
    ];
    const policy = policyOf({ ...own, recipients: readers.map((r) => to(`${r}@acme.example`, r)) });
    const namesOf = (type: (typeof reportTypeSchema.options)[number]) =>
      chooseRecipients(policy, type, undefined, now).map(({ address }) => address.split('@')[0]);
    expect(namesOf('board-kpi')).toEqual(['cso', 'ciso', 'board', 'executive']);
    expect(namesOf('soc2-evidence')).toEqual(['ciso', 'auditor']);
    expect(namesOf('incident')).toEqual(['cso', 'ciso', 'executive', 'legal']);
    expect(namesOf('production-readiness')).toEqual(['cso', 'ciso', 'release_owner']);
    expect(namesOf('delivery-validation')).toEqual(readers);
  });

  it('is as the tenant says where it says so, and of those only the reports that a recipient names', () => {
    const recipients = [
      to('a@acme.example', 'legal'),
      { ...to('b@acme.example', 'legal'), reports: ['incident'] },
    ];
    const policy = policyOf({ ...own, recipients, audiences: { 'board-kpi': ['legal'] } });
    expect(chooseRecipients(policy, 'board-kpi', undefined, now).map((r) => r.address)).toEqual([
      'a@acme.example',
    ]);
    expect(chooseRecipients(policy, 'incident', undefined, now)).toHaveLength(2);
  });
});

describe('a request is refused by the path of the member that offends', () => {
  const recipients = [
    to('a@acme.example', 'ciso'),
    to('b@acme.example', 'board'),
    to('c@else.example', 'ciso'),
  ];
  const policy = policyOf({ ...own, recipients, maximumRecipients: 1 });
  const outside = 'the recipient is outside the allowed domains';
  const asking = (asked: string[] | undefined, over = policy) =>
    refused(() => chooseRecipients(over, 'ciso', asked, now));

  it('for an address that is none of the tenant’s recipients', () => {
    expect(asking(['a@acme.example', 'x@acme.example'])).toEqual([
      'invalid_request',
      [{ pointer: '/recipients/1', detail: 'not a recipient of this tenant' }],
    ]);
  });

  it('for one whose audience does not get the report, and for one outside the domains', () => {
    const detail = 'no audience of the recipient gets this report';
    expect(asking(['b@acme.example'])).toEqual(['conflict', [{ pointer: '/recipients/0', detail }]]);
    expect(asking(['c@else.example'])).toEqual(['conflict', [{ pointer: '/recipients/0', detail: outside }]]);
  });

  it('for more than the maximum, where the request names them and where the settings do', () => {
    const detail = 'one too many';
    expect(asking(['a@acme.example', 'a@acme.example'])).toEqual([
      'conflict',
      [{ pointer: '/recipients/1', detail }],
    ]);
    expect(asking(undefined)).toEqual([
      'conflict',
      [{ pointer: '/settings/reports/recipients/2/address', detail }],
    ]);
  });

  it('and takes the case of an address for nothing', () => {
    expect(asking(['A@Acme.Example'])).toBeNull();
  });
});

describe('a domain outside', () => {
  const [recipient] = policyOf({ recipients: [to('a@audit.example', 'auditor')] }).settings.reports
    .recipients;
  if (!recipient) throw new Error('no recipient');
  const objection = (domains: { domain: string; until: string }[], at = now) =>
    objectionTo(policyOf(own, domains), recipient, 'soc2-evidence', at);

  it('is sent to while its approval stands, and not an instant longer', () => {
    expect(objection([{ domain: 'audit.example', until }])).toBeNull();
    expect(objection([{ domain: 'audit.example', until }], Date.parse(until) - 1)).toBeNull();
    expect(objection([{ domain: 'audit.example', until }], Date.parse(until))).toMatch(/expired/);
  });

  it('is not a domain that ends or begins like one that is approved', () => {
    for (const domain of ['example', 'dit.example', 'sub.audit.example', 'audit.example.evil'])
      expect(objection([{ domain, until }])).toMatch(/outside/);
  });
});

describe('the policy is asked again', () => {
  let posted: Posted;
  const change = async (reports: object, over: object = {}): Promise<void> => {
    const store = posted.world.stores.open(tenantId).tenant;
    const found = await store.get();
    if (!found) throw new Error('no tenant');
    const settings = tenantSettingsSchema.parse({
      ...found.tenant.settings,
      reports: { ...found.tenant.settings.reports, ...reports },
    });
    await store.put({ ...found.tenant, settings, ...over }, found.etag);
  };
  beforeEach(async () => {
    posted = await aboutToDeliver();
  });
  const send = async (): Promise<void> => {
    for (const id of posted.operationIds) await deliverMail(posted.deps(), posted.reportId, id);
  };
  const failed = async () =>
    (
      await posted.world.stores.open(tenantId).evidence.search({ type: 'aispm.report.failed', limit: 9 })
    ).items.map(({ event }) => event.data);

  it('before each send: a domain that was taken away since gets nothing, and the log says why', async () => {
    await change({ allowedDomains: ['other.example'] });
    await send();
    expect(posted.post.sent).toEqual([]);
    expect(await failed()).toMatchObject([
      { outcome: 'not_sent', detail: 'the recipient is outside the allowed domains' },
      { outcome: 'not_sent', detail: 'the recipient is outside the allowed domains' },
    ]);
  });

  it('before each send: of a lowered maximum, and of an audience that changed, one recipient at a time', async () => {
    await change({ maximumRecipients: 1 });
    await send();
    expect(posted.post.sent).toHaveLength(1);
    expect(await failed()).toMatchObject([{ outcome: 'not_sent' }]);
  });

  it('at the approval, which is refused by the place of the recipient in the settings', async () => {
    const deps = posted.deps();
    const tenant = await deps.stores.tenant.get();
    if (!tenant) throw new Error('no tenant');
    const record = await requestReport(deps, tenant.tenant, { subject: 'operator' }, { type: 'ciso' }, 'two');
    await stateRequest(deps, record);
    await change({ audiences: { ciso: ['board'] } });
    const detail = 'no audience of the recipient gets this report';
    await expect(decideReport(deps, record.id, 'approved', 'approver')).rejects.toMatchObject({
      code: 'conflict',
      more: { errors: [{ pointer: '/settings/reports/recipients/0/address', detail }] },
    });
    // Who is a recipient no more is sent nothing and holds nobody up: what it waits for now is its rendering.
    await change({ recipients: [{ address: 'board@harbour.example', audience: ['board'] }] });
    await expect(decideReport(deps, record.id, 'approved', 'approver')).rejects.toThrow('not rendered yet');
  });
});

describe('a change of the policy', () => {
  it('adds no domain by one person, and no recipient beyond the maximum of a report', async () => {
    const { world } = await aboutToDeliver();
    const deps = { stores: world.stores.open(tenantId), keys: world.keys, clock: { now: () => world.now } };
    const put = (reports: object) => putTenant(deps, policyOf(reports).settings, 'admin-1');
    await expect(put({ allowedDomains: ['harbour.example', 'audit.example'] })).rejects.toMatchObject({
      code: 'separation_of_duties',
      more: { errors: [{ pointer: '/settings/reports/allowedDomains/1' }] },
    });
    const recipients = [to('a@harbour.example', 'ciso'), to('b@harbour.example', 'cso')];
    await expect(put({ recipients, maximumRecipients: 1 })).rejects.toMatchObject({
      code: 'invalid_request',
      more: { pointer: '/settings/reports/recipients/1' },
    });
    expect((await put({ recipients, allowedDomains: [] })).changed).toBe(true);
  });
});
