import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { readinessSchema } from '../../schemas/readiness.js';
import { zipOf } from '../../shared/adapters/render/zip.js';
import { fromUtf8 } from '../../shared/core/kernel/bytes.js';
import { eventOf, tenantId } from '../faults/story.js';
import { aispm, fetchOver, folderWith, remove, token, where } from './desk.js';
import { changed, flipped, json, makePapers, type Papers } from './papers.js';

let papers: Papers;
const folders: string[] = [];
beforeAll(async () => {
  papers = await makePapers();
});
afterEach(async () => {
  await Promise.all(folders.splice(0).map(remove));
});
async function folder(...files: Parameters<typeof folderWith>[0]): Promise<string> {
  const made = await folderWith(files);
  folders.push(made);
  return made;
}

describe('aispm verify', () => {
  it('exits 0 for a folder, a ZIP and loose files that verify', async () => {
    const packet = await folder(...papers.packet, papers.keys);
    const keys = join(packet, 'keys.json');
    const zip = join(await folder(), 'report.zip');
    await writeFile(zip, zipOf(papers.packet));
    const loose = papers.packet.map(({ name }) => join(packet, name));
    for (const paths of [[packet], [zip], loose]) {
      const ran = await aispm(['verify', '--keys', keys, ...paths]);
      expect(ran.out).toContain('PASS  the manifest is signed by a key of the tenant');
      expect(ran).toMatchObject({ exit: 0, err: '' });
    }
  });

  it('exits 1 for a changed artifact, and names the check in text and in JSON', async () => {
    const packet = await folder(
      ...papers.packet.map((file) => (file.name === 'report.pdf' ? flipped(file, 1) : file)),
      papers.keys,
    );
    const ran = await aispm(['verify', packet]);
    expect(ran.exit).toBe(1);
    expect(ran.out).toMatch(/FAIL {2}report\.pdf is what the manifest names.*\(digest_mismatch\)/);
    const machine = await aispm(['verify', '--json', packet]);
    expect(machine.exit).toBe(1);
    expect(JSON.parse(machine.out)).toMatchObject({ verdict: 'not_verified' });
  });

  it('exits 2 for a missing file, a broken ZIP, an empty folder, a folder in a folder and an unknown option', async () => {
    const empty = await folder(papers.keys);
    const broken = join(await folder(), 'report.zip');
    await writeFile(broken, zipOf(papers.packet).slice(0, 400));
    const nested = await folder(...papers.packet, papers.keys);
    await mkdir(join(nested, 'more'));
    for (const args of [['/nowhere/report.zip'], [broken], [empty], [nested], ['--force', empty], []])
      expect((await aispm(['verify', ...args])).exit).toBe(2);
  });

  it('takes a checkpoint as a mail says it, and cannot tell from one that is cut short', async () => {
    const note = await folder(papers.older, papers.keys);
    const [, size = '', root = ''] = fromUtf8(papers.older.bytes).split('\n');
    const verifies = (told: string) => aispm(['verify', '--checkpoint', told, note]);
    expect((await verifies(`${size} / ${root}`)).exit).toBe(0);
    expect((await verifies(`0,00${size}/${root}`)).exit).toBe(0);
    expect((await verifies(`${size} /\n${root.slice(0, 20)}\r\n${root.slice(20)} `)).exit).toBe(0);
    expect((await verifies(`${size} / ${root.slice(0, 12)}`)).err).toContain('with the root whole');
  });

  it('prints no control character that a file put into its name or content', async () => {
    const packet = await folder(...papers.packet, papers.keys, {
      name: 'x\u001b[2K.pdf',
      bytes: new Uint8Array([1]),
    });
    const ran = await aispm(['verify', packet]);
    expect(ran.exit).toBe(1);
    expect(ran.out).not.toContain('\u001b');
  });

  const built = new URL('../../dist/shared/cli/main.js', import.meta.url).pathname;
  it.skipIf(!existsSync(built))('gives a shell the same exit codes', async () => {
    const good = await folder(...papers.packet, papers.keys);
    const bad = await folder(
      papers.event,
      changed(papers.proof, (p) => Object.assign(p, { size: 1 })),
      papers.keys,
    );
    const codes = await Promise.all(
      [[good], [bad], [join(good, 'none')]].map(
        (args) =>
          new Promise((resolve) => {
            execFile(process.execPath, [built, 'verify', ...args], (error) => resolve(error?.code ?? 0));
          }),
      ),
    );
    expect(codes).toEqual([0, 1, 2]);
  });
});

