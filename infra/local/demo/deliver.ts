import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from './answers.js';
import { cast } from './cast.js';
import { openEnvelope, type Envelope } from './envelope.js';
import type { LogKeys } from './inclusion.js';
import type { Service } from './service.js';

export type ReportFile = { path: string; format: string; bytes: number; digest: string; intact: boolean };

export type Delivered = {
  report: Report;
  selfApproval: number;
  files: ReportFile[];
  /** Digests in the report's manifest, by name; undefined unless the tenant's key signed it. */
  manifest: Map<string, string> | undefined;
};

/**
 * Has the CISO report made, fetched, approved by another person than the one who asked for it, and delivered. Who asked
 * tries to approve it first; `selfApproval` is the status of the answer.
 */
export const deliverReport = async (service: Service, folder: string): Promise<Delivered> => {
  const { id } = await service.ask<Report>(cast.operator, 'POST', '/reports', { type: 'ciso' });
  const path = `/reports/${id}`;
  const untilStatus = (status: string): Promise<Report> =>
    service.until(`the report to be ${status}`, 30_000, async () => {
      const report = await service.ask<Report>(cast.ciso, 'GET', path);
      if (['rejected', 'cancelled', 'expired', 'undelivered'].includes(report.status))
        throw new Error(`the report is ${report.status}`);
      return report.status === status ? report : undefined;
    });
  const rendered = await untilStatus('rendered');
  const files = await fetchFiles(service, rendered, folder);
  const manifest = await fetchManifest(service, rendered, folder);
  const asker = { subject: cast.operator.subject, role: cast.approver.role };
  const { status: selfApproval } = await service.call(asker, 'POST', `${path}/approve`, {});
  await service.ask(cast.approver, 'POST', `${path}/approve`, {});
  return { report: await untilStatus('delivered'), selfApproval, files, manifest };
};

/** Each file under its format's name, with the digest of what really came. */
const fetchFiles = async (service: Service, report: Report, folder: string): Promise<ReportFile[]> => {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    report.artifacts.map(async ({ format, digest, bytes, link }) => {
      const content = await service.bytes(cast.ciso, link);
      const path = join(folder, `ciso-report.${format}`);
      await writeFile(path, content);
      const found = createHash('sha256').update(content).digest('hex');
      return {
        path,
        format,
        digest: found,
        bytes: content.length,
        intact: found === digest && content.length === bytes,
      };
    }),
  );
};

const fetchManifest = async (
  service: Service,
  { links }: Report,
  folder: string,
): Promise<Delivered['manifest']> => {
  const content = await service.bytes(cast.ciso, links.manifest ?? '');
  await writeFile(join(folder, 'manifest.json'), content);
  const keys = await service.ask<LogKeys>(cast.ciso, 'GET', '/keys');
  const statement = openEnvelope(JSON.parse(content.toString('utf8')) as Envelope, keys);
  return statement && new Map(statement.subject.map(({ name, digest }) => [name, digest.sha256]));
};
