import { z } from 'zod';

import type { PipelineSettings } from '../../../schemas/pipelines.js';
import type { Readiness } from '../../../schemas/readiness.js';
import { Refusal } from '../kernel/refusal.js';
import { foundBehind } from './verify-answer.js';

/*
 * The "Invoke Azure Function" check of Azure Pipelines in callback mode (task AzureFunction, default headers). Nothing in
 * it is signed: what it names is a claim, so only organizations of the tenant's own list are ever called.
 */

/** Where a check is to be answered. The token is not part of it: it is a secret with a life of its own. */
export type AzureCheck = {
  /** `https://dev.azure.com/acme`, without a slash at its end. */
  planUrl: string;
  projectId: string;
  hub: string;
  planId: string;
  jobId: string;
  taskInstanceId: string;
  /** Absent where the check does not send it: then there is no log, only the outcome. */
  timelineId?: string;
};

const guidSchema = z.guid().transform((id) => id.toLowerCase());
const headersSchema = z.object({
  planurl: z.string().max(500),
  projectid: guidSchema,
  hubname: z.string().regex(/^(build|release|gates|checks)$/i),
  planid: guidSchema,
  jobid: guidSchema,
  taskinstanceid: guidSchema,
  timelineid: guidSchema.optional(),
  // The job access token is a JWT; anything that could end the header it is sent in is not one.
  authtoken: z.string().regex(/^[\w.~+/=-]{16,16384}$/),
});

/**
 * The check and its token from a request's headers (names in lower case).
 * @param service base of Azure DevOps Services, `https://dev.azure.com`
 * @throws Refusal `invalid_request` naming each header that is missing or wrong, or that the organization is not listed
 */
export function azureCheckOf(
  headers: Readonly<Record<string, string>>,
  { azureOrganizations }: PipelineSettings,
  service: string,
): { check: AzureCheck; token: string } {
  const parsed = headersSchema.safeParse(headers);
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))];
    throw new Refusal(
      'invalid_request',
      `headers of the check that are missing or wrong: ${names.join(', ')}`,
    );
  }
  const { planurl, projectid, hubname, planid, jobid, taskinstanceid, timelineid, authtoken } = parsed.data;
  const planUrl = organizationUrl(planurl, azureOrganizations, service);
  if (planUrl === null)
    throw new Refusal('invalid_request', 'PlanUrl is not that of an organization this tenant lists');
  const check: AzureCheck = {
    planUrl,
    projectId: projectid,
    hub: hubname.toLowerCase(),
    planId: planid,
    jobId: jobid,
    taskInstanceId: taskinstanceid,
    ...(timelineid === undefined ? {} : { timelineId: timelineid }),
  };
  return { check, token: authtoken };
}

/** The two forms of an organization's address, each rebuilt from the listed name: nothing of the claim itself is called. */
function organizationUrl(claimed: string, organizations: readonly string[], service: string): string | null {
  const bare = claimed.replace(/\/$/, '').toLowerCase();
  const candidates = organizations.flatMap((name) => [
    `${service.replace(/\/$/, '')}/${name}`,
    `https://${name}.visualstudio.com`,
  ]);
  return candidates.find((url) => url.toLowerCase() === bare) ?? null;
}

/** Addresses and bodies of what is posted to Azure Pipelines for a check. */
export function azureCalls(check: AzureCheck) {
  const { planUrl, projectId, hub, planId, jobId, taskInstanceId, timelineId } = check;
  const plan = `${planUrl}/${projectId}/_apis/distributedtask/hubs/${hub}/plans/${planId}`;
  return {
    completed: (result: 'succeeded' | 'failed') => ({
      method: 'POST' as const,
      url: `${plan}/events?api-version=2.0-preview.1`,
      body: { name: 'TaskCompleted', taskId: taskInstanceId, jobId, result },
    }),
    createLog: () => ({
      method: 'POST' as const,
      url: `${plan}/logs?api-version=4.1`,
      body: { path: `logs\\${taskInstanceId}` },
    }),
    appendLog: (logId: number) => ({
      method: 'POST' as const,
      url: `${plan}/logs/${logId}?api-version=4.1`,
    }),
    /** Ties the log to the task's record, so that the run's page shows it. Null without a timeline. */
    attachLog: (logId: number) =>
      timelineId === undefined
        ? null
        : {
            method: 'PATCH' as const,
            url: `${plan}/timelines/${timelineId}/records?api-version=4.1`,
            body: {
              count: 1,
              value: [{ id: taskInstanceId, log: { id: logId, path: `logs\\${taskInstanceId}` } }],
            },
          },
  };
}

/** A line of a pipeline's log holds at most this many characters. */
const lineLimit = 1024;

/** What the run's log says: verdict first, then each blocker with its meaning, what removes it and who can. */
export function gateLogLines(answer: Readiness): string[] {
  const { target, release, releaseDigest, asOf, position, blockers, checks, decision } = answer;
  const ready = blockers.length === 0;
  return [
    `${ready ? 'Ready' : 'Not ready'} for ${target}${release === null ? '' : `: ${release}`}${releaseDigest === null ? '' : ` (${releaseDigest})`}, as of ${asOf}, log position ${position}.`,
    ...blockers.flatMap(({ id, title, meaning, resolution, owner }) => [
      `${title} (${id})`,
      `  why:     ${meaning}`,
      `  found:   ${foundBehind(checks, id)}`,
      `  resolve: ${resolution}`,
      `  who can: ${owner}`,
    ]),
    `The decision is recorded as ${decision ?? 'nothing'} and signed.`,
  ].map((line) => line.replace(/[\r\n]+/g, ' ').slice(0, lineLimit));
}
