import type { EventData, EventName } from '../../schemas/events/types.js';
import type { Posture } from '../../schemas/posture.js';
import type { ItemKind } from '../../schemas/primitives.js';
import { memoryLedger } from '../../shared/adapters/memory/ledger.js';
import { instantOf, millisOf } from '../../shared/core/kernel/time.js';
import { postureOf } from '../../shared/core/posture/posture.js';
import type { Approval, Finding, Item, LedgerDocument } from '../../shared/core/projections/documents.js';
import {
  approvalId,
  findingId,
  fingerprintOf,
  itemId,
  tenantItemId,
} from '../../shared/core/projections/keys.js';
import type { LedgerStore } from '../../shared/ports.js';
import { foldEvents, foldUntil } from '../../shared/usecases/log/fold.js';
import { evidenceOf, start, tenantId } from '../laws/tenant-events.js';

export { start };

export const person = (n: number): string => `psn:${String(n).padStart(32, '0')}`;

type Options = Parameters<typeof evidenceOf>[4] & {
  /** When it happened, if not when it came in. */
  time?: number;
  unfoldable?: string;
};

/** A mail of the report that `requested` asks for. */
export const mail = {
  report: 'report-1',
  operation: 'operation-1',
  recipient: person(5),
  provider: 'acs' as const,
};
/** Somebody asked for a report to one recipient, which needs no approval. @returns its evidence id */
export const requested = (told: ReturnType<typeof newTold>): Promise<string> =>
  told.tell(
    'report.requested',
    {
      report: mail.report,
      reportType: 'ciso',
      actor: person(1),
      recipients: [mail.recipient],
      approvalRequired: false,
      period: { from: instantOf(start), to: instantOf(start), zone: 'UTC' },
    },
    { sourceId: 'aispm' },
  );

/** One tenant's log, told event by event at instants the test chooses. */
export function newTold() {
  const ledger: LedgerStore = memoryLedger();
  let now = start;
  let told = 0;

  const read = async (id: string): Promise<LedgerDocument | null> =>
    (await ledger.read([id])).get(id) ?? null;
  const one = async <K extends LedgerDocument['kind']>(kind: K, id: string) => {
    const found = await read(id);
    if (found?.kind !== kind) throw new Error(`${id} is not in the ledger`);
    return found as Extract<LedgerDocument, { kind: K }>;
  };

  return {
    ledger,
    now: () => now,
    /** Moves the clock; nothing is folded by it. */
    at(instant: number): void {
      now = instant;
    },
    /** Moves the clock and lets happen what is due by then. */
    async passTo(instant: number): Promise<void> {
      now = instant;
      await foldUntil({ ledger, now: () => now }, now);
    },
    /** One event comes in now. @returns its evidence id. */
    async tell<N extends EventName>(name: N, data: EventData<N>, options: Options = {}): Promise<string> {
      const { time = now, unfoldable, ...rest } = options;
      const evidence = evidenceOf(name, data, time, `told-${told++}`, rest);
      await foldEvents({ ledger, now: () => now }, [
        { evidence, ...(unfoldable === undefined ? {} : { unfoldable }) },
      ]);
      return evidence.id;
    },
    item: (kind: ItemKind, name: string): Promise<Item> => one('item', itemId(kind, name)),
    tenantItem: (): Promise<Item> => one('item', tenantItemId),
    operation: (kind: 'connector' | 'incident' | 'review', name: string): Promise<Item> =>
      one('item', itemId(kind, name)),
    approval: (name: string): Promise<Approval> => one('approval', approvalId(name)),
    finding: (rule: string, subject: string, control?: string): Promise<Finding> =>
      one('finding', findingId(fingerprintOf(rule, subject, control))),
    async findings(): Promise<Finding[]> {
      const page = await ledger.list({ kind: 'finding', limit: 200 });
      return page.items.filter((d): d is Finding => d.kind === 'finding');
    },
    async stateOf(kind: ItemKind, name: string, control: string): Promise<string | undefined> {
      return (await one('item', itemId(kind, name))).states[control]?.state;
    },
    async posture(): Promise<Posture> {
      const summary = await read('summary');
      return postureOf(
        tenantId,
        summary?.kind === 'summary' ? summary : { id: 'summary', kind: 'summary', counts: {}, totals: {} },
      );
    },
    async clock(): Promise<number> {
      return millisOf((await one('head', 'head')).clock);
    },
  };
}

/** A destructive command of an agent, blocked, unless said otherwise. */
export const command = (
  change: Partial<EventData<'decision.recorded'>> = {},
): EventData<'decision.recorded'> => ({
  decision: 'block',
  mode: 'enforce',
  policy: { id: 'baseline', version: '1', rule: 'commands' },
  surface: 'command',
  risks: ['destructive'],
  agent: 'builder',
  severity: 'high',
  ran: false,
  ...change,
});
