import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Approver } from './approvals.js';
import { cast } from './cast.js';
import { onboard, sumOf } from './onboard.js';
import type { Receipts } from './outbox.js';
import type { Service } from './service.js';
import { openPseudonyms, type SignedEvent } from './signer.js';
import { runWorkload, type WorkloadResult } from './workload.js';

export type Gathered = {
  workload: WorkloadResult;
  /** Everything that was posted: by the runtimes, as sample, and what was sent twice or damaged on purpose. */
  receipts: Receipts;
  /** Of these, what the CAVRA documents became. */
  sample: number;
  /** Entries of the log that the demo knows of: admitted events and changes of the tenant. */
  entries: number;
};

/** Onboards the tenant, lets the agents work, and posts the rest. Everything is acknowledged when this resolves. */
export const gatherEvidence = async (
  service: Service,
  folders: { work: string; cavra: string },
): Promise<Gathered> => {
  const run = `demo-${randomUUID().slice(0, 8)}`;
  const pseudonym = openPseudonyms();
  const onboarded = await onboard(service, run, pseudonym);
  const workload = await runWorkload({
    folder: folders.work,
    run,
    reporter: onboarded.runtime,
    requester: pseudonym('engineer on duty'),
    toolOwner: pseudonym('head of platform'),
    approver: waitingApprover(service, pseudonym('head of payments')),
  });
  const sample = await postCavra(service, folders.cavra);
  const onPurpose = await postOnPurpose(service, onboarded.inventory);
  const receipts = sumOf(onboarded.receipts(), sample, onPurpose);
  return {
    workload,
    receipts,
    sample: sample.accepted.length,
    entries: receipts.accepted.length + onboarded.changes,
  };
};

type Approvals = { items: { name: string }[] };

/** The other person looks at the service, not at the agents' machine: nothing is decided before it shows there. */
const waitingApprover = (service: Service, pseudonym: string): Approver => ({
  pseudonym,
  decide: async ({ approval, target }) => {
    await service.until(`approval ${approval} to show as pending`, 20_000, async () => {
      const { items } = await service.ask<Approvals>(cast.approver, 'GET', '/approvals?status=pending');
      return items.find(({ name }) => name === approval);
    });
    return target.endsWith('README.md') ? 'denied' : 'approved';
  },
});

/** Documents in CAVRA's contracts, from a source that is registered as sample: shown, never counted. */
const postCavra = async (service: Service, folder: string): Promise<Receipts> => {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  const receipts: Receipts[] = [];
  for (const file of files) {
    const document: unknown = JSON.parse(await readFile(join(folder, file), 'utf8'));
    receipts.push(await service.ask<Receipts>(cast.collector, 'POST', '/evidence', document));
  }
  return sumOf(...receipts);
};

/** The inventory once more, and the inventory with one word changed under its old signature. */
const postOnPurpose = async (service: Service, inventory: SignedEvent): Promise<Receipts> => {
  const forged = { ...inventory, id: `${inventory.id}-forged` };
  return service.postEvents(cast.collector, [inventory, forged]);
};
