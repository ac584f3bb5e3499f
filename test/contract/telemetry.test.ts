import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startReceiver, type Receiver } from '../../infra/local/telemetry/receiver.js';
import { memoryTelemetry } from '../../shared/adapters/memory/telemetry.js';
import { openTelemetry } from '../../shared/adapters/open-telemetry.js';
import { exportedTelemetry } from '../../shared/adapters/exported-telemetry.js';
import { jsonTelemetry } from '../../shared/adapters/telemetry.js';
import type { Telemetry } from '../../shared/ports.js';
import { telemetryContract } from './telemetry.js';

const memory = memoryTelemetry();
telemetryContract(
  'memory',
  () => Promise.resolve(memory),
  () =>
    Promise.resolve({
      spans: memory.spans,
      values: memory.values.map(({ metric, value, attributes }) => ({ metric, sum: value, attributes })),
      lines: memory.lines,
    }),
);

let receiver: Receiver;
let exported: Telemetry;
beforeAll(async () => {
  receiver = await startReceiver({ port: 0 });
});
afterAll(async () => {
  await exported.stop();
  await receiver.close();
});

let markers = 0;
/** Each signal arrives in order: once a marker of each is there, so is what was said before it. */
const arrived = async (): Promise<void> => {
  const marker = `marker-${++markers}`;
  exported.log('info', marker);
  exported.spanned({ name: marker, from: Date.now() });
  exported.measure('aispm.posture.age', 1, {});
  await expect
    .poll(() => [
      receiver.logs().some(({ event }) => event === marker),
      receiver.spans().some(({ name }) => name === marker),
      receiver.points().reduce((sum, point) => sum + (point.name === 'aispm.posture.age' ? point.sum : 0), 0),
    ])
    .toEqual([true, true, markers]);
};

const received = async () => {
  await arrived();
  return {
    spans: receiver.spans().map(({ parentSpanId, error, ...span }) => ({
      ...span,
      parentId: parentSpanId,
      failed: error !== null,
    })),
    values: receiver.points().map(({ name, ...point }) => ({ metric: name, ...point })),
    lines: receiver
      .logs()
      .filter(({ scope }) => scope === 'aispm')
      .map(({ level, event, attributes }) => ({ level, event, fields: attributes })),
  };
};

telemetryContract(
  'OpenTelemetry, through the distribution of Azure Monitor to a receiver',
  async () => {
    exported = await openTelemetry({ otlp: receiver.endpoint, traceRatio: 1 });
    return exported;
  },
  received,
);

describe('where telemetry goes', () => {
  it('is told by what was started: away from the process only once exporters run', () => {
    expect(exported.destination()).toBe('exported');
    const asked = exportedTelemetry({ otlp: receiver.endpoint, traceRatio: 1 });
    expect(asked.destination()).toBe('local');
    expect([jsonTelemetry().destination(), memory.destination()]).toEqual(['local', 'local']);
  });
});

describe('what Application Insights would be sent', () => {
  it('is the same: logs as traces by name, metrics by name, spans as dependencies', async () => {
    await exported.stop();
    const of = (baseType: string): Record<string, unknown>[] =>
      receiver
        .envelopes()
        .filter(({ data }) => data.baseType === baseType)
        .map(({ data }) => data.baseData);
    expect(of('MessageData').map(({ message }) => message)).toContain('mail_refused');
    const names = of('MetricData').flatMap(({ metrics }) =>
      (metrics as { name: string }[]).map((it) => it.name),
    );
    expect(names).toEqual(expect.arrayContaining(['aispm.evidence.admitted', 'aispm.fold.lag']));
    expect(of('RemoteDependencyData').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['outer', 'inner']),
    );
    expect(JSON.stringify(receiver.envelopes())).not.toMatch(/hunter2|ciso@|eyJ/);
  });
});

describe('a service that cannot send its telemetry', () => {
  it('works on, and says so on standard output', async () => {
    const lines: string[] = [];
    const telemetry = exportedTelemetry(
      {
        traceRatio: 1,
        insights: { connectionString: 'nonsense', credential: { getToken: () => Promise.resolve(null) } },
      },
      jsonTelemetry((line) => lines.push(line)),
    );
    await telemetry.start();
    expect(telemetry.destination()).toBe('local');
    expect(await telemetry.span({ name: 'work' }, () => Promise.resolve('done'))).toBe('done');
    telemetry.log('info', 'evidence_folded', { count: 1 });
    expect(lines.join('')).toMatch(/telemetry_failed[\s\S]*evidence_folded/);
  });
});
