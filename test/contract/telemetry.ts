import { beforeAll, describe, expect, it } from 'vitest';

import { Refusal } from '../../shared/core/kernel/refusal.js';
import { traceContextOf } from '../../shared/core/kernel/trace.js';
import type { Telemetry } from '../../shared/ports.js';

/** What arrived where telemetry goes. */
export type Seen = {
  spans: readonly {
    name: string;
    traceId: string;
    spanId: string;
    parentId: string | null;
    attributes: Readonly<Record<string, unknown>>;
    failed: boolean;
  }[];
  values: readonly { metric: string; sum: number; attributes: Readonly<Record<string, unknown>> }[];
  lines: readonly { level: string; event: string; fields: Readonly<Record<string, unknown>> }[];
};

const posted = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

/** The port's contract. `seen` waits until everything said so far has arrived. */
export function telemetryContract(
  name: string,
  open: () => Promise<Telemetry>,
  seen: () => Promise<Seen>,
): void {
  describe(`telemetry (${name})`, () => {
    let telemetry: Telemetry;
    beforeAll(async () => {
      telemetry = await open();
    });
    const spansNamed = async (name: string) => (await seen()).spans.filter((span) => span.name === name);
    const spanNamed = async (name: string) => {
      const [span, ...more] = await spansNamed(name);
      if (span === undefined || more.length > 0) throw new Error(`there is not one span ${name}`);
      return span;
    };

    it('goes on in the trace of whoever sent the work, span within span', async () => {
      const inside = await telemetry.span({ name: 'outer', parent: posted }, () =>
        telemetry.span({ name: 'inner' }, () => Promise.resolve(telemetry.traceparent())),
      );
      const [outer, inner] = [await spanNamed('outer'), await spanNamed('inner')];
      expect(outer).toMatchObject({ traceId: trace, parentId: '00f067aa0ba902b7', failed: false });
      expect(inner).toMatchObject({ traceId: trace, parentId: outer.spanId, failed: false });
      expect(traceContextOf(inside)).toMatchObject({ traceId: trace, spanId: inner.spanId });
    });

    it('hands work over to another place and time by traceparent alone', async () => {
      const carried = await telemetry.span({ name: 'before', parent: posted }, () =>
        Promise.resolve(telemetry.traceparent()),
      );
      await telemetry.span({ name: 'after', parent: carried }, () => Promise.resolve());
      const [before, after] = [await spanNamed('before'), await spanNamed('after')];
      expect(after).toMatchObject({ traceId: trace, parentId: before.spanId });
    });

    it('begins a trace where there is none to go on in, or what was sent says nothing', async () => {
      for (const parent of [undefined, '', 'nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`])
        await telemetry.span({ name: 'first', parent }, () => Promise.resolve());
      const spans = await spansNamed('first');
      expect(spans.map(({ parentId }) => parentId)).toEqual([null, null, null, null]);
      expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(4);
      expect(telemetry.traceparent()).toBeUndefined();
    });

    it('keeps side by side what runs side by side', async () => {
      await Promise.all(
        ['left', 'right'].map((side) =>
          telemetry.span({ name: side }, async () => {
            await new Promise((resolve) => setTimeout(resolve, 5));
            await telemetry.span({ name: `${side}-child` }, () => Promise.resolve());
          }),
        ),
      );
      for (const side of ['left', 'right'])
        expect((await spanNamed(`${side}-child`)).parentId).toBe((await spanNamed(side)).spanId);
    });

    it('tells one piece of work to each of many traces', async () => {
      const other = `00-${'a'.repeat(32)}-00f067aa0ba902b7-01`;
      for (const parent of [posted, other])
        telemetry.spanned({ name: 'batch', parent, from: Date.now() - 10, attributes: { count: 2 } });
      const spans = await spansNamed('batch');
      expect(spans.map(({ traceId }) => traceId).sort()).toEqual([trace, 'a'.repeat(32)]);
      expect(spans.map(({ attributes }) => attributes['count'])).toEqual([2, 2]);
    });

    it('rejects as the work rejects, and says that it failed but not with which words', async () => {
      const error = new TypeError('the secret is hunter2');
      await expect(telemetry.span({ name: 'failing' }, () => Promise.reject(error))).rejects.toBe(error);
      expect((await spanNamed('failing')).failed).toBe(true);
      expect(JSON.stringify(await seen())).not.toContain('hunter2');
    });

    it('counts no refusal of a caller as a failure, but one for a reason of ours', async () => {
      const refused = new Refusal('not_found', 'there is nothing');
      await expect(telemetry.span({ name: 'refused' }, () => Promise.reject(refused))).rejects.toBe(refused);
      expect((await spanNamed('refused')).failed).toBe(false);
      const ours = new Refusal('store_unavailable', 'later');
      await expect(telemetry.span({ name: 'ours' }, () => Promise.reject(ours))).rejects.toBe(ours);
      expect((await spanNamed('ours')).failed).toBe(true);
    });

    it('adds up, by attribute', async () => {
      telemetry.measure('aispm.evidence.admitted', 2, {});
      telemetry.measure('aispm.evidence.admitted', 3, {});
      telemetry.measure('aispm.evidence.quarantined', 1, { code: 'signature_invalid' });
      telemetry.measure('aispm.fold.lag', 1.5, {});
      const { values } = await seen();
      const sum = (metric: string): number =>
        values.filter((value) => value.metric === metric).reduce((total, value) => total + value.sum, 0);
      expect([sum('aispm.evidence.admitted'), sum('aispm.fold.lag')]).toEqual([5, 1.5]);
      const quarantined = values.find(({ metric }) => metric === 'aispm.evidence.quarantined');
      expect(quarantined).toMatchObject({ sum: 1, attributes: { code: 'signature_invalid' } });
    });

    it('logs known fields only, without addresses and tokens, and so do spans', async () => {
      const fields = {
        tenantId: 'acme',
        body: '{"secret":1}',
        detail: 'ciso@acme.example eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln',
      };
      telemetry.log('warn', 'mail_refused', fields);
      await telemetry.span({ name: 'told', attributes: fields }, () => Promise.resolve());
      const kept = { tenantId: 'acme', detail: '[address] [token]' };
      const { lines } = await seen();
      const line = lines.find(({ event }) => event === 'mail_refused');
      expect(line).toEqual({ level: 'warn', event: 'mail_refused', fields: kept });
      expect((await spanNamed('told')).attributes).toMatchObject(kept);
      expect(JSON.stringify(await seen())).not.toMatch(/ciso@|eyJ|secret/);
    });
  });
}
