import { beforeEach, describe, expect, it } from 'vitest';

import { handlers } from '../../functions/evidence.js';
import { evidenceRoutes } from '../../functions/routes/evidence.js';
import { logKeysSchema } from '../../schemas/answers/evidence.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { trustFrom, type Trust } from '../../shared/core/log/trust.js';
import { verifyCheckpoint, verifyHistory } from '../../shared/core/log/verify-history.js';
import type { KeyRing } from '../../shared/ports.js';
import { proveConsistency, signCheckpoint } from '../../shared/usecases/log/checkpoints.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { rotateKey } from '../../shared/usecases/tenants/rotate-key.js';
import { acme, caller, openDesk, type Desk } from '../http/desk.js';

let desk: Desk;
beforeEach(async () => {
  desk = openDesk();
  const settings = tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' });
  await putTenant(depsOf(desk), settings, 'root');
});

const depsOf = ({ stores, blobs, keys, clock }: Desk, over: Partial<KeyRing> = {}) => ({
  stores: stores.open(acme),
  blobs: blobs.open(acme),
  keys: { ...keys, ...over },
  clock,
});
const two = { actor: 'ada', approvedBy: 'grace', reason: 'yearly; asked by ada@acme.example' };

async function trust(): Promise<Trust> {
  const { json } = await caller(desk, evidenceRoutes, handlers)('readKeys');
  return trustFrom(logKeysSchema.parse(json));
}

const passes = (checks: readonly { passed: boolean }[]): boolean => checks.every(({ passed }) => passed);

describe('a rotated key', () => {
  it('signs from then on, and what the keys before it signed still verifies, as one history', async () => {
    const notes = [await signCheckpoint(depsOf(desk))];
    for (let n = 0; n < 3; n++) {
      await rotateKey(depsOf(desk), two);
      notes.push(await signCheckpoint(depsOf(desk)));
    }
    expect(new Set(notes.map(({ keyId }) => keyId)).size).toBe(4);
    const trusted = await trust();
    for (const { note } of notes) expect(passes(verifyCheckpoint(note, trusted))).toBe(true);
    const [older, newer] = [notes[0], notes[3]];
    if (older === undefined || newer === undefined) throw new Error('no notes');
    const proof = await proveConsistency(depsOf(desk), older.size, newer.size);
    expect(passes(verifyHistory(older.note, newer.note, proof, trusted))).toBe(true);
  });

  it('is published with the keys before it, each retired when the next came', async () => {
    await rotateKey(depsOf(desk), two);
    const found = await desk.stores.open(acme).tenant.get();
    expect(found?.tenant.keys.map(({ retiredAt }) => retiredAt !== undefined)).toEqual([true, false]);
    expect(found?.tenant.keys[1]?.keyId).toBe((await desk.keys.ensure(acme)).keyId);
  });

  it('is evidence of two people, named by pseudonym, without an address', async () => {
    const { evidence } = await rotateKey(depsOf(desk), two);
    const event = (await desk.stores.open(acme).evidence.get(evidence?.id ?? ''))?.event;
    expect(event?.data).toMatchObject({ change: 'keys', reason: 'yearly; asked by [redacted]' });
    // A digest may spell a name by chance.
    expect(JSON.stringify(event).replaceAll(/[0-9a-f]{32,}/g, '')).not.toMatch(/ada|grace/);
    if (event?.type !== 'aispm.tenant.configured') throw new Error('not the evidence of a change');
    expect(event.data.approvedBy).toMatch(/^psn:/);
    expect(event.data.approvedBy).not.toBe(event.data.actor);
  });

  it('is not one person’s to make, however the name is spelled', async () => {
    for (const approvedBy of ['ada', ' ADA '])
      await expect(rotateKey(depsOf(desk), { ...two, approvedBy })).rejects.toMatchObject({
        code: 'separation_of_duties',
      });
    expect((await desk.stores.open(acme).tenant.get())?.tenant.keys).toHaveLength(1);
  });

  it('never signs before it is published, and a rotation that died half way is completed by the same again', async () => {
    const died = { promote: () => Promise.reject(new Error('died')) };
    await expect(rotateKey(depsOf(desk, died), two)).rejects.toThrow('died');
    const between = await signCheckpoint(depsOf(desk));
    expect(passes(verifyCheckpoint(between.note, await trust()))).toBe(true);
    expect(await rotateKey(depsOf(desk), two)).toMatchObject({ changed: false });
    const after = await signCheckpoint(depsOf(desk));
    expect(after.keyId).not.toBe(between.keyId);
    expect(passes(verifyCheckpoint(after.note, await trust()))).toBe(true);
    expect((await trust()).keys).toHaveLength(2);
  });
});
