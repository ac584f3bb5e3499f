import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { crypto as sigstoreCrypto, dsse } from '@sigstore/core';
import { beforeAll, describe, expect, it } from 'vitest';

import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { fromUtf8, toBase64 } from '../../shared/core/kernel/bytes.js';
import type { PacketFile } from '../../shared/core/reports/manifest.js';
import { recognise } from '../../shared/cli/recognise.js';
import { verdictOf, type Verdict } from '../../shared/cli/verdict.js';
import { tenantId } from '../faults/story.js';
import { changed, flipped, json, makePapers, type Papers } from './papers.js';

let papers: Papers;
beforeAll(async () => {
  papers = await makePapers();
});

/** What the verifier says of these files, by keys held from elsewhere. */
function judge(...files: PacketFile[]): Verdict {
  const keys = recognise(papers.keys);
  if (keys.kind !== 'keys') throw new Error('the keys are not recognised');
  return verdictOf([{ name: 'packet', files }], keys);
}

/** Codes of the checks that failed. */
const faults = ({ sections }: Verdict): string[] =>
  sections.flatMap(({ checks }) => checks.flatMap((c) => (c.passed ? [] : [c.code])));

const packetWith = (name: string, change: (file: PacketFile) => PacketFile): PacketFile[] =>
  papers.packet.map((file) => (file.name === name ? change(file) : file));

describe('a report’s packet', () => {
  it('verifies as it was downloaded, each check said', () => {
    const verdict = judge(...papers.packet);
    expect(faults(verdict)).toEqual([]);
    expect(verdict.verdict).toBe('verified');
    expect(verdict.sections.at(-1)?.checks.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'report.pdf is what the manifest names',
        'the manifest is signed by a key of the tenant',
        'the checkpoint is signed by a key of the tenant',
      ]),
    );
    expect(verdict.limits.join(' ')).toContain('another history (a fork)');
  });

  it('verifies under other file names, and says which parts were not given', () => {
    const [manifest, , , , pdf] = papers.packet;
    const verdict = judge(manifest as PacketFile, {
      name: 'CISO November.pdf',
      bytes: (pdf as PacketFile).bytes,
    });
    expect(verdict.verdict).toBe('verified');
    expect(verdict.limits.join(' ')).toContain('not checked: document.json, report.html, report.xlsx');
  });

  it.each(['document.json', 'report.html', 'report.json', 'report.pdf'])(
    'does not verify with a changed %s',
    (name) => {
      expect(faults(judge(...packetWith(name, (file) => flipped(file, 8 * 3))))).toEqual(['digest_mismatch']);
    },
  );

  it('does not verify with a file that the manifest does not name', () => {
    const extra = { name: 'appendix.pdf', bytes: new Uint8Array([1]) };
    expect(faults(judge(...papers.packet, extra))).toEqual(['file_unlisted']);
  });

  it('does not verify with one part of the report under the name of another', () => {
    const [, document] = papers.packet;
    const swapped = packetWith('report.pdf', ({ name }) => ({ name, bytes: (document as PacketFile).bytes }));
    expect(faults(judge(...swapped))).toEqual(['digest_mismatch']);
  });

  it('verifies after the tenant’s key was rotated, by the retired key', async () => {
    const { keyId, publicKey } = await memoryKeyRing('later').ensure(tenantId);
    const next = {
      keyId,
      algorithm: 'Ed25519',
      publicKey: toBase64(publicKey),
      createdAt: '2027-01-01T00:00:00Z',
    };
    const both = changed(papers.keys, (k) => {
      const [old] = k.keys as object[];
      k.keys = [next, { ...old, retiredAt: '2027-01-01T00:00:00Z' }];
    });
    const judged = (keys: PacketFile) =>
      verdictOf([{ name: 'packet', files: [...papers.packet, keys] }], null);
    expect(judged(both).verdict).toBe('verified');
    expect(faults(judged(changed(papers.keys, (k) => (k.keys = [next]))))).toEqual(['key_unknown']);
  });

  it('does not verify with a statement that its key did not sign', () => {
    const forged = packetWith('manifest.json', (file) =>
      changed(file, (envelope) => {
        const payload = Buffer.from(String(envelope.payload), 'base64').toString();
        envelope.payload = Buffer.from(payload.replace('"rehearsal":true', '"rehearsal":false')).toString(
          'base64',
        );
      }),
    );
    expect(faults(judge(...forged))).toEqual(['signature_invalid']);
  });

  it('does not verify under the keys of another tenant, or with a key put in the place of the tenant’s', () => {
    const other = changed(papers.keys, (k) =>
      Object.assign(k, { tenantId: 'globex', origin: 'aispm/globex' }),
    );
    const foreign = verdictOf([{ name: 'packet', files: [...papers.packet, other] }], null);
    expect(faults(foreign)).toEqual(['tenant_mismatch']);
    const swapped = changed(papers.keys, (k) => {
      Object.assign((k.keys as object[])[0] ?? {}, { publicKey: Buffer.alloc(32, 9).toString('base64') });
    });
    expect(faults(verdictOf([{ name: 'packet', files: [...papers.packet, swapped] }], null))).toEqual([
      'keys_malformed',
    ]);
  });

  it('says what keys that came with the packet are worth, and cannot tell without any', () => {
    const together = verdictOf([{ name: 'packet', files: [...papers.packet, papers.keys] }], null);
    expect(together.verdict).toBe('verified');
    expect(together.limits.join(' ')).toContain('The keys came with the files');
    expect(verdictOf([{ name: 'packet', files: papers.packet }], null).verdict).toBe('could_not_tell');
  });

  it('is read the same by an independent implementation of DSSE', () => {
    const [manifest] = papers.packet;
    const envelope = JSON.parse(fromUtf8((manifest as PacketFile).bytes)) as {
      payloadType: string;
      payload: string;
      signatures: { sig: string }[];
    };
    const payload = Buffer.from(envelope.payload, 'base64');
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), papers.publicKey]);
    const key = sigstoreCrypto.createPublicKey(spki, 'spki');
    const signature = Buffer.from(envelope.signatures[0]?.sig ?? '', 'base64');
    const signed = dsse.preAuthEncoding(envelope.payloadType, payload);
    expect(sigstoreCrypto.verify(signed, key, signature)).toBe(true);
    const { subject } = JSON.parse(payload.toString()) as {
      subject: { name: string; digest: { sha256: string } }[];
    };
    for (const { name, digest } of subject) {
      const file = papers.packet.find((f) => f.name === name);
      expect(
        createHash('sha256')
          .update(file?.bytes ?? '')
          .digest('hex'),
      ).toBe(digest.sha256);
    }
  });
});

