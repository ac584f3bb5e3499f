import { cast } from '../../infra/local/demo/cast.js';
import type { Party, Service } from '../../infra/local/demo/service.js';
import { quarterNow } from '../reviews/signed-off.js';

/** The quarter that runs when this begins, and stays the one that is looked at. */
export const quarter = quarterNow(Date.now());

type SignOffs = { signOffs: { name: string; role: string }[] };
const parties: readonly Party[] = Object.values(cast);

/** What the demo does not leave behind: drills, a schedule of two people, a management response, a quarter signed off and archived. */
export async function furnish(service: Service): Promise<void> {
  const post = <T>(who: Party, path: string, body: object): Promise<T> =>
    service.ask<T>(who, 'POST', path, body);
  await runDrill(post, 6);
  await runDrill(post, 1);
  const schedule = { id: 'ciso-monthly', report: 'ciso', cadence: 'monthly' };
  const change = { change: { kind: 'schedule', schedule }, reason: 'The CISO reads it each month' };
  const { id } = await post<{ id: string }>(cast.operator, '/delivery-changes', change);
  await post(cast.approver, `/delivery-changes/${id}/approve`, {});
  await post(cast.operator, '/controls/evidence-signed/responses', {
    from: new Date(Date.now() - 30 * 86_400_000).toISOString(),
    until: new Date().toISOString(),
    stance: 'agrees',
    owner: cast.operator.subject,
    dueAt: new Date(Date.now() + 7 * 86_400_000).toISOString(),
    cause: 'A runtime was set up without its key.',
    action: 'Each runtime gets its key before it starts.',
  });
  await ask(post);
  await signOff(service, post);
}

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

/** Limits that two people approved, and something of every kind that still waits for its second person. */
async function ask(post: Post): Promise<void> {
  const limits = {
    limits: { K04: { target: 98, limit: 90.5 }, K09: { target: 0, limit: 1 } },
    setBy: 'Risk committee of the board',
    setOn: inDays(-7).slice(0, 10),
    expiresAt: inDays(300),
    reason: 'Minutes of the last meeting, item 4',
  };
  const asked = await post<{ id: string }>(cast.operator, '/appetite/requests', limits);
  await post(cast.approver, `/appetite/requests/${asked.id}/approve`, {});
  await post(cast.operator, '/appetite/requests', { ...limits, setBy: 'Board', reason: 'Item 9' });
  await post(cast.operator, '/controls/destructive-commands/overrides', {
    reason: 'The payments builder has no shell any more; its pipeline runs what it writes',
    expiresAt: inDays(60),
    applicable: false,
    items: ['agent:payments-builder'],
  });
  const change = { kind: 'domain', domain: 'auditors.example', until: inDays(90) };
  await post(cast.operator, '/delivery-changes', {
    change,
    reason: 'The auditors ask for the packet by mail',
  });
}

type Post = <T>(who: Party, path: string, body: object) => Promise<T>;

/** A drill of so many steps; one that was gone through is closed. */
async function runDrill(post: Post, count: number): Promise<void> {
  type Running = { drill: string; steps: { step: string }[] };
  const { drill, steps } = await post<Running>(cast.operator, '/drills', {});
  for (const { step } of steps.slice(0, count))
    await post(cast.operator, `/drills/${drill}/steps/${step}`, { notes: 'done as the script has it' });
  if (count === steps.length)
    await post(cast.operator, `/drills/${drill}/close`, {
      followUps: ['name a deputy for each tool’s owner'],
    });
}

/** Everything of the quarter, each by its role: the sections of the review before the review. */
async function signOff(service: Service, post: Post): Promise<void> {
  const path = `/archives/${quarter}`;
  const { signOffs } = await service.ask<SignOffs>(cast.auditor, 'GET', path);
  const { items } = await service.ask<{ items: { id: string }[] }>(cast.auditor, 'GET', '/evidence?limit=1');
  const evidenceIds = items.map((event) => event.id);
  const last = (name: string): number => Number(name === 'customer_operating_review');
  for (const { name, role } of [...signOffs].sort((a, b) => last(a.name) - last(b.name))) {
    const who = parties.find((party) => party.role === role);
    if (who === undefined) throw new Error(`nobody in the demo has the role ${role}`);
    await post(who, `${path}/sign-offs/${name}`, { notes: 'looked at and found so', evidenceIds });
  }
  await post(cast.operator, `${path}/close`, {});
}
