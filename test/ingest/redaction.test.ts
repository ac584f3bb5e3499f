import { describe, expect, it } from 'vitest';
import { personPaths } from '../../schemas/people.js';
import { mayHoldSecrets, removeSecretsAndAddresses } from '../../shared/core/ingest/secrets.js';
import { hmacSha256Hex, sha256Hex } from '../../shared/core/kernel/hash.js';
import { evidenceIdOf } from '../../shared/core/kernel/ids.js';
import { plantedAddress, plantedSecrets } from '../suite-logs/planted.js';
import { acme, decisionEvent, openDesk, runtimeUri, source, tenantWith, type Desk } from './intake.js';

const runtime = source({ id: 'runtime', uri: runtimeUri, eventTypes: ['runtime', 'exception.granted'] });
const repeat = (text: string, length: number): string =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length);

/** Secrets in their surroundings: what stands there, and the part that must go. */
const inContext: [string, string, string][] = [
  ['azure_key', 'DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=', `${repeat('Ab9/', 84)}==`],
  ['azure_key', 'Endpoint=sb://shop/;SharedAccessKeyName=all;SharedAccessKey=', `${repeat('Ab9/', 42)}=`],
  ['sas_signature', 'https://shop.blob.core.windows.net/c?sv=2024-11-04&sig=', repeat('Ab9%2F', 40)],
  ['url_userinfo', 'postgres://', 'deploy:hunter2'],
  ['authorization', 'Authorization: Basic ', repeat('dXNlcjpw', 24)],
  ['authorization', 'curl -H "Bearer ', repeat('opaque1', 24)],
  ['password', 'password=', 'hunter2'],
  ['password', '{\\"DB_PASSWORD\\": \\"', 'hunter2'],
  ['secret_assignment', 'export CLIENT_SECRET=', 'correct-horse'],
  ['secret_assignment', "api_key: '", 'correct-horse'],
  ['secret_assignment', 'token => ', 'correct-horse'],
  ['secret_argument', 'login --token ', 'correct-horse'],
  ['email', 'ask ', 'rosa.lind@example.org'],
  ['email', 'ask <', 'josé.núñez@exämple.org'],
];