describe('aispm packet', () => {
  it('downloads a report that verify then checks with no network', async () => {
    const parent = await folder();
    const [out, zip] = [join(parent, 'report'), join(parent, 'report.zip')];
    for (const path of [out, zip]) {
      const ran = await aispm(
        ['packet', ...where, '--report', papers.reportId, '--out', path],
        fetchOver(papers),
      );
      expect(ran).toMatchObject({ exit: 0, err: '' });
      expect((await aispm(['verify', path])).exit).toBe(0);
    }
    expect((await readdir(out)).sort()).toEqual(
      [
        'document.json',
        'keys.json',
        'manifest.json',
        ...['csv', 'html', 'json', 'jsonl', 'md', 'pdf', 'xlsx'].map((format) => `report.${format}`),
      ].sort(),
    );
  });

  it('overwrites nothing, and tells an unknown report', async () => {
    const out = await folder({ name: 'report.pdf', bytes: new Uint8Array([1]) });
    const args = ['packet', ...where, '--out', out, '--report'];
    expect(await aispm([...args, papers.reportId], fetchOver(papers))).toMatchObject({ exit: 2 });
    expect([...(await readFile(join(out, 'report.pdf')))]).toEqual([1]);
    const unknown = await aispm([...args, 'none'], fetchOver(papers));
    expect(unknown).toMatchObject({ exit: 2 });
    expect(unknown.err).toContain('not_found');
  });
});

