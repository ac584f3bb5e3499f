import { handlers as journeyHandlers } from '../../functions/journey.js';
import { journeyRoutes } from '../../functions/routes/journey.js';
import type { JourneyAnswer } from '../../schemas/journey.js';
import type { EventData } from '../../schemas/events/types.js';
import { journeySchema } from '../../schemas/journey.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { day, minute } from '../../shared/core/kernel/time.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import { recordStatement } from '../../shared/usecases/log/record.js';
import {
  acme,
  at,
  caller,
  collect,
  foldAll,
  openDesk,
  start,
  type Asked,
  type Desk,
  type Told,
} from '../http/desk.js';
import { decisionEvent, runtimeUri, source } from '../ingest/intake.js';
import { registerSource } from '../register-source.js';

/* A tenant on its way from a trial to production, through the routes that people use. */

export type Way = {
  desk: Desk;
  ask: (name: keyof typeof journeyRoutes, asked: Asked) => Promise<Told>;
  read: () => Promise<JourneyAnswer>;
  /** Asks for a guest's access and has another person open it. @returns the grant's id */
  admit: (body: Record<string, unknown>) => Promise<string>;
  post: (events: readonly unknown[]) => Promise<void>;
  decided: (target: 'trial' | 'pilot' | 'production', ready: boolean) => Promise<void>;
  delivered: () => Promise<void>;
  pass: (ms: number) => void;
  /** What the log holds, newest first. */
  evidence: (query: { type?: string; subject?: string }) => Promise<StoredEvidence[]>;
};

export const depsOf = (desk: Desk) => ({
  stores: desk.stores.open(acme),
  keys: desk.keys,
  clock: desk.clock,
});
const psn = `psn:${'3'.repeat(32)}`;
const digest = 'a'.repeat(64);

export async function setOut(): Promise<Way> {
  const desk = openDesk();
  let now = start;
  let said = 0;
  const deps = depsOf(desk);
  await putTenant(deps, tenantSettingsSchema.parse({ displayName: 'Acme', timeZone: 'UTC' }), 'root');
  await registerSource(deps, source({ id: 'runtime', uri: runtimeUri, eventTypes: ['runtime'] }), 'root');
  const ask = caller(desk, journeyRoutes, journeyHandlers);
  const way: Way = {
    desk,
    ask,
    read: async () => journeySchema.parse((await ask('readJourney', { token: 'viewer@acme' })).json),
    admit: async (body) => {
      const asked = await ask('requestGrant', { token: 'operator@acme', body });
      const id = String(at(asked.json, 'id'));
      way.pass(1);
      const told = await ask('approveGrant', { token: 'approver@acme', params: { grantId: id } });
      if (told.status !== 200) throw new Error(told.text);
      way.pass(1);
      return id;
    },
    post: async (events) => {
      const told = await collect(desk, events);
      if (told.status !== 202 || at(told.json, 'rejected', 0) !== undefined) throw new Error(told.text);
      await foldAll(desk);
    },
    decided: async (target, ready) => {
      const data = {
        decision: `d${(said += 1)}`,
        target,
        ready,
        blockers: [],
        digest,
        position: 1,
        actor: psn,
      };
      await recordStatement(deps, { name: 'readiness.decided', id: `decided-${said}`, data });
    },
    delivered: async () => {
      const report = `rep-${(said += 1)}`;
      const operation = '11111111-1111-4111-8111-111111111111';
      const mail = { report, operation, recipient: psn, provider: 'acs' as const };
      const requested: EventData<'report.requested'> = {
        report,
        reportType: 'delivery-validation',
        actor: psn,
        recipients: [psn],
        approvalRequired: false,
        period: { from: time(-60), to: time(0), zone: 'UTC' },
      };
      await recordStatement(deps, { name: 'report.requested', id: `${report}-requested`, data: requested });
      const sending = { ...mail, intendedAt: time(0) };
      await recordStatement(deps, { name: 'report.sending', id: `${report}-sending`, data: sending });
      const arrived = { ...mail, providerEvent: 'p1', deliveredAt: time(1) };
      await recordStatement(deps, { name: 'report.delivered', id: `${report}-delivered`, data: arrived });
    },
    pass: (ms) => desk.clock.set((now += ms)),
    evidence: async (query) => (await deps.stores.evidence.search({ ...query, limit: 100 })).items,
  };
  way.pass(10 * minute);
  return way;
}

export const time = (minutes: number): string => new Date(start + minutes * minute).toISOString();
export const days = (n: number): string => new Date(start + n * day).toISOString();
export const event = (id: string, minutes: number, type: string, data: Record<string, unknown>) => ({
  ...decisionEvent({ id, type: `aispm.${type}`, time: time(minutes) }),
  data,
});
export const acted = (id: string, minutes: number, data: Record<string, unknown>) =>
  decisionEvent({ id, time: time(minutes) }, { agent: 'builder', ...data });

/** What the labs leave that a runtime sends. */
export const labEvidence = (): unknown[] => [
  event('inv', 1, 'inventory.declared', { items: [{ kind: 'agent', id: 'builder', owner: 'Ada Lovelace' }] }),
  event('pol', 1, 'policy.published', {
    policy: 'baseline',
    version: '1',
    mode: 'enforce',
    rules: [{ rule: 'r1', controls: ['destructive-commands'] }],
  }),
  event('ses', 2, 'session.recorded', { session: 'ses-1', agent: 'builder', state: 'started' }),
  acted('d1', 3, { session: 'ses-1' }),
  event('reg', 3, 'registry.checked', { tool: 'files', registered: true, verdict: 'trusted' }),
  event('req', 4, 'approval.requested', {
    approval: 'a1',
    requestedBy: 'Ada Lovelace',
    expiresAt: time(60),
  }),
  event('dec', 5, 'approval.decided', { approval: 'a1', outcome: 'denied', decidedBy: 'Grace Hopper' }),
];