describe('an event with its proof', () => {
  it('verifies from its bytes to the signed root', () => {
    expect(judge(papers.event, papers.proof)).toMatchObject({ verdict: 'verified' });
  });

  it('of the public sample verifies too: its mark stands beside what was logged', () => {
    const mark = (file: PacketFile): PacketFile => changed(file, (v) => Object.assign(v, { sample: true }));
    const files = [mark(papers.event), mark(papers.proof), mark(papers.keys)];
    expect(verdictOf([{ name: 'sample', files }], null).verdict).toBe('verified');
  });

  it.each<[string, string, (e: Record<string, unknown>) => void]>([
    [
      'event',
      'digest_mismatch',
      (e) => Object.assign(e.event as object, { time: '2026-11-24T08:00:00.000Z' }),
    ],
    ['admission', 'digest_mismatch', (e) => Object.assign(e.admission as object, { provenance: 'sample' })],
    ['id inside the event', 'digest_mismatch', (e) => Object.assign(e.event as object, { id: 'other' })],
    ['id', 'entry_mismatch', (e) => Object.assign(e, { id: '0'.repeat(64) })],
    ['digest', 'digest_mismatch', (e) => Object.assign(e, { digest: '0'.repeat(64) })],
    ['place in the log', 'entry_mismatch', (e) => Object.assign(e.log as object, { position: 3 })],
  ])('does not verify with another %s', (_what, code, change) => {
    expect(faults(judge(changed(papers.event, change), papers.proof))).toEqual([code]);
  });

  it.each<[string, string, (p: Record<string, unknown>) => void]>([
    ['leaf', 'entry_mismatch', (p) => Object.assign(p, { leaf: Buffer.from('{}').toString('base64') })],
    ['size', 'checkpoint_mismatch', (p) => Object.assign(p, { size: 2 })],
    [
      'hash of the path',
      'inclusion_invalid',
      (p) => ((p.hashes as string[])[0] = Buffer.alloc(32).toString('base64')),
    ],
    ['shorter path', 'inclusion_invalid', (p) => (p.hashes as string[]).pop()],
    ['root', 'checkpoint_mismatch', (p) => Object.assign(p.checkpoint as object, { root: '0'.repeat(64) })],
    ['key', 'key_unknown', (p) => Object.assign(p.checkpoint as object, { keyId: 'ed25519-0' })],
  ])('does not verify with another %s', (_what, code, change) => {
    expect(faults(judge(papers.event, changed(papers.proof, change)))).toEqual([code]);
  });

  it('proves its place alone when it was erased, and cannot be told without its proof', () => {
    const erased = judge(papers.proof);
    expect(erased.verdict).toBe('verified');
    expect(erased.limits.join(' ')).toContain('only its place in the log is proven');
    expect(judge(papers.event).verdict).toBe('could_not_tell');
  });
});

