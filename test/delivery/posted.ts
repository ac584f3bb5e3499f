import { pseudonymOf } from '../../shared/core/ingest/people.js';
import type { MailOperation } from '../../shared/core/delivery/operation.js';
import type { MailMessage, MailProvider, SendOutcome } from '../../shared/ports.js';
import { decideReport } from '../../shared/usecases/reports/decide-report.js';
import { planDelivery } from '../../shared/usecases/reports/deliver-report.js';
import { freezeReport } from '../../shared/usecases/reports/freeze-report.js';
import { renderReport } from '../../shared/usecases/reports/render-report.js';
import { operationRecordId, type ReportDeps } from '../../shared/usecases/reports/report-record.js';
import { requestReport } from '../../shared/usecases/reports/request-report.js';
import { processWith, type Process } from '../faults/dying.js';
import { newWorld, reportDeps, servicesOf, tenantId, type World } from '../faults/story.js';

export { tenantId };

/** What happens to one send: whether the mail leaves, and what its sender learns. */
export type Fate = { leaves: boolean; told: SendOutcome };
export const accepted: Fate = { leaves: true, told: { status: 'accepted' } };

/** A provider that never deduplicates: every send that leaves is a mail. It knows exactly the operations that left. */
export type Post = MailProvider & { readonly sent: MailMessage[]; fate: Fate };
export function newPost(): Post {
  const sent: MailMessage[] = [];
  const post: Post = {
    name: 'acs',
    sender: 'example.com',
    transport: 'tls',
    afterLoss: 'ask',
    sent,
    fate: accepted,
    send(message) {
      if (post.fate.leaves) sent.push(message);
      return Promise.resolve(post.fate.told);
    },
    status: (id) => Promise.resolve(sent.some((m) => m.operationId === id) ? 'succeeded' : null),
  };
  return post;
}

export type Posted = {
  world: World;
  post: Post;
  reportId: string;
  operationIds: string[];
  /** Report steps of one process over the world. */
  deps: (process?: Process) => ReportDeps;
  operation: (id: string) => Promise<MailOperation | null>;
  /** Pseudonym of an address. */
  personOf: (address: string) => Promise<string>;
};

/** A report, of a new world or one that is there, that is approved and about to be delivered to two recipients; nothing has been sent. */
export async function aboutToDeliver(before?: World, nonce = 'nov'): Promise<Posted> {
  const world = before ?? (await newWorld());
  const post = newPost();
  const deps = (process = processWith(null)): ReportDeps => ({
    ...reportDeps(servicesOf(world, process)),
    mail: process.wrap('mail', post),
  });
  const { tenant } = (await world.stores.open(tenantId).tenant.get()) ?? {};
  if (!tenant) throw new Error('the tenant is not there');
  const caller = { subject: 'operator' };
  const record = await requestReport(deps(), tenant, caller, { type: 'ciso' }, nonce);
  await freezeReport(deps(), record.id);
  await renderReport(deps(), record.id);
  await decideReport(deps(), record.id, 'approved', 'approver');
  const { operationIds } = await planDelivery(deps(), record.id);
  return {
    world,
    post,
    reportId: record.id,
    operationIds,
    deps,
    operation: async (id) =>
      (await world.stores.open(tenantId).records.get<MailOperation>(operationRecordId(id)))?.value ?? null,
    personOf: async (address) => pseudonymOf(await world.keys.macKey(tenantId), address),
  };
}
