import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOutbox } from '../../infra/local/demo/outbox.js';
import { openReporter } from '../../infra/local/demo/reporter.js';
import { makeSigner, openPseudonyms, type Signer } from '../../infra/local/demo/signer.js';
import { runWorkload, type WorkloadResult } from '../../infra/local/demo/workload.js';
import { personPaths } from '../../schemas/people.js';
import type { EvidenceEvent } from '../../schemas/evidence.js';
import { joseSignatures } from '../../shared/adapters/signatures.js';
import { canonicalBytes } from '../../shared/core/kernel/canonical.js';
import { startRecorder, type Recorder } from './recorder.js';

type Decision = EvidenceEvent<'decision.recorded'>;

let root: string;
let recorder: Recorder;
let signer: Signer;
let result: WorkloadResult;
/** What existed at the moment each approval was asked for, and how many events the service had by then. */
const asked: { target: string; release: boolean; changelog: boolean; posted: number }[] = [];

const inWorkspace = (path: string): string => join(result.workspace.folder, path);
const origin = (...args: string[]): string =>
  execFileSync('git', ['--git-dir', result.workspace.origin, ...args], { encoding: 'utf8' }).trim();
const decisions = (mode: 'enforce' | 'shadow'): Decision[] =>
  recorder.events.filter(
    (event): event is Decision => event.type === 'aispm.decision.recorded' && event.data.mode === mode,
  );
const decisionOn = (target: string, agent = 'payments-builder'): Decision['data'] => {
  const found = decisions('enforce').find(({ data }) => data.target === target && data.agent === agent);
  if (!found) throw new Error(`nothing was decided on ${target}`);
  return found.data;
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'aispm-workload-'));
  recorder = await startRecorder();
  recorder.refuseNext(503, 429);
  signer = await makeSigner();
  const pseudonym = openPseudonyms();
  const outbox = openOutbox({ url: recorder.url, token: () => Promise.resolve('a-token') });
  const reporter = openReporter({
    source: 'urn:harbour:runtime',
    tenant: 'harbour',
    environment: 'production',
    run: 'test',
    signer,
    outbox,
  });
  const here = (path: string): boolean => existsSync(join(root, 'payments', path));
  result = await runWorkload({
    folder: root,
    run: 'test',
    reporter,
    requester: pseudonym('requester'),
    toolOwner: pseudonym('tool owner'),
    approver: {
      pseudonym: pseudonym('approver'),
      decide: ({ target }) => {
        asked.push({
          target,
          release: here('release.json'),
          changelog: here('CHANGELOG.md'),
          posted: recorder.events.length,
        });
        return Promise.resolve(target.includes('README') ? 'denied' : 'approved');
      },
    },
  });
});

afterAll(async () => {
  await recorder.close();
  await rm(root, { recursive: true });
});

describe('what the policy denies does not happen', () => {
  test('a destructive command is blocked and its target is still there, for either agent', () => {
    expect(decisionOn('rm -rf build')).toMatchObject({
      decision: 'block',
      ran: false,
      risks: ['destructive'],
    });
    expect(decisionOn('rm -rf src', 'notes-writer')).toMatchObject({ decision: 'block', ran: false });
    expect(existsSync(inWorkspace('build/index.html'))).toBe(true);
    expect(existsSync(inWorkspace('src/fees.mjs'))).toBe(true);
  });

  test('a secret file is not read, neither directly nor through the MCP server', async () => {
    for (const target of ['read .env', 'read_text_file .env'])
      expect(decisionOn(target)).toMatchObject({ decision: 'block', ran: false, risks: ['secret'] });
    const secret = (await readFile(inWorkspace('.env'), 'utf8')).split('=')[1]?.trim();
    expect(secret).toBeTruthy();
    expect(JSON.stringify(recorder.events)).not.toContain(secret);
  });

  test('a file outside the workspace is not written', () => {
    expect(decisionOn('write ../planted.txt')).toMatchObject({ decision: 'block', ran: false });
    expect(existsSync(join(root, 'planted.txt'))).toBe(false);
  });

  test('the protected branch of the remote stays where it was, the feature branch arrives', () => {
    expect(decisionOn('git push --quiet origin HEAD:main')).toMatchObject({
      decision: 'block',
      ran: false,
      risks: ['protected_branch'],
    });
    expect(origin('log', '--format=%s', 'main')).toBe('Start the repository');
    expect(origin('log', '-1', '--format=%s', 'feature/early-payment-fee')).toBe('Add the early-payment fee');
  });
});

