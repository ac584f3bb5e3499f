import { beforeAll, describe, expect, it } from 'vitest';

import { recognise } from '../../shared/cli/recognise.js';
import { verdictOf, type Verdict } from '../../shared/cli/verdict.js';
import { linesOf } from '../../shared/cli/verify.js';
import { exportPageSchema } from '../../schemas/export.js';
import { fromUtf8 } from '../../shared/core/kernel/bytes.js';
import { readNote } from '../../shared/core/log/trust.js';
import type { ToldCheckpoint } from '../../shared/core/log/verify-history.js';
import type { PacketFile } from '../../shared/core/reports/manifest.js';
import { exportPage } from '../../shared/usecases/log/export-tenant.js';
import { proveConsistency } from '../../shared/usecases/log/checkpoints.js';
import { changed, json, makePapers, text, type Papers } from './papers.js';

/* Papers that were given together, held against each other. */

let papers: Papers;
beforeAll(async () => {
  papers = await makePapers();
});

/** What the verifier says of files that were given together, or in several folders, by keys held from elsewhere. */
const judge = (...files: PacketFile[]): Verdict => judgeFolders(files);
const judgeFolders = (...folders: PacketFile[][]): Verdict => judgeBeside([], folders);
function judgeBeside(told: readonly ToldCheckpoint[], folders: readonly PacketFile[][]): Verdict {
  const keys = recognise(papers.keys);
  if (keys.kind !== 'keys') throw new Error('the keys are not recognised');
  return verdictOf(
    folders.map((files, n) => ({ name: `folder ${n}`, files })),
    keys,
    told,
  );
}

/** Codes of the checks that failed. */
const faults = ({ sections }: Verdict): string[] =>
  sections.flatMap(({ checks }) => checks.flatMap((c) => (c.passed ? [] : [c.code])));

const newerSize = (): number => (JSON.parse(fromUtf8(papers.newer.bytes)) as { size: number }).size;

/** Every page of an export of the tenant as it is now. */
async function exported(): Promise<PacketFile[]> {
  const files: PacketFile[] = [];
  for (let cursor: string | undefined; ;) {
    const page = exportPageSchema.parse(await exportPage(papers.deps, { cursor, people: false }, 'one'));
    files.push(json(`page-${page.index}.json`, page));
    if (page.cursor === undefined) return files;
    cursor = page.cursor;
  }
}

describe('checkpoints', () => {
  it('of one history verify together', () => {
    const verdict = judge(papers.older, papers.newer, papers.consistency);
    expect(verdict.verdict).toBe('verified');
    expect(verdict.limits).toEqual([]);
  });

  it('that no proof joins are named, though others are joined', () => {
    const verdict = judge(papers.older, papers.newer, papers.consistency, ...papers.packet);
    expect(verdict.verdict).toBe('could_not_tell');
    expect(verdict.limits.join(' ')).toMatch(/By itself stands that of manifest\.json \(\d+ entries\)/);
  });

  it('kept from earlier are held against a report: nothing is verified before a proof joins them', async () => {
    const apart = judge(...papers.packet, papers.older);
    expect(faults(apart)).toEqual([]);
    expect(apart.verdict).toBe('could_not_tell');
    const [, from = '', to = ''] = /consistency\?from=(\d+)&to=(\d+)/.exec(apart.unclear.join(' ')) ?? [];
    const proof = json('proof.json', await proveConsistency(papers.deps, Number(from), Number(to)));
    expect(judge(...papers.packet, papers.older, proof).verdict).toBe('verified');
    // Over a third one they are of one history as well.
    const beyond = await proveConsistency(papers.deps, Number(to), newerSize());
    const joined = judge(
      ...papers.packet,
      papers.older,
      papers.newer,
      papers.consistency,
      json('b.json', beyond),
    );
    expect(joined.verdict).toBe('verified');
  });

  it('cannot be told without the proof that joins them', () => {
    const verdict = judge(papers.older, papers.newer);
    expect(verdict.verdict).toBe('could_not_tell');
    expect(verdict.unclear.join(' ')).toContain('…/log/consistency?from=');
  });

  it('do not verify with another hash in the proof', () => {
    const cut = changed(
      papers.consistency,
      (c) => ((c.hashes as string[])[0] = Buffer.alloc(32).toString('base64')),
    );
    expect(faults(judge(papers.older, papers.newer, cut))).toEqual(['consistency_invalid']);
  });

  it('of one size with two roots show a fork, each well signed, whatever else they came in', async () => {
    const fork = await papers.fork();
    expect(judge(fork).verdict).toBe('verified');
    expect(faults(judge(fork, papers.newer))).toEqual(['log_forked']);
    expect(faults(judge(fork, papers.event, papers.proof))).toEqual(['log_forked']);
  });
});

