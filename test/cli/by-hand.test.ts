import { beforeAll, describe, expect, it } from 'vitest';

import { fromUtf8 } from '../../shared/core/kernel/bytes.js';
import { issuePackets } from '../../shared/usecases/readiness/gate.js';
import { checkpointIn, isLogged, isOfReport, isSigned, type Envelope, type Keys } from './by-hand.js';
import { makePapers, type Papers } from './papers.js';

/* Nobody needs our tool: what the README says of forms is enough for a verifier of one's own. */

let papers: Papers;
let keys: Keys;
let others: Keys;
beforeAll(async () => {
  papers = await makePapers();
  keys = papers.keysAnswer;
  others = {
    ...keys,
    keys: keys.keys.map((key) => ({ ...key, publicKey: Buffer.alloc(32, 7).toString('base64') })),
  };
});

const read = <T>({ bytes }: { bytes: Uint8Array }): T => JSON.parse(fromUtf8(bytes)) as T;

describe('a verifier that knows the README alone', () => {
  it('finds each file of a report in its signed manifest, and no other', () => {
    const [manifest, ...files] = papers.packet;
    if (manifest === undefined) throw new Error('there is no manifest');
    const envelope = read<Envelope>(manifest);
    expect(files.length).toBeGreaterThan(7);
    for (const { name, bytes } of files) {
      expect([name, isOfReport(envelope, name, bytes, keys)]).toEqual([name, true]);
      expect(isOfReport(envelope, name, bytes.slice(1), keys)).toBe(false);
    }
    expect(isOfReport(envelope, 'report.html', files[0]?.bytes ?? new Uint8Array(), keys)).toBe(false);
    expect(() => isOfReport(envelope, 'report.pdf', new Uint8Array(), others)).toThrow(
      'no key of the tenant',
    );
  });

  it('finds an event where its proof says, and nowhere once anything of it is changed', () => {
    type Given = Parameters<typeof isLogged>;
    const [event, proof] = [read<Given[0]>(papers.event), read<Given[1]>(papers.proof)];
    expect(isLogged(event, proof, keys)).toBe(true);
    expect(isLogged({ ...event, admission: {} }, proof, keys)).toBe(false);
    expect(isLogged({ ...event, event: { ...event.event, id: 'other' } }, proof, keys)).toBe(false);
    expect(isLogged(event, { ...proof, hashes: proof.hashes.slice(1) }, keys)).toBe(false);
    const moved = { ...proof.entry, position: proof.entry.position + 1 };
    expect(isLogged(event, { ...proof, entry: moved }, keys)).toBe(false);
    expect(() => isLogged(event, proof, others)).toThrow('no key of the tenant');
  });

  it('reads a checkpoint, and takes none of another log', () => {
    const note = fromUtf8(papers.older.bytes);
    expect(checkpointIn(note, keys).size).toBeGreaterThan(0);
    expect(() => checkpointIn(note, { ...keys, origin: 'aispm/globex' })).toThrow('no key of the tenant');
  });

  it('finds a decision and the readiness packets signed as they stand', async () => {
    type Whole = Parameters<typeof isSigned>[0];
    const answer = read<Whole>(papers.answer);
    const packets = (await issuePackets(papers.gate, null)).map(
      (packet): Whole => JSON.parse(JSON.stringify(packet)) as Whole,
    );
    expect(packets).toHaveLength(4);
    for (const whole of [answer, ...packets]) {
      expect(isSigned(whole, keys)).toBe(true);
      expect(isSigned({ ...whole, target: 'trial' }, keys)).toBe(false);
      expect(() => isSigned(whole, others)).toThrow('no key of the tenant');
    }
  });
});