describe('what needs approval waits for it', () => {
  test('nothing had run when the person was asked, and the request was with the service by then', () => {
    expect(asked.map(({ target }) => target)).toEqual([
      'node scripts/release.mjs',
      'write_file README.md',
      'write_file CHANGELOG.md',
    ]);
    expect(asked[0]?.release).toBe(false);
    expect(asked[2]?.changelog).toBe(false);
    for (const { target, posted } of asked) {
      const requested = recorder.events.findIndex(
        ({ type, data }) => type === 'aispm.approval.requested' && 'reason' in data && data.reason === target,
      );
      expect(requested).toBeGreaterThanOrEqual(0);
      expect(requested).toBeLessThan(posted);
    }
  });

  test('what was approved ran, after the decision of another person', () => {
    expect(existsSync(inWorkspace('release.json'))).toBe(true);
    expect(existsSync(inWorkspace('CHANGELOG.md'))).toBe(true);
    for (const target of ['node scripts/release.mjs', 'write_file CHANGELOG.md']) {
      const data = decisionOn(target);
      expect(data).toMatchObject({ decision: 'require_approval', ran: true });
      const decided = recorder.events.find(
        (event) => event.type === 'aispm.approval.decided' && event.data.approval === data.approval,
      );
      const ran = decisions('enforce').find((event) => event.data === data);
      expect(decided?.data).toMatchObject({ outcome: 'approved' });
      expect(Date.parse(decided?.time ?? '')).toBeLessThan(Date.parse(ran?.time ?? ''));
      if (decided?.type !== 'aispm.approval.decided') throw new Error('no decision');
      expect(decided.data.decidedBy).not.toBe(decided.data.requestedBy);
    }
  });

  test('what a person denied did not run', async () => {
    expect(decisionOn('write_file README.md')).toMatchObject({ decision: 'require_approval', ran: false });
    expect(await readFile(inWorkspace('README.md'), 'utf8')).toContain('Fees of Harbour Mutual.');
  });
});

describe('every action leaves its trace', () => {
  test('each action has an enforced and a shadow verdict, and the one that counts is the later', () => {
    expect(decisions('enforce')).toHaveLength(result.steps.length);
    for (const { data, time } of decisions('enforce')) {
      const shadow = decisions('shadow').find((event) => event.data.correlation === data.correlation);
      expect(shadow?.data).toMatchObject({ target: data.target, ran: data.ran });
      expect(Date.parse(shadow?.time ?? '')).toBeLessThan(Date.parse(time));
    }
  });

  test('the candidate policy differs from the one in force, and changed nothing', () => {
    const feature = 'git push --quiet origin feature/early-payment-fee';
    expect(decisionOn(feature)).toMatchObject({ decision: 'allow', ran: true });
    const shadow = decisions('shadow').find(({ data }) => data.target === feature);
    expect(shadow?.data).toMatchObject({ decision: 'require_approval', policy: { version: '1.5.0-rc.1' } });
  });

  test('an agent on trial is only observed, which its evidence says', () => {
    expect(decisionOn('node scripts/notes.mjs', 'notes-writer')).toMatchObject({
      decision: 'audit_only',
      ran: true,
    });
  });

  test('both sessions are reported from start to end with what was intended', () => {
    const states = recorder.events.flatMap((event) =>
      event.type === 'aispm.session.recorded' ? [[event.data.agent, event.data.state]] : [],
    );
    expect(states).toEqual([
      ['payments-builder', 'started'],
      ['payments-builder', 'completed'],
      ['notes-writer', 'started'],
      ['notes-writer', 'completed'],
    ]);
    expect(recorder.events.filter(({ type }) => type === 'aispm.intent.declared')).toHaveLength(2);
  });

  test('the registry record names what the MCP server really offers', () => {
    const record = recorder.events.find(({ type }) => type === 'aispm.registry.checked');
    expect(record?.data).toMatchObject({ tool: 'mcp-filesystem', registered: true });
    expect(JSON.stringify(record)).toContain('"write_file"');
  });
});

describe('the evidence can be trusted', () => {
  test('every event is signed by the source, and a changed one no longer verifies', async () => {
    const verifier = joseSignatures();
    for (const { signature = '', ...event } of recorder.events) {
      expect(verifier.keyId(signature)).toBe(signer.kid);
      expect(await verifier.verify(signature, canonicalBytes(event), signer.jwk)).toBe(true);
      const changed = { ...event, id: `${event.id}x` };
      expect(await verifier.verify(signature, canonicalBytes(changed), signer.jwk)).toBe(false);
    }
  });

  test('people appear as pseudonyms only', () => {
    const people = recorder.events.flatMap(({ type, data }) =>
      [...(personPaths.get(type.slice('aispm.'.length)) ?? [])].flatMap((path) => {
        const person = (data as Record<string, unknown>)[path];
        return person === undefined ? [] : [person];
      }),
    );
    expect(people.length).toBeGreaterThan(0);
    for (const person of people) expect(person).toMatch(/^psn:[0-9a-f]{32}$/);
  });

  test('evidence goes out in small batches, and again after the service could not take it', () => {
    expect(recorder.posts.slice(0, 3).map(({ status }) => status)).toEqual([503, 429, 202]);
    expect(recorder.posts.length).toBeGreaterThan(5);
    for (const { contentType, authorization } of recorder.posts) {
      expect(contentType).toBe('application/cloudevents-batch+json');
      expect(authorization).toBe('Bearer a-token');
    }
    expect(new Set(recorder.events.map(({ id }) => id)).size).toBe(recorder.events.length);
  });
});