describe('a member that stands twice in its object', () => {
  it.each<[string, () => PacketFile[], string]>([
    ['a manifest', () => papers.packet, 'manifest.json'],
    ['an event', () => [papers.event, papers.proof], 'event.json'],
    ['a proof', () => [papers.event, papers.proof], 'proof.json'],
    ['a decision', () => [papers.answer], 'answer.json'],
    ['a checkpoint', () => [papers.newer], 'newer.json'],
  ])('of %s does not verify: another reader would be shown the first', (_, given, name) => {
    const files = given();
    expect(judge(...files).verdict).toBe('verified');
    const twice = files.map((file) => {
      if (file.name !== name) return file;
      const [member = ''] = Object.keys(JSON.parse(fromUtf8(file.bytes)) as object);
      return text(name, fromUtf8(file.bytes).replace('{', `{"${member}":"what another reader shows",`));
    });
    const verdict = judge(...twice);
    expect(faults(verdict)).toEqual(['form_malformed']);
    expect(linesOf(verdict).join(' ')).toMatch(/\/\w+ stands there twice/);
  });
});

describe('a checkpoint as a mail told it, which nobody signed there', () => {
  const told = ({ bytes }: PacketFile): ToldCheckpoint => readNote(fromUtf8(bytes)).checkpoint;
  const toldOf = ({ bytes }: PacketFile): ToldCheckpoint =>
    readNote((JSON.parse(fromUtf8(bytes)) as { note: string }).note).checkpoint;
  const unsigned =
    'no signed checkpoint is among the files to hold what was told against: give the answer of GET …/log/checkpoint';
  const forged = (): ToldCheckpoint => ({ ...told(papers.older), root: new Uint8Array(32) });

  it('holds what comes later to its history, by the proof that joins them', async () => {
    const older = told(papers.older);
    const apart = judgeBeside([older], [papers.packet]);
    expect([apart.verdict, faults(apart)]).toEqual(['could_not_tell', []]);
    const [, from = '', to = ''] = /consistency\?from=(\d+)&to=(\d+)/.exec(apart.unclear.join(' ')) ?? [];
    const proof = json('proof.json', await proveConsistency(papers.deps, Number(from), Number(to)));
    expect(judgeBeside([older], [[...papers.packet, proof]]).verdict).toBe('verified');
    expect(faults(judgeBeside([forged()], [[...papers.packet, proof]]))).toEqual(['consistency_invalid']);
  });

  it('is of the same entries as a signed one only with the same root, and an export shows it alone', async () => {
    expect(judgeBeside([told(papers.older)], [[papers.older]]).verdict).toBe('verified');
    expect(faults(judgeBeside([forged()], [[papers.older]]))).toEqual(['log_forked']);
    expect(judgeBeside([told(papers.older)], [await exported()]).verdict).toBe('verified');
    expect(faults(judgeBeside([forged()], [await exported()]))).toEqual(['log_forked']);
  });

  it('proves nothing by itself', () => {
    const verdict = judgeBeside([told(papers.older)], [[papers.keys]]);
    expect(verdict.verdict).toBe('could_not_tell');
    expect(verdict.unclear).toContain(unsigned);
  });

  it('may be told twice, as two mails at one size of the log do', () => {
    const twice = judgeBeside([told(papers.older), told(papers.older)], [[papers.older]]);
    expect([twice.verdict, faults(twice)]).toEqual(['verified', []]);
    const fork = judgeBeside([told(papers.older), forged()], [[papers.older]]);
    expect([fork.verdict, faults(fork)]).toEqual(['not_verified', ['log_forked']]);
    expect(faults(judgeBeside([told(papers.older), forged()], [[papers.keys]]))).toEqual(['log_forked']);
  });

  it('is joined to another that was told by the proof alone, and both to what is signed', async () => {
    const both = [told(papers.older), toldOf(papers.newer)];
    const apart = judgeBeside(both, [papers.packet, [papers.consistency]]);
    const [, from = '', to = ''] = /consistency\?from=(\d+)&to=(\d+)/.exec(apart.unclear.join(' ')) ?? [];
    const proof = json('proof.json', await proveConsistency(papers.deps, Number(from), Number(to)));
    const joined = judgeBeside(both, [papers.packet, [papers.consistency, proof]]);
    expect([joined.verdict, faults(joined)]).toEqual(['verified', []]);
    const otherwise = judgeBeside(
      [forged(), toldOf(papers.newer)],
      [papers.packet, [papers.consistency, proof]],
    );
    expect(faults(otherwise)).toContain('consistency_invalid');
  });

  it('cannot be told of where nothing that it is joined to is signed', async () => {
    const both = [told(papers.older), toldOf(papers.newer)];
    const verdict = judgeBeside(both, [[papers.consistency]]);
    expect([verdict.verdict, faults(verdict)]).toEqual(['could_not_tell', []]);
    expect(verdict.unclear).toEqual([unsigned]);
    expect(judgeBeside(both, [[papers.consistency], await exported()]).verdict).toBe('verified');
  });
});

describe('an export', () => {
  it('shows of every checkpoint up to its own whether it is of its history, with no proof beside it', async () => {
    const pages = await exported();
    const verdict = judgeFolders(pages, papers.packet, [papers.older, papers.newer, papers.answer]);
    expect([verdict.verdict, verdict.unclear, faults(verdict)]).toEqual(['verified', [], []]);
    const subjects = verdict.sections.map(({ subject }) => subject);
    for (const { name } of [papers.older, papers.newer, papers.answer])
      expect(subjects).toContain(`${name} and the export`);
    expect(verdict.limits.join(' ')).not.toContain('By itself stands');
  });

  it('shows a fork: a checkpoint that was signed for other entries than it holds', async () => {
    expect(faults(judge(...(await exported()), await papers.fork()))).toEqual(['log_forked']);
  });
});
