import { beforeAll, describe, expect, it } from 'vitest';

import type { PacketFile } from '../../shared/core/reports/manifest.js';
import { recognise } from '../../shared/cli/recognise.js';
import { verdictOf, type Verdict } from '../../shared/cli/verdict.js';
import { releaseNamed } from '../../shared/core/readiness/validators/facts.js';
import { issuePackets, previewPackets } from '../../shared/usecases/readiness/gate.js';
import { changed, json, makePapers, type Papers } from './papers.js';

let papers: Papers;
let four: PacketFile;
let one: PacketFile;
let preview: PacketFile;
beforeAll(async () => {
  papers = await makePapers();
  const packets = await issuePackets(papers.gate, releaseNamed('v1.2.3'));
  four = json('packets.json', { items: packets });
  one = json('packet.json', packets[0]);
  preview = json('preview.json', { items: await previewPackets(papers.gate) });
});

function judge(...files: PacketFile[]): Verdict {
  const keys = recognise(papers.keys);
  if (keys.kind !== 'keys') throw new Error('the keys are not recognised');
  return verdictOf([{ name: 'readiness', files }], keys);
}
const faults = ({ sections }: Verdict): string[] =>
  sections.flatMap(({ checks }) => checks.flatMap((c) => (c.passed ? [] : [c.code])));

describe('readiness packets', () => {
  it('verify as the service answers them, all four or one of them', () => {
    const verdict = judge(four);
    expect([verdict.verdict, faults(verdict)]).toEqual(['verified', []]);
    expect(verdict.sections.filter(({ subject }) => subject.startsWith('readiness packet'))).toHaveLength(4);
    expect(judge(one).verdict).toBe('verified');
  });

  it('of a preview do not: nobody answers for it', () => {
    expect(faults(judge(preview))).toEqual(['not_signed', 'not_signed', 'not_signed', 'not_signed']);
  });

  it.each([
    ['a check more', 'answer_mismatch', (p) => Object.assign(p, { blocker_count: 0 })],
    ['the flag', 'answer_mismatch', (p) => Object.assign(p, { ready: true })],
    ['the release', 'digest_mismatch', (p) => Object.assign(p, { release: 'v2' })],
    ['the instant', 'digest_mismatch', (p) => Object.assign(p, { as_of: '2030-01-01T00:00:00.000Z' })],
    ['the tenant', 'tenant_mismatch', (p) => Object.assign(p, { tenant_id: 'globex' })],
    ['the signature', 'not_signed', (p) => Object.assign(p, { signature: null })],
  ] satisfies [string, string, (packet: Record<string, unknown>) => unknown][])(
    'do not verify with %s changed',
    (_, code, change) => {
      expect(faults(judge(changed(one, (packet) => void change(packet))))).toEqual([code]);
    },
  );

  it('do not verify with the signature of another packet', () => {
    const other = JSON.parse(new TextDecoder().decode(four.bytes)) as { items: { signature: unknown }[] };
    const swapped = changed(one, (packet) => {
      packet['signature'] = other.items[1]?.signature;
    });
    expect(faults(judge(swapped))).toEqual(['statement_mismatch']);
  });
});