describe('a decision of the gate', () => {
  it('verifies, alone and with its record in the log', () => {
    const alone = judge(papers.answer);
    expect(faults(alone)).toEqual([]);
    expect(alone.verdict).toBe('verified');
    expect(judge(papers.answer, papers.record, papers.recordProof).verdict).toBe('verified');
  });

  it.each<[string, string, (a: Record<string, unknown>) => void]>([
    ['blocker less', 'answer_mismatch', (a) => (a.blockers as unknown[]).pop()],
    ['flag', 'answer_mismatch', (a) => Object.assign(a, { ready_for_aispm_production: true })],
    [
      'verdict throughout',
      'digest_mismatch',
      (a) => Object.assign(a, { ready_for_aispm_production: true, blockers: [], checks: [] }),
    ],
    ['release', 'digest_mismatch', (a) => Object.assign(a, { release: 'v9' })],
    ['tenant', 'tenant_mismatch', (a) => Object.assign(a, { tenantId: 'globex' })],
    ['digest', 'digest_mismatch', (a) => Object.assign(a, { digest: '0'.repeat(64) })],
  ])('does not verify with another %s', (_what, code, change) => {
    expect(faults(judge(changed(papers.answer, change)))).toEqual([code]);
  });

  it('does not verify as a preview, which nobody signed', () => {
    expect(faults(judge(papers.preview))).toEqual(['not_signed']);
  });

  it('does not verify with the record of something else', () => {
    const other = changed(papers.answer, (a) => Object.assign(a, { decision: idOf(papers.event) }));
    expect(faults(judge(other, papers.event, papers.proof))).not.toEqual([]);
  });
});

const idOf = (file: PacketFile): string => (JSON.parse(fromUtf8(file.bytes)) as { id: string }).id;

const anyBit = fc.noBias(fc.nat());

describe('any bit', () => {
  it('turned over in a packet is found', () => {
    fc.assert(
      fc.property(fc.nat({ max: papers.packet.length - 1 }), anyBit, (which, bit) => {
        const files = papers.packet.map((file, i) => (i === which ? flipped(file, bit) : file));
        expect(judge(...files).verdict).not.toBe('verified');
      }),
      { numRuns: 300 },
    );
  });

  it('turned over in an event, its proof, or two checkpoints and theirs is found', () => {
    for (const files of [
      [papers.event, papers.proof],
      [papers.older, papers.newer, papers.consistency],
    ])
      fc.assert(
        fc.property(fc.nat({ max: files.length - 1 }), anyBit, (which, bit) => {
          const turned = files.map((file, i) => (i === which ? flipped(file, bit) : file));
          expect(judge(...turned).verdict).not.toBe('verified');
        }),
        { numRuns: 300 },
      );
  });

  it('turned over in a decision is found, but for the reference to its record, which its record proves', () => {
    fc.assert(
      fc.property(anyBit, (bit) => {
        const turned = flipped(papers.answer, bit);
        const verdict = judge(turned, papers.record, papers.recordProof);
        const reference = fromUtf8Or(turned.bytes) !== null && recordOf(turned) !== recordOf(papers.answer);
        expect(verdict.verdict === 'verified' && !reference).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

const fromUtf8Or = (bytes: Uint8Array): string | null => {
  try {
    return fromUtf8(bytes);
  } catch {
    return null;
  }
};
const recordOf = (file: PacketFile): string => /"decision":"[^"]*"/.exec(fromUtf8(file.bytes))?.[0] ?? '';

describe('what is not known', () => {
  it('cannot be told', () => {
    expect(judge({ name: 'notes.txt', bytes: new Uint8Array([65]) }).verdict).toBe('could_not_tell');
    expect(judge(json('posture.json', { score: 1 })).verdict).toBe('could_not_tell');
    expect(judge().verdict).toBe('could_not_tell');
  });
});