describe('secrets and mail addresses', () => {
  it.each(plantedSecrets)('%s is found wherever it stands in a text', (kind, secret) => {
    for (const text of [secret, `before ${secret} after`, `"${secret}"`, `x=${secret};y`]) {
      const { text: rest, kinds } = removeSecretsAndAddresses(text);
      expect(rest).not.toContain(secret.slice(-12));
      expect(rest).toContain('[redacted]');
      expect(kinds).toContain(kind);
    }
  });

  it.each(inContext)('%s is found in: %s…', (kind, before, secret) => {
    const { text: rest, kinds } = removeSecretsAndAddresses(
      `${before}${secret}${kind === 'url_userinfo' ? '@db/shop' : ''}`,
    );
    expect(kinds).toEqual([kind]);
    expect(rest).not.toContain(secret);
    expect(rest.startsWith(before.replace(/["'\\]+$/, ''))).toBe(true);
  });

  it.each([
    'git@github.com:acme/shop.git',
    'max_tokens: 4096 of the context',
    'evidence://ses-41/7001',
    'https://example.org/login?next=/a:b',
    'risk-assessment-of-the-quarterly-planning',
    'password=[redacted] and https://[redacted]@db/shop and Authorization: Bearer [redacted]',
    'the bearer of bad news',
  ])('leaves alone: %s', (text) => {
    expect(removeSecretsAndAddresses(text)).toEqual({ text, kinds: [] });
  });

  it('gives the same text when applied twice', () => {
    for (const [, before, secret] of inContext) {
      const once = removeSecretsAndAddresses(`${before}${secret}@db/shop`).text;
      expect(removeSecretsAndAddresses(once)).toEqual({ text: once, kinds: [] });
    }
  });

  it('the cheap first look misses nothing that the rules find', () => {
    for (const [, secret] of plantedSecrets) expect(mayHoldSecrets(JSON.stringify(secret))).toBe(true);
    for (const [, before, secret] of inContext)
      expect(mayHoldSecrets(JSON.stringify(`${before}${secret}@db/shop`))).toBe(true);
  });

  it('no text of 100 KB keeps the rules busy', () => {
    const hostile = [
      'eyJ',
      'eyJaaaaaaaa.',
      '-----BEGIN RSA PRIVATE KEY-----',
      '-----BEGIN ',
      '://a:b',
      '://:',
      'a@',
    ];
    const more = [
      'a.',
      'password',
      'password=',
      'secret-',
      'token"',
      '--',
      '--token ',
      'bearer ',
      'authorization:',
      '8Q~',
    ];
    const last = ['ghp_', 'xoxb-', 'sk-', 'AccountKey=', '&sig=', 'api_', ' ', '"', '\\', 'a'];
    const texts = [...hostile, ...more, ...last].flatMap((unit) =>
      ['', '@', 'password=', 'eyJ', '-----BEGIN PRIVATE KEY-----'].map(
        (start) => `${start}${repeat(unit, 100_000)}@ sig=`,
      ),
    );
    // Not a measurement: a pattern that is worse than linear takes minutes here and runs into the test's time limit.
    for (const text of texts)
      expect(removeSecretsAndAddresses(text).text.length).toBeLessThanOrEqual(text.length * 8);
  });
});

/** Everything that the service kept, as one text. */
async function everything(desk: Desk): Promise<string> {
  const stores = desk.stores.open(acme);
  const evidence = await stores.evidence.search({ limit: 100 });
  return JSON.stringify([evidence, await desk.quarantined()]);
}

describe('an event with secrets is stored without them', () => {
  const secrets = [...plantedSecrets.map(([, secret]) => secret), plantedAddress];
  const data = { target: secrets.join(' \n'), reason: `token=${'correct-horse'}`, tool: secrets[1] };

  it('and says where and what kind they were, leaving neither text, hash nor length', async () => {
    const desk = await openDesk(tenantWith([runtime]));
    const receipt = await desk.post(decisionEvent({ subject: `run of ${secrets[0]}` }, data));
    expect(receipt.status).toBe(202);
    const kept = await everything(desk);
    const macKey = await desk.keys.macKey(acme);
    for (const secret of [...secrets, 'correct-horse']) {
      expect(kept).not.toContain(secret.slice(0, 14).trim().slice(-9));
      expect(kept).not.toContain(sha256Hex(secret));
      expect(kept).not.toContain(hmacSha256Hex(macKey, secret).slice(0, 32));
    }
    const stored = await desk.stores.open(acme).evidence.get(evidenceIdOf(runtimeUri, 'dec-1'));
    expect(stored?.admission.redactions).toContainEqual({ path: '/data/tool', kind: 'github_token' });
    expect(stored?.admission.redactions).toContainEqual({ path: '/subject', kind: 'aws_key' });
    expect(stored?.event.subject).toBe('run of [redacted]');
  });

  it('and sent again it is a duplicate, with another secret a conflict', async () => {
    const { post } = await openDesk(tenantWith([runtime]));
    await post(decisionEvent({}, { target: 'password=first-one' }));
    expect(await post(decisionEvent({}, { target: 'password=first-one' }))).toMatchObject({
      duplicates: [{}],
    });
    expect(await post(decisionEvent({}, { target: 'password=other-one' }))).toMatchObject({
      rejected: [{ code: 'id_conflict' }],
    });
  });

  it('but one whose identity is a secret is refused, for an identity cannot be replaced', async () => {
    const desk = await openDesk(tenantWith([runtime]));
    const secret = secrets[1] ?? '';
    expect((await desk.post(decisionEvent({ id: secret }))).rejected).toMatchObject([
      { code: 'redaction_required', pointer: '/id' },
    ]);
    expect((await desk.post(decisionEvent({}, { [secret]: 1 }))).rejected).toMatchObject([
      { pointer: '/data/[redacted]' },
    ]);
    expect(await everything(desk)).not.toContain(secret);
  });

  it('an unverifiable signature goes with what it covered', async () => {
    const { post, stores } = await openDesk(tenantWith([runtime]));
    await post(decisionEvent({ signature: 'eyJhbGciOiJFZERTQSJ9..c2ln' }, { target: 'password=hunter2' }));
    const stored = await stores.open(acme).evidence.get(evidenceIdOf(runtimeUri, 'dec-1'));
    expect(stored?.event.signature).toBeUndefined();
    expect(stored?.admission.signer).toBeNull();
  });

  it('raw content is taken out, and kept beside the event only where the tenant opted in', async () => {
    const raw = { prompt: `drop the table, password=${'hunter2'}`, toolOutput: 'ok' };
    const out = await openDesk(tenantWith([runtime]));
    await out.post(decisionEvent({}, { raw }));
    expect(await everything(out)).not.toContain('drop the table');
    expect(await out.blobs.open(acme).list('payloads', 'acme/')).toEqual([]);

    const optedIn = await openDesk(tenantWith([runtime], { keepRawPayloads: true }));
    await optedIn.post(decisionEvent({}, { raw }));
    expect(await everything(optedIn)).not.toContain('drop the table');
    const [name = ''] = await optedIn.blobs.open(acme).list('payloads', 'acme/');
    const bytes = (await optedIn.blobs.open(acme).get('payloads', name)) ?? new Uint8Array();
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual({
      prompt: 'drop the table, password=[redacted]',
      toolOutput: 'ok',
    });
    const id = evidenceIdOf(runtimeUri, 'dec-1');
    const stored = await optedIn.stores.open(acme).evidence.get(id);
    expect(stored?.event.data).toMatchObject({ evidence: [`payload://${id}#${sha256Hex(bytes)}`] });
  });
});

describe('people', () => {
  const granted = (owner: string, approvedBy: string): Record<string, unknown> => ({
    ...decisionEvent({ type: 'aispm.exception.granted', id: 'exc-1' }),
    data: { exception: 'exc-1', scope: 'acme/shop', owner, approvedBy },
  });

  it('are stored as keyed pseudonyms that do not depend on spelling, and named in the directory alone', async () => {
    const desk = await openDesk(tenantWith([runtime]));
    await desk.post(granted('Rosa Lind', '  rosa lind'));
    const stores = desk.stores.open(acme);
    const [stored] = (await stores.evidence.search({ limit: 1 })).items;
    const { owner, approvedBy } = stored?.event.data as { owner: string; approvedBy: string };
    expect(owner).toMatch(/^psn:[0-9a-f]{32}$/);
    expect(approvedBy).toBe(owner);
    expect(JSON.stringify(stored).toLowerCase()).not.toContain('rosa lind"');
    expect((await stores.tenant.names([owner])).get(owner)?.toLowerCase()).toBe('rosa lind');
  });

  it('named by a pseudonym stay as they are', async () => {
    const desk = await openDesk(tenantWith([runtime]));
    const pseudonym = `psn:${'0a'.repeat(16)}`;
    await desk.post(granted(pseudonym, pseudonym));
    const [stored] = (await desk.stores.open(acme).evidence.search({ limit: 1 })).items;
    expect(stored?.event.data).toMatchObject({ owner: pseudonym });
    expect(stored?.admission.redactions).toEqual([]);
  });

  it('a secret in the place of a name reaches neither directory nor pseudonym', async () => {
    const desk = await openDesk(tenantWith([runtime]));
    const secret = plantedSecrets[1]?.[1] ?? '';
    await desk.post(granted(secret, 'Rosa Lind'));
    const [stored] = (await desk.stores.open(acme).evidence.search({ limit: 1 })).items;
    const { owner } = stored?.event.data as { owner: string };
    expect((await desk.stores.open(acme).tenant.names([owner])).get(owner)).toBe('[redacted]');
  });

  it('are found in every type whose schema names one, in lists too', () => {
    expect([...(personPaths.get('inventory.declared') ?? [])]).toEqual(['items/*/owner']);
    expect([...(personPaths.get('incident.closed') ?? [])]).toEqual(['approvedBy', 'followUps/*/owner']);
    expect([...(personPaths.get('incident.updated') ?? [])]).toEqual(['materiality/by', 'owner']);
    expect([...(personPaths.get('response.recorded') ?? [])]).toEqual(['owner', 'actor']);
    expect([...(personPaths.get('report.requested') ?? [])]).toEqual(['actor', 'recipients/*']);
    expect([...(personPaths.get('decision.recorded') ?? [])]).toEqual([]);
  });
});
