import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { z } from 'zod';

import type { PacketFile } from '../core/reports/manifest.js';
import { bytesOf, openService, serviceHelp, serviceOptions, valueOf, type Service } from './service.js';
import { CannotTell, plain, type ExitCode, type Terminal } from './terminal.js';
import { verdictOf } from './verdict.js';
import { linesOf, readKeys } from './verify.js';

export const packetHelp = `aispm packet --url URL --tenant ID --report ID --out DIR|FILE.zip

Downloads a report with its manifest, document and the tenant's public keys, and verifies what it downloaded.
Nothing is overwritten.

${serviceHelp}
  --report ID        the report
  --out PATH         a folder to fill, or a file whose name ends in .zip
  --keys FILE        the answer of GET …/keys, from somewhere you trust; without it, the service's answer

Exit: 0 downloaded and verified, 1 downloaded and not verified, 2 could not tell.`;

const patienceMs = 60_000;

/** `aispm packet`. @throws CannotTell */
export async function packet(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...serviceOptions,
      report: { type: 'string' },
      out: { type: 'string' },
      keys: { type: 'string' },
    },
  });
  const { report, out } = values;
  if (report === undefined || out === undefined) throw new CannotTell('--report and --out are needed');
  const held = values.keys === undefined ? null : await readKeys(values.keys);
  const files = await download(await openService(values, terminal), report);
  const verdict = verdictOf([{ name: out, files }], held);
  await save(out, files);
  for (const line of linesOf(verdict)) terminal.out(plain(line));
  terminal.out(plain(`${files.length} files in ${out}; check again with: aispm verify ${out}`));
  return verdict.verdict === 'verified' ? 0 : verdict.verdict === 'not_verified' ? 1 : 2;
}

/** A format becomes part of a file's name, so it is a word and nothing else. */
const viewSchema = z.object({
  artifacts: z.array(z.object({ format: z.string().regex(/^[a-z0-9]{1,20}$/) })),
});

async function download(service: Service, report: string): Promise<PacketFile[]> {
  const path = `reports/${encodeURIComponent(report)}`;
  const view = valueOf('the report', await service.ask(path, patienceMs), viewSchema);
  if (view.artifacts.length === 0) throw new CannotTell('the report is not rendered yet');
  const wanted = [
    ['manifest.json', `${path}/artifacts/manifest`],
    ['document.json', `${path}/artifacts/document`],
    // The ZIP holds the same files once more.
    ...view.artifacts
      .filter(({ format }) => format !== 'zip')
      .map(({ format }) => [`report.${format}`, `${path}/artifacts/${format}`] as const),
    ['keys.json', 'keys'],
  ] as const;
  const files: PacketFile[] = [];
  for (const [name, at] of wanted)
    files.push({ name, bytes: bytesOf(name, await service.ask(at, patienceMs)) });
  return files;
}

async function save(out: string, files: readonly PacketFile[]): Promise<void> {
  try {
    if (out.endsWith('.zip')) {
      const { zipOf } = await import('../adapters/render/zip.js');
      await writeFile(out, zipOf(files), { flag: 'wx' });
      return;
    }
    await mkdir(out, { recursive: true });
    for (const { name, bytes } of files) await writeFile(join(out, name), bytes, { flag: 'wx' });
  } catch (cause) {
    throw new CannotTell(`${out} cannot be written, or holds such files already`, { cause });
  }
}
