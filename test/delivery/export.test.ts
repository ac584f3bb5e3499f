import { beforeEach, describe, expect, it } from 'vitest';

import { exportMail } from '../../shared/adapters/mail-export.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { fromUtf8, latin1 } from '../../shared/core/kernel/bytes.js';
import { sha256Hex } from '../../shared/core/kernel/hash.js';
import { decideReport, reportInLog } from '../../shared/usecases/reports/decide-report.js';
import { deliverMail, planDelivery } from '../../shared/usecases/reports/deliver-report.js';
import { freezeReport } from '../../shared/usecases/reports/freeze-report.js';
import { renderReport } from '../../shared/usecases/reports/render-report.js';
import type { ReportDeps } from '../../shared/usecases/reports/report-record.js';
import { requestReport, stateRequest } from '../../shared/usecases/reports/request-report.js';
import { processWith } from '../faults/dying.js';
import { newWorld, reportDeps, servicesOf, tenant, tenantId, type World } from '../faults/story.js';

let world: World;
let deps: ReportDeps;
beforeEach(async () => {
  world = await newWorld();
  const exporter = exportMail({ open: () => world.blobs }, 'tls');
  deps = { ...reportDeps(servicesOf(world, processWith(null))), renderer: reportRenderer, exporter };
});

const request = (change: object) =>
  requestReport(deps, tenant, { subject: 'operator' }, { type: 'ciso', deliver: 'export', ...change }, 'nov');

describe('a report that is exported', () => {
  it('is public-safe, and nothing else is', async () => {
    await expect(request({})).rejects.toMatchObject({ code: 'conflict' });
    await expect(request({ scope: 'tenant' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(
      request({ scope: 'public_safe', recipients: ['ciso@harbour.example'] }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  it('lies whole in the tenant’s folder, names nobody, is mailed to nobody, and its delivery is evidence', async () => {
    const record = await request({ scope: 'public_safe' });
    await stateRequest(deps, record);
    await freezeReport(deps, record.id);
    await renderReport(deps, record.id);
    await decideReport(deps, record.id, 'approved', 'approver');
    const { operationIds } = await planDelivery(deps, record.id);
    for (const operation of operationIds) await deliverMail(deps, record.id, operation);
    expect(world.mail.sent).toEqual([]);
    expect((await reportInLog(deps, record.id)).status).toBe('delivered');
    const [delivered] = (await deps.stores.evidence.search({ type: 'aispm.report.delivered', limit: 5 }))
      .items;
    expect(delivered?.event.data).toMatchObject({ provider: 'export', operation: operationIds[0] });
    const folder = `${tenantId}/exports/${operationIds[0] ?? ''}/`;
    const names = await world.blobs.list('reports', folder);
    const bytesOf = async (name: string) => (await world.blobs.get('reports', name)) ?? new Uint8Array();
    const index: unknown = JSON.parse(fromUtf8(await bytesOf(`${folder}index.json`)));
    const files = await Promise.all(
      names
        .filter((name) => !name.endsWith('index.json'))
        .map(async (name) => ({ name: name.slice(folder.length), sha256: sha256Hex(await bytesOf(name)) })),
    );
    expect(index).toMatchObject({ files: expect.arrayContaining(files) as unknown });
    expect(files.map(({ name }) => name)).toContain('ciso-report-2026-11-24.pdf');
    for (const name of names) {
      const text = latin1(await bytesOf(name));
      expect(text).not.toMatch(/harbour|psn:/i);
    }
  });
});
