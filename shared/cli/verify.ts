import { parseArgs } from 'node:util';

import { fromBase64 } from '../core/kernel/bytes.js';
import { NotVerified } from '../core/log/checks.js';
import { trustFrom, type Trust } from '../core/log/trust.js';
import type { ToldCheckpoint } from '../core/log/verify-history.js';
import { readGiven } from './files.js';
import { recognise, type Of } from './recognise.js';
import { CannotTell, plain, type ExitCode, type Terminal } from './terminal.js';
import { verdictOf, type Verdict } from './verdict.js';

export const verifyHelp = `aispm verify [--keys keys.json] [--checkpoint 'SIZE / ROOT'] [--json] FILE…

Checks, offline, by the tenant's public keys. FILE is a folder, a ZIP or a file; what it is, is told by its content:
  a report      its manifest and the files beside it (aispm packet downloads them)
  an event      the answers of GET …/evidence/{id} and GET …/evidence/{id}/proof
  checkpoints   two of them and the answer of GET …/log/consistency?from=&to=
  a decision    the answer of POST …/readiness
  packets       the answer of POST …/readiness/packets, or one of its packets
  an export     the pages that aispm export downloads
  an archive    the ZIP of GET …/archives/{period}/file

  --keys FILE   the answer of GET …/keys, from somewhere you trust; without it, the keys among the files
  --checkpoint  as a mail with an earlier report says it; may be given again. What the files stand on must be of its history
  --json        the result as JSON

Exit: 0 verified, 1 not verified, 2 could not tell.`;

const exits: Readonly<Record<Verdict['verdict'], ExitCode>> = {
  verified: 0,
  not_verified: 1,
  could_not_tell: 2,
};
const words: Readonly<Record<Verdict['verdict'], string>> = {
  verified: 'VERIFIED',
  not_verified: 'NOT VERIFIED',
  could_not_tell: 'COULD NOT TELL',
};

/** `aispm verify`. @throws CannotTell for what cannot be read. */
export async function verify(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      keys: { type: 'string' },
      checkpoint: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.length === 0) throw new CannotTell('nothing to verify: name a file, a folder or a ZIP');
  const keys = values.keys === undefined ? null : await readKeys(values.keys);
  const told = values.checkpoint.map(toldCheckpoint);
  const verdict = verdictOf(await readGiven(positionals), keys, told);
  if (values.json) terminal.out(JSON.stringify(verdict, null, 2));
  else for (const line of linesOf(verdict)) terminal.out(plain(line));
  return exits[verdict.verdict];
}

/** A checkpoint in the words of a mail, `48,212 / ` and the root in base64, wherever its line was broken. @throws CannotTell */
function toldCheckpoint(text: string): ToldCheckpoint {
  const [, size = '', root = ''] =
    /^([0-9,]{1,20})\/([A-Za-z0-9+/]{43}=)$/.exec(text.replaceAll(/\s/g, '')) ?? [];
  if (root === '')
    throw new CannotTell("--checkpoint is 'SIZE / ROOT', with the root whole, as a mail has it");
  return { size: Number(size.replaceAll(',', '')), root: fromBase64(root) };
}

/** Public keys from a file. @throws CannotTell */
export async function readKeys(path: string): Promise<Of<'keys'>> {
  const [given] = await readGiven([path]);
  const [found, ...more] = (given?.files ?? []).map(recognise);
  if (found?.kind !== 'keys' || more.length > 0)
    throw new CannotTell(`${path} is not the answer of GET …/keys`);
  return found;
}

/** Trust in keys as the service answers them, or as somebody took them down. @throws CannotTell */
export function trustIn(keys: Of<'keys'>['value'], tenantId: string): Trust {
  try {
    const trust = trustFrom(keys);
    if (trust.tenantId !== tenantId) throw new CannotTell('the keys are of another tenant');
    return trust;
  } catch (cause) {
    if (cause instanceof NotVerified) throw new CannotTell(`the keys: ${cause.message}`, { cause });
    throw cause;
  }
}

/** A verdict for a person: a line a check, then what remains open. */
export function linesOf({ verdict, sections, unclear, limits }: Verdict): string[] {
  return [
    ...sections.flatMap(({ subject, checks }) => [
      subject,
      ...checks.map((c) => (c.passed ? `  PASS  ${c.check}` : `  FAIL  ${c.check}: ${c.detail} (${c.code})`)),
    ]),
    ...unclear.map((line) => `UNCLEAR  ${line}`),
    ...(limits.length > 0 ? ['What this cannot prove', ...limits.map((line) => `  ${line}`)] : []),
    words[verdict],
  ];
}
