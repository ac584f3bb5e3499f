import { parseArgs } from 'node:util';

import { receiptSchema } from '../../schemas/answers/evidence.js';
import { readGiven } from './files.js';
import { openService, serviceHelp, serviceOptions, valueOf } from './service.js';
import { CannotTell, plain, type ExitCode, type Terminal } from './terminal.js';

export const postHelp = `aispm post --url URL --tenant ID FILE…

Posts evidence: a CloudEvent, an array of CloudEvents, or a document of CAVRA a file. Sending again is safe.

${serviceHelp}

Exit: 0 all stored (or stored before), 1 something was refused, 2 could not tell.`;

const patienceMs = 120_000;

/** `aispm post`. @throws CannotTell */
export async function post(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: serviceOptions,
  });
  if (positionals.length === 0) throw new CannotTell('nothing to post: name a file');
  const service = await openService(values, terminal);
  let refused = false;
  for (const path of positionals) {
    const [given, ...more] = await readGiven([path]);
    const [file, ...others] = given?.files ?? [];
    if (file === undefined || more.length > 0 || others.length > 0)
      throw new CannotTell(`${path} is not one file`);
    const answer = await service.ask('evidence', patienceMs, {
      method: 'POST',
      // One or an array of them, CloudEvents or CAVRA's: the service tells them apart.
      contentType: 'application/json',
      body: file.bytes,
    });
    const receipt = valueOf(path, answer, receiptSchema, 422);
    const { accepted, duplicates, rejected } = receipt;
    terminal.out(
      plain(
        `${path}: ${accepted.length} accepted, ${duplicates.length} duplicates, ${rejected.length} rejected`,
      ),
    );
    for (const { id, digest } of accepted) terminal.out(plain(`  accepted   ${id}  sha256 ${digest}`));
    for (const { id } of duplicates) terminal.out(plain(`  duplicate  ${id}`));
    for (const { index, code, pointer, detail } of rejected)
      terminal.out(
        plain(`  rejected   ${index}  ${code}: ${pointer === undefined ? '' : `${pointer}: `}${detail}`),
      );
    refused ||= rejected.length > 0;
  }
  return refused ? 1 : 0;
}
