import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Approver } from './approvals.js';
import { cast } from './cast.js';
import { onboard, sumOf } from './onboard.js';
import { postEvidence, type Receipts } from './outbox.js';
import type { Service } from './service.js';
import { openPseudonyms, type SignedEvent } from './signer.js';
import { runWorkload, type WorkloadResult } from './workload.js';

export type Gathered = {
  workload: WorkloadResult;
  /** Ids of all events the service has: what the runtimes sent, and what the CAVRA documents became. */
  admitted: string[];
  /** Of these, the CAVRA documents'. */
  sample: string[];
  /** The answer to what was sent twice, and forged, on purpose. */
  onPurpose: Receipts;
  /** Changes of the tenant that became evidence. */
  changes: number;
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
  const sample = idsOf(await postCavra(service, folders.cavra));
  const onPurpose = await postOnPurpose(service, onboarded.inventory);
  const { changes } = onboarded;
  const reported = onboarded.receipts();
  const [refusal] = reported.rejected;
  if (refusal !== undefined)
    throw new Error(`reported evidence was rejected: ${refusal.code} ${refusal.detail}`);
  return { workload, admitted: [...idsOf(reported), ...sample], sample, onPurpose, changes };
};

/** A duplicate is there too: its first receipt was lost, or two documents say the same. */
const idsOf = ({ accepted, duplicates }: Receipts): string[] => [
  ...new Set([...accepted, ...duplicates].map(({ id }) => id)),
];

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
    const document = await readFile(join(folder, file), 'utf8');
    receipts.push(await postEvidence(service.evidenceEndpoint(cast.collector), 'application/json', document));
  }
  return sumOf(...receipts);
};

/** The inventory once more, and the inventory with one word changed under its old signature. */
const postOnPurpose = (service: Service, inventory: SignedEvent): Promise<Receipts> => {
  const forged = { ...inventory, id: `${inventory.id}-forged` };
  return postEvidence(
    service.evidenceEndpoint(cast.collector),
    'application/cloudevents-batch+json',
    JSON.stringify([inventory, forged]),
  );
};
