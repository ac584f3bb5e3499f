import type { Readiness, ReadinessTarget } from '../../../schemas/readiness.js';
import { instantOf, minute, millisOf } from '../../core/kernel/time.js';
import type { AzureCheck } from '../../core/readiness/azure-check.js';
import type { Release } from '../../core/readiness/validators/facts.js';
import type { GithubDeployment } from '../../core/readiness/github-deployment.js';
import type { TenantStores } from '../../ports.js';

/*
 * A pipeline that asked and is to be answered. The record is what a run stands on: asked twice, killed at any step or
 * run again, it is decided once and told until the pipeline has taken it, or takes it no more.
 */

/** Where a pipeline is answered. The token of an Azure check is sealed, and gone from the record once it was used. */
export type PipelineRun = {
  id: string;
  target: ReadinessTarget;
  release: Release | null;
  /** Pseudonym of who asked, as the decision will name them. */
  actor: string;
  startedAt: string;
  /** Until then a blocked gate is asked again. */
  until: string;
  status: 'waiting' | 'decided' | 'told' | 'not_told';
  to:
    | { kind: 'azure'; check: AzureCheck; sealedToken: string | null }
    | { kind: 'github'; deployment: GithubDeployment };
  answer?: Readiness;
  decidedAt?: string;
  /** Why it could not be told. */
  detail?: string;
};

const recordKind = 'pipeline-run';

/** Keeps a run. The same id again is the same request again: the first stands. */
export async function keepRun(
  stores: TenantStores,
  run: Pick<PipelineRun, 'id' | 'target' | 'release' | 'actor' | 'to'>,
  now: number,
  waitMinutes: number,
): Promise<void> {
  const value: PipelineRun = {
    ...run,
    startedAt: instantOf(now),
    until: instantOf(now + waitMinutes * minute),
    status: 'waiting',
  };
  await stores.records.put(run.id, recordKind, value, null);
}

/** @throws Error for a run that was never kept: an instance is started only after its record. */
export async function runOf(stores: TenantStores, id: string): Promise<{ run: PipelineRun; etag: string }> {
  const found = await stores.records.get<PipelineRun>(id);
  if (found === null) throw new Error('there is no such run of a pipeline');
  return { run: found.value, etag: found.etag };
}

/** @returns false when another instance changed it first. */
export const saveRun = async (stores: TenantStores, run: PipelineRun, etag: string): Promise<boolean> =>
  (await stores.records.put(run.id, recordKind, run, etag)) !== null;

/** Whether a run has waited as long as it may. */
export const isOver = (run: PipelineRun, now: number): boolean => now >= millisOf(run.until);