describe('aispm gate', () => {
  const args = ['gate', ...where, '--target', 'production', '--release', 'v1.2.3'];

  it('exits 1 when blocked, and says what blocks, what resolves it and who can', async () => {
    const ran = await aispm(args, fetchOver(papers));
    expect(ran.exit).toBe(1);
    expect(ran.out).toMatch(/^BLOCKED {2}v1\.2\.3 for production/);
    expect(ran.out).toContain('(rehearsal_environment)');
    expect(ran.out).toContain('to resolve:');
    expect(ran.out).toContain('who can:');
  });

  it.each(['', '/', '/api', '/api/'])('finds the service at its address, given as …%s', async (path) => {
    const at = ['--url', `http://127.0.0.1:7071${path}`, '--tenant', tenantId];
    expect((await aispm(['gate', ...at, '--target', 'trial'], fetchOver(papers))).exit).toBe(1);
  });

  it('prints the signed answer as JSON, and verify checks it later', async () => {
    const ran = await aispm([...args, '--json'], fetchOver(papers));
    const saved = await folder(json('answer.json', JSON.parse(ran.out)), papers.keys);
    expect((await aispm(['verify', saved])).exit).toBe(0);
  });

  it.each([
    [
      'GitHub Actions',
      { GITHUB_ACTIONS: 'true' },
      /^::error title=This is a rehearsal \(rehearsal_environment\)::/m,
    ],
    ['Azure Pipelines', { TF_BUILD: 'True' }, /^##vso\[task\.logissue type=error\]This is a rehearsal/m],
  ])(
    'makes each blocker an error of the run in %s, beside the JSON and not in it',
    async (_name, set, line) => {
      const ran = await aispm([...args, '--json'], fetchOver(papers), { AISPM_TOKEN: token, ...set });
      expect(ran.err).toMatch(line);
      const { blockers } = readinessSchema.parse(JSON.parse(ran.out));
      expect(ran.err.split('\n')).toHaveLength(blockers.length);
    },
  );

  it.each<[string, (value: Record<string, unknown>) => void]>([
    [
      'says ready though it was signed as blocked',
      (a) => {
        Object.assign(a, { ready_for_aispm_production: true, blockers: [], checks: [] });
      },
    ],
    ['is unsigned', (a) => Object.assign(a, { signature: null })],
    ['carries no checkpoint', (a) => Object.assign(a, { checkpoint: null })],
  ])('cannot tell, exit 2, from an answer that %s', async (_what, change) => {
    const forged = fetchOver(papers, ({ path, method }) =>
      path === 'readiness' && method === 'POST' ? { body: changed(papers.answer, change).bytes } : null,
    );
    const ran = await aispm(args, forged);
    expect(ran).toMatchObject({ exit: 2, out: '' });
    expect(ran.err).toContain('does not verify');
  });

  it('cannot tell from a true answer about another release, or signed by keys that are not held', async () => {
    const replay = fetchOver(papers, ({ path, method }) =>
      path === 'readiness' && method === 'POST' ? { body: papers.answer.bytes } : null,
    );
    expect((await aispm(args, replay)).exit).toBe(1);
    const other = ['gate', ...where, '--target', 'production', '--release', 'v2'];
    expect(await aispm(other, replay)).toMatchObject({ exit: 2, out: '' });
    const foreign = changed(papers.keys, (k) =>
      Object.assign(k, { tenantId: 'globex', origin: 'aispm/globex' }),
    );
    const keys = join(await folder(foreign), 'keys.json');
    expect((await aispm([...args, '--keys', keys], fetchOver(papers))).exit).toBe(2);
  });

  it('waits, looking at what is left to do, and lets the last word be a decision', async () => {
    const asked: string[] = [];
    const watching = fetchOver(papers, ({ method, path }) => {
      asked.push(`${method} ${path}`);
      return null;
    });
    expect((await aispm([...args, '--wait', '12'], watching)).exit).toBe(1);
    expect(asked.filter((a) => a.startsWith('GET readiness')).length).toBe(3);
    expect(asked.filter((a) => a === 'POST readiness').length).toBe(1);
  });

  it.each([429, 502, 503, 504])(
    'asks again after %d while it may wait, and exits 2 when it may not',
    async (status) => {
      const busy = (times: number) => {
        let left = times;
        return fetchOver(papers, () => (left-- > 0 ? { status, body: 'not now', headers: {} } : null));
      };
      expect(await aispm([...args, '--wait', '30'], busy(3))).toMatchObject({ exit: 1 });
      expect(await aispm(args, busy(1))).toMatchObject({ exit: 2 });
    },
  );

  it('exits 2 when the service stays away, and when there is no token', async () => {
    expect((await aispm([...args, '--wait', '10'])).exit).toBe(2);
    const none = await aispm(args, fetchOver(papers), {});
    expect(none.exit).toBe(2);
    expect(none.err).toContain('AISPM_TOKEN');
  });
});

describe('aispm post', () => {
  it('prints the receipt, and sends again when the service asks for patience', async () => {
    const sent = await folder(json('events.json', [eventOf('p1', 1), eventOf('p2', 1)]));
    let busy = 2;
    const tired = fetchOver(papers, () =>
      busy-- > 0 ? { status: busy === 1 ? 503 : 429, body: {}, headers: { 'retry-after': '7' } } : null,
    );
    const ran = await aispm(['post', ...where, join(sent, 'events.json')], tired);
    expect(ran).toMatchObject({ exit: 0, slept: [7000, 7000] });
    expect(ran.out).toContain('2 accepted, 0 duplicates, 0 rejected');
    const again = await aispm(['post', ...where, join(sent, 'events.json')], fetchOver(papers));
    expect(again.out).toContain('0 accepted, 2 duplicates, 0 rejected');
  });

  it('exits 1 and says why when something is refused', async () => {
    const sent = await folder(json('event.json', { ...eventOf('p3', 1), source: 'urn:nobody' }));
    const ran = await aispm(['post', ...where, join(sent, 'event.json')], fetchOver(papers));
    expect(ran.exit).toBe(1);
    expect(ran.out).toContain('unknown_source');
  });

  it('gives up in the end, exit 2', async () => {
    const sent = await folder(json('event.json', eventOf('p4', 1)));
    const away = await aispm(['post', ...where, join(sent, 'event.json')]);
    expect(away).toMatchObject({ exit: 2 });
    expect(away.err).toContain('cannot be reached');
  });
});

describe('the token', () => {
  it('comes from the environment or a file, goes only over HTTPS or to this machine, and is never printed', async () => {
    const held = await folder(json('event.json', eventOf('t1', 1)), {
      name: 'token',
      bytes: Buffer.from(`${token}\n`),
    });
    const file = ['--token-file', join(held, 'token')];
    const event = join(held, 'event.json');
    expect((await aispm(['post', ...where, ...file, event], fetchOver(papers), {})).exit).toBe(0);
    const clear = ['--url', 'http://aispm.example.com', '--tenant', 'harbour'];
    let called = false;
    const spying: typeof fetch = () => {
      called = true;
      return Promise.reject(new Error(token));
    };
    const runs = [
      await aispm(['post', ...clear, event], spying),
      await aispm(['post', ...where, event], fetchOver(papers), { AISPM_TOKEN: `${token}\nx: y` }),
      await aispm(['post', ...where, event], fetchOver(papers), { AISPM_TOKEN: `${token}x` }),
    ];
    expect(called).toBe(false);
    runs.push(await aispm(['post', ...where, event], spying));
    for (const { exit, out, err } of runs) {
      expect(exit).toBe(2);
      expect(out + err).not.toContain('secret-token');
    }
  });
});

describe('help', () => {
  it.each(['verify', 'packet', 'gate', 'post'])('of %s says what each exit code means', async (name) => {
    const ran = await aispm([name, '--help']);
    expect(ran.exit).toBe(0);
    expect(ran.out).toContain('Exit: 0');
  });

  it('is offered for a command that does not exist', async () => {
    expect(await aispm(['toString'])).toMatchObject({
      exit: 2,
      err: expect.stringContaining('verify') as string,
    });
    expect((await aispm(['verfy'])).err).toMatch(/^aispm: there is no command verfy/);
    const { exit, out } = await aispm(['--help']);
    expect(exit).toBe(0);
    for (const name of ['verify', 'packet', 'export', 'gate', 'post', 'exercise', 'deployment'])
      expect(out).toMatch(new RegExp(`^ {2}${name} +[a-z]`, 'm'));
  });
});
