import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { exportPageSchema } from '../../schemas/export.js';
import { bytesOf, openService, serviceHelp, serviceOptions, valueOf } from './service.js';
import { CannotTell, plain, type ExitCode, type Terminal } from './terminal.js';

export const exportHelp = `aispm export --url URL --tenant ID --out DIR [--people]

Downloads everything the tenant has, page by page, with its public keys. Nothing is overwritten.
Check it, offline, with: aispm verify DIR

${serviceHelp}
  --out DIR          a folder to fill
  --people           with the names of people; needs the role admin

Exit: 0 downloaded whole, 2 could not.`;

const patienceMs = 60_000;

/** `aispm export`. A page at a time is held in memory. @throws CannotTell */
export async function exportTenant(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...serviceOptions,
      out: { type: 'string' },
      people: { type: 'boolean', default: false },
    },
  });
  const { out } = values;
  if (out === undefined) throw new CannotTell('--out is needed');
  const service = await openService(values, terminal);
  await save(out, 'keys.json', bytesOf('the keys', await service.ask('keys', patienceMs)));
  let cursor: string | undefined;
  let pages = 0;
  do {
    const query = new URLSearchParams({
      ...(values.people ? { people: 'true' } : {}),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const answer = await service.ask(`export?${query.toString()}`.replace(/\?$/, ''), patienceMs);
    const page = valueOf(`page ${pages}`, answer, exportPageSchema);
    // A server that goes on for ever, or in circles, would fill the disk.
    if (page.index !== pages) throw new CannotTell(`page ${pages} was asked for, and ${page.index} came`);
    await save(out, `page-${String(pages).padStart(6, '0')}.json`, answer.bytes);
    cursor = page.cursor;
    pages += 1;
    if (page.last !== (cursor === undefined)) throw new CannotTell('the export ends without its last page');
  } while (cursor !== undefined);
  terminal.out(plain(`${pages} pages in ${out}; check them with: aispm verify ${out}`));
  return 0;
}

async function save(out: string, name: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
    await writeFile(join(out, name), bytes, { flag: 'wx' });
  } catch (cause) {
    throw new CannotTell(`${out} cannot be written, or holds such files already`, { cause });
  }
}
