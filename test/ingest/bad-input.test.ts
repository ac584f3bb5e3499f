import { beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import {
  decisionEvent,
  openDesk,
  registrarUri,
  runtimeUri,
  source,
  tenantWith,
  type Desk,
} from './intake.js';

const json = 'application/json';
const batch = 'application/cloudevents-batch+json';
let desk: Desk;

beforeEach(async () => {
  desk = await openDesk(
    tenantWith([
      source({ id: 'runtime', uri: runtimeUri }),
      source({ id: 'register', uri: registrarUri, eventTypes: ['exception.granted'] }),
    ]),
  );
});

/** Code of the refusal of the whole body. */
const refusalOf = async (attempt: Promise<unknown>): Promise<string> => {
  const error: unknown = await attempt.then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(Refusal);
  return error instanceof Refusal ? error.code : '';
};

describe('a body that cannot be read is refused as a whole and recorded without its bytes', () => {
  const deep = '['.repeat(200_000);
  it.each<[string, string | Uint8Array, string | null, string]>([
    ['malformed JSON', '{"specversion":', json, 'malformed_json'],
    ['unclosed nesting', deep, json, 'malformed_json'],
    ['bytes that are not UTF-8', Uint8Array.from([0x22, 0xff, 0x22]), json, 'malformed_json'],
    ['a byte order mark', `\ufeff${JSON.stringify(decisionEvent())}`, json, 'malformed_json'],
    ['only white space', '  ', json, 'malformed_json'],
    ['a member that stands twice', '{"specversion":"1.0","specversion":"1.0"}', json, 'malformed_json'],
    ['one in one event of a batch', '[{"id":"a"},{"id":"b","data":{"a":1,"a":2}}]', batch, 'malformed_json'],
    ['an empty body', '', json, 'empty_body'],
    ['an empty batch', '[]', batch, 'empty_body'],
    ['a batch that is no array', '{}', batch, 'invalid_request'],
    ['a foreign content type', '{}', 'text/plain', 'unsupported_media_type'],
    ['no content type', '{}', null, 'unsupported_media_type'],
    ['another charset', '{}', 'application/json; charset=utf-16', 'unsupported_media_type'],
    ['a body over 1 MB', ' '.repeat(1024 * 1024 + 1), json, 'body_too_large'],
    ['a batch of 501', JSON.stringify(Array.from({ length: 501 }, () => 1)), batch, 'batch_too_large'],
  ])('%s', async (_name, body, contentType, code) => {
    expect(await refusalOf(desk.post(body, { contentType }))).toBe(code);
    const [record, ...more] = await desk.quarantined();
    expect(record?.code).toBe(code);
    expect(more).toEqual([]);
  });
});

describe('an event that breaks a rule is refused with the code and the place of the first fault', () => {
  const updated = (data: object) => ({
    ...decisionEvent({ type: 'aispm.incident.updated' }),
    data: { incident: 'inc-3', ...data },
  });
  const nested = (levels: number): unknown => (levels === 0 ? 0 : [nested(levels - 1)]);
  it.each<[string, unknown, string, string]>([
    ['not an object', [1], 'schema_invalid', ''],
    ['no type', { specversion: '1.0' }, 'schema_invalid', '/type'],
    ['an unknown type', decisionEvent({ type: 'aispm.weather.changed' }), 'unknown_type', '/type'],
    ['a type of another vendor', decisionEvent({ type: 'com.example.decision' }), 'unknown_type', '/type'],
    [
      'a type that is a prototype member',
      decisionEvent({ type: 'aispm.constructor' }),
      'unknown_type',
      '/type',
    ],
    ['an unknown member', decisionEvent({}, { mood: 'good' }), 'schema_invalid', '/data/mood'],
    [
      'an unknown member of an incident’s impact',
      updated({ impact: { mood: 'good' } }),
      'schema_invalid',
      '/data/impact/mood',
    ],
    [
      'fewer than no customers',
      updated({ impact: { customersAffected: -1 } }),
      'schema_invalid',
      '/data/impact/customersAffected',
    ],
    [
      'a determination by nobody',
      updated({ materiality: { outcome: 'material', at: '2026-06-01T11:00:00Z' } }),
      'schema_invalid',
      '/data/materiality/by',
    ],
    ['a missing member', decisionEvent({}, { agent: undefined }), 'schema_invalid', '/data/agent'],
    ['a time that is none', decisionEvent({ time: 'yesterday' }), 'schema_invalid', '/time'],
    [
      'a time on a day that there is not',
      decisionEvent({ time: '2026-02-30T00:00:00Z' }),
      'schema_invalid',
      '/time',
    ],
    [
      'an end in the year 10000, which no text of an instant sorts behind today',
      {
        ...decisionEvent({ type: 'aispm.approval.requested' }),
        data: {
          approval: 'apr-1',
          requestedBy: `psn:${'0'.repeat(32)}`,
          agent: 'builder',
          expiresAt: '9999-12-31T23:59:59-23:59',
        },
      },
      'schema_invalid',
      '/data/expiresAt',
    ],
    ['another tenant', decisionEvent({ tenantid: 'globex' }), 'tenant_mismatch', '/tenantid'],
    ['a time six minutes ahead', decisionEvent({ time: '2026-06-01T12:06:00Z' }), 'time_in_future', '/time'],
    ['a time in the far future', decisionEvent({ time: '9999-01-01T00:00:00Z' }), 'time_in_future', '/time'],
    ['a time before retention', decisionEvent({ time: '2001-01-01T00:00:00Z' }), 'time_too_old', '/time'],
    [
      'a type only the service writes',
      { ...decisionEvent({ type: 'aispm.catalogue.adopted' }), data: { version: '1', actor: 'eve' } },
      'reserved_type',
      '/type',
    ],
    ['a source that is not registered', decisionEvent({ source: 'urn:rogue' }), 'unknown_source', '/source'],
    ['the service as source', decisionEvent({ source: 'urn:aispm:service' }), 'unknown_source', '/source'],
    [
      'an exception from a source registered for runtime types only',
      { ...decisionEvent({ type: 'aispm.exception.granted' }), data: { exception: 'x', scope: 'all' } },
      'type_not_registered',
      '/type',
    ],
    [
      'a type the source is not registered for',
      decisionEvent({ source: registrarUri }),
      'type_not_registered',
      '/type',
    ],
    [
      'an environment the source is not registered for',
      decisionEvent({ environment: 'staging' }),
      'environment_not_registered',
      '/environment',
    ],
    ['deep nesting', decisionEvent({}, { target: nested(40) }), 'too_deep', `/data/target${'/0'.repeat(14)}`],
    ['an event over 64 KB', decisionEvent({}, { raw: { prompt: 'x'.repeat(70_000) } }), 'body_too_large', ''],
    ['a lone surrogate', decisionEvent({}, { target: '\ud800' }), 'text_not_unicode', '/data/target'],
  ])('%s', async (_name, event, code, pointer) => {
    const receipt = await desk.post(event);
    expect(receipt).toMatchObject({
      status: 422,
      accepted: [],
      duplicates: [],
      rejected: [{ index: 0, code, pointer }],
    });
    expect(await desk.quarantined()).toMatchObject([
      { code, pointer, index: 0, sender: expect.stringMatching(/^psn:/) as string },
    ]);
  });

  it.each([
    ['an integer beyond 2^53', '"ran":9007199254740993', 'number_out_of_range', '/data/ran'],
    ['a number beyond double range', '"ran":1e999', 'number_out_of_range', '/data/ran'],
    ['a __proto__ member', '"ran":true,"__proto__":{"admin":true}', 'forbidden_member', '/data/__proto__'],
    [
      'a constructor member',
      '"ran":true,"constructor":{"prototype":{}}',
      'forbidden_member',
      '/data/constructor',
    ],
  ])('%s', async (_name, member, code, pointer) => {
    const receipt = await desk.post(JSON.stringify(decisionEvent()).replace('"ran":false', member));
    expect(receipt.rejected).toMatchObject([{ code, pointer }]);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it('half a megabyte of nesting inside a batch refuses that event alone', async () => {
    const hostile = `${'['.repeat(250_000)}${']'.repeat(250_000)}`;
    const receipt = await desk.post(`[${JSON.stringify(decisionEvent())},${hostile}]`, {
      contentType: batch,
    });
    expect(receipt).toMatchObject({ status: 202, rejected: [{ index: 1, code: 'too_deep' }] });
  });

  it('lists up to ten faults of one event and never a value that was sent', async () => {
    const data = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`member${i}`, 'value-to-hide']));
    const receipt = await desk.post(
      decisionEvent({}, { decision: 'value-to-hide', mode: 'value-to-hide', ...data }),
    );
    expect(JSON.stringify(receipt)).not.toContain('value-to-hide');
  });

  it('the record says what the event claimed to be, and from which registered source', async () => {
    await desk.post(decisionEvent({ environment: 'staging' }));
    const bytes = JSON.stringify(decisionEvent({ environment: 'staging' })).length;
    expect(await desk.quarantined()).toMatchObject([
      { eventId: 'dec-1', eventType: 'aispm.decision.recorded', sourceId: 'runtime', bytes },
    ]);
  });

  it.each([
    [['dev', 'staging'], 0],
    [['dev'], 1],
    [['dev', 'test', 'staging', 'production', 'sandbox'], 1],
  ] as const)(
    'an event that names no environment, from a source of %j: %i taken',
    async (environments, taken) => {
      const sources = [source({ id: 'runtime', uri: runtimeUri, environments: [...environments] })];
      const receipt = await (await openDesk(tenantWith(sources))).post(decisionEvent());
      expect(receipt.accepted).toHaveLength(taken);
      if (taken === 0)
        expect(receipt.rejected).toMatchObject([
          { code: 'environment_not_registered', pointer: '/environment' },
        ]);
    },
  );

  it('a resend of a refused body does not multiply its quarantine record', async () => {
    const event = decisionEvent({ source: 'urn:rogue' });
    await desk.post(event);
    await desk.post(event);
    await desk.post({ ...event, id: 'dec-2' });
    expect(await desk.quarantined()).toHaveLength(2);
  });
});
