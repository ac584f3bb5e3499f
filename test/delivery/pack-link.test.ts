import { beforeEach, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/packs.js';
import { packRoutes } from '../../functions/routes/packs.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { memoryTokens } from '../../shared/adapters/memory/tokens.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { hour, minute } from '../../shared/core/kernel/time.js';
import type { MailMessage, Renderer } from '../../shared/ports.js';
import { tellDenials } from '../../shared/usecases/ingest/denied.js';
import { deliverMail } from '../../shared/usecases/reports/deliver-report.js';
import type { ReportDeps } from '../../shared/usecases/reports/report-record.js';
import { at, caller, openDesk, type Asked, type Desk, type Told } from '../http/desk.js';
import { aboutToDeliver, tenantId, type Posted } from './posted.js';

let posted: Posted;
let desk: Desk;
const publicUrl = 'https://aispm.example/api';

beforeEach(async () => {
  posted = await aboutToDeliver();
  const callers = Object.fromEntries(
    ['viewer', 'operator', 'collector', 'pipeline'].flatMap((role) => [
      [role, { subject: `${role}-1`, roles: [role], tenants: [tenantId] }],
      [`${role}-elsewhere`, { subject: `${role}-2`, roles: [role], tenants: ['globex'] }],
    ]),
  );
  const { stores, keys, blobs } = posted.world;
  desk = openDesk({ stores, keys, blobs: { open: () => blobs }, tokens: memoryTokens(callers) });
  desk.clock.advance(posted.world.now - desk.clock.now());
});
const stores = () => posted.world.stores.open(tenantId);
async function settle(links: object): Promise<void> {
  const found = await stores().tenant.get();
  if (!found) throw new Error('no tenant');
  const { settings } = found.tenant;
  const changed = tenantSettingsSchema.parse({ ...settings, reports: { ...settings.reports, links } });
  await stores().tenant.put({ ...found.tenant, settings: changed }, found.etag);
}
async function send(over: Partial<ReportDeps> = { publicUrl }): Promise<MailMessage[]> {
  const deps = posted.deps();
  const renderer: Renderer = { ...deps.renderer, mail: (...asked) => reportRenderer.mail(...asked) };
  for (const id of posted.operationIds)
    await deliverMail({ ...deps, renderer, ...over }, posted.reportId, id);
  return posted.post.sent;
}
const linkIn = ({ text }: MailMessage): string => /packs\/([0-9a-f]{32})/.exec(text)?.[1] ?? '';
const ask = (name: keyof typeof packRoutes, token: string | undefined, asked: Asked): Promise<Told> =>
  caller(
    desk,
    packRoutes,
    handlers,
  )(name, {
    ...(token === undefined ? {} : { token }),
    ...asked,
    params: { tenantId, ...asked.params },
  });
const open = (linkId: string, token?: string) => ask('openPack', token, { params: { linkId } });
const uses = async () =>
  (await stores().evidence.search({ type: 'aispm.report.retrieved', order: 'oldest', limit: 50 })).items.map(
    ({ event }) => [at(event.data, 'link'), at(event.data, 'outcome')],
  );

const kept = async (kind?: string) =>
  (await stores().records.all({ limit: 200 })).items.filter((one) => kind === undefined || one.kind === kind);
const denied = async () =>
  (await stores().evidence.search({ type: 'aispm.access.denied', order: 'oldest', limit: 9 })).items.map(
    ({ event }) => event.data,
  );

describe('a pack', () => {
  it('that is neither large nor confidential is attached', async () => {
    const sent = await send();
    expect(sent.map(({ attachments }) => attachments.length)).toEqual([1, 1]);
    expect(sent.map(linkIn)).toEqual(['', '']);
  });

  it('that is too large leaves as a link, one for each recipient, in a mail that says what it always says', async () => {
    await settle({ aboveBytes: 0 });
    const sent = await send();
    expect(sent.map(({ attachments }) => attachments)).toEqual([[], []]);
    expect(new Set(sent.map(linkIn)).size).toBe(2);
    for (const { html, text } of sent) {
      expect(html).toContain('Open the report at aispm.example');
      // A page that signs its reader in: a mail program brings no token along.
      expect(html).toContain(`href="${publicUrl}/console/tenants/${tenantId}/packs/`);
      expect(text).toContain('MESSAGES');
      expect(text).toContain('until 8 Dec 2026');
    }
  });

  it('that is confidential leaves as a link in a mail that says nothing of it', async () => {
    await settle({ confidential: ['ciso'] });
    const [mail] = await send();
    expect(mail?.text).toContain('This report is confidential');
    const told = `${mail?.subject}${mail?.html}${mail?.text}`;
    expect(told).not.toMatch(/MESSAGES|INDICATORS|target|evidence in|Not enough|Off target/i);
  });

  it('leaves not at all where no address is known to link to, and the log says so', async () => {
    await settle({ confidential: ['ciso'] });
    expect(await send({})).toEqual([]);
    const { items } = await stores().evidence.search({ type: 'aispm.report.failed', limit: 9 });
    expect(items.map(({ event }) => at(event.data, 'outcome'))).toEqual(['not_sent', 'not_sent']);
  });
});

describe('a link', () => {
  let link: string;
  beforeEach(async () => {
    await settle({ confidential: ['ciso'], validHours: 24 });
    const [mail] = await send();
    link = mail === undefined ? '' : linkIn(mail);
  });

  it('opens for a signed-in reader of the tenant, and each use is evidence', async () => {
    const told = await open(link, 'viewer');
    expect([told.status, told.headers['Content-Disposition']]).toEqual([
      200,
      'attachment; filename="report.pdf"',
    ]);
    desk.clock.advance(1);
    await open(link, 'viewer');
    expect(await uses()).toEqual([
      [link, 'served'],
      [link, 'served'],
    ]);
  });

  it('opens for nobody else, whatever they hold', async () => {
    expect((await open(link)).status).toBe(401);
    expect((await open(link, 'collector')).status).toBe(403);
    expect((await open(link, 'pipeline')).status).toBe(403);
    const foreign = await open(link, 'viewer-elsewhere');
    expect(foreign).toEqual(await open('0'.repeat(32), 'viewer-elsewhere'));
    expect(foreign.status).toBe(404);
    expect((await open('0'.repeat(32), 'viewer')).status).toBe(404);
    expect(await uses()).toEqual([]);
  });

  it('that strangers hold tells its tenant so: one event for a link and hour, however often they try', async () => {
    for (let n = 0; n < 40; n += 1) await open(link);
    await open(link, 'viewer-elsewhere');
    await open(link, 'collector');
    const counted = await kept('denied');
    expect(counted).toHaveLength(1);
    desk.clock.advance(2 * hour);
    await open(link);
    await tellDenials(desk);
    await tellDenials(desk);
    expect(await denied()).toEqual([
      {
        route: 'openPack',
        link,
        report: posted.reportId,
        hour: '2026-11-24T09:00:00.000Z',
        count: 42,
        reasons: [
          { reason: 'forbidden', count: 1 },
          { reason: 'foreign_tenant', count: 1 },
          { reason: 'unauthenticated', count: 40 },
        ],
      },
    ]);
    desk.clock.advance(2 * hour);
    await tellDenials(desk);
    expect(await denied()).toHaveLength(2);
  });

  it('that nobody was sent writes nothing, whoever asks for it', async () => {
    const before = JSON.stringify(await kept());
    for (const id of ['0'.repeat(32), 'f'.repeat(32), 'no-link']) {
      await open(id);
      await open(id, 'viewer-elsewhere');
    }
    expect(JSON.stringify(await kept())).toBe(before);
    desk.clock.advance(2 * hour);
    await tellDenials(desk);
    expect(await denied()).toEqual([]);
  });

  it('expires, and its use behind that is refused and is evidence', async () => {
    desk.clock.advance(24 * hour - 1);
    expect((await open(link, 'viewer')).status).toBe(200);
    desk.clock.advance(1);
    const told = await open(link, 'viewer');
    expect([told.status, at(told.json, 'detail')]).toEqual([404, 'the link has expired']);
    expect((await uses()).at(-1)).toEqual([link, 'expired']);
  });

  it('that has expired tells of the same reader once an hour, however often they come', async () => {
    desk.clock.advance(24 * hour);
    for (let n = 0; n < 20; n += 1) {
      desk.clock.advance(minute);
      await open(link, 'viewer');
    }
    await open(link, 'operator');
    expect(await uses()).toEqual([
      [link, 'expired'],
      [link, 'expired'],
    ]);
    desk.clock.advance(hour);
    await open(link, 'viewer');
    expect(await uses()).toHaveLength(3);
  });

  it('is taken back for good, which is evidence with its reason, and so is each use behind that', async () => {
    const params = { linkId: link };
    const body = { reason: 'sent to the wrong list, says ada@harbour.example' };
    expect((await ask('revokePack', 'viewer', { params, body })).status).toBe(403);
    const told = await ask('revokePack', 'operator', { params, body });
    expect([told.status, at(told.json, 'state')]).toEqual([200, 'revoked']);
    expect((await ask('revokePack', 'operator', { params })).status).toBe(200);
    expect(at((await open(link, 'viewer')).json, 'detail')).toBe('the link was taken back');
    expect((await uses()).at(-1)).toEqual([link, 'revoked']);
    const { items } = await stores().evidence.search({ type: 'aispm.report.revoked', limit: 9 });
    expect(items).toHaveLength(1);
    expect(JSON.stringify(items)).not.toContain('ada@');
  });

  it('is listed with its report: who it went to, and whether it still opens', async () => {
    const told = await ask('listPacks', 'operator', { params: { reportId: posted.reportId } });
    expect(at(told.json, 'items')).toHaveLength(2);
    expect(at(told.json, 'items', 0, 'state')).toBe('open');
    expect((await ask('listPacks', 'viewer', { params: { reportId: posted.reportId } })).status).toBe(403);
  });

  it('stays the same where the mail is tried again', async () => {
    const again = await stores().records.all({ limit: 100 });
    await send();
    expect((await stores().records.all({ limit: 100 })).items).toEqual(again.items);
    expect(posted.post.sent).toHaveLength(2);
  });
});
