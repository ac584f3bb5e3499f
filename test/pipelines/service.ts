import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call that a pipeline's service received. */
export type Received = { method: string; path: string; authorization: string; body: string };
/** How a call is answered: a status with a JSON body, or `never` for no answer at all. */
export type Script = (call: Received) => { status: number; body?: unknown } | 'never' | 'drop';

export type PipelineService = {
  url: string;
  received: Received[];
  /** Calls whose path holds the text. */
  to: (text: string) => Received[];
  answer: (script: Script) => void;
  close: () => Promise<void>;
};

const read = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
};

/** The documented answers of Azure Pipelines and GitHub to what a check or a rule sends. */
const documented: Script = ({ path }) => {
  if (/\/logs\?/.test(path)) return { status: 200, body: { id: 7, path: 'logs' } };
  if (path.endsWith('/access_tokens'))
    return { status: 201, body: { token: 'ghs_installation', expires_at: '2026-06-01T13:00:00Z' } };
  return { status: path.includes('/events?') || path.includes('protection_rule') ? 204 : 200, body: {} };
};

/** A server on this machine that speaks what the two services document, and misbehaves when told to. */
export async function startPipelineService(): Promise<PipelineService> {
  const received: Received[] = [];
  let script: Script = documented;
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization ?? '',
      body: await read(request),
    };
    received.push(call);
    const answer = script(call);
    if (answer === 'never') return;
    if (answer === 'drop') return void response.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.status === 204 ? undefined : JSON.stringify(answer.body ?? {}));
  };
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    to: (text) => received.filter(({ path }) => path.includes(text)),
    answer: (next) => {
      script = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const ids = {
  project: '11111111-1111-4111-8111-111111111111',
  plan: '22222222-2222-4222-8222-222222222222',
  job: '33333333-3333-4333-8333-333333333333',
  task: '44444444-4444-4444-8444-444444444444',
  timeline: '55555555-5555-4555-8555-555555555555',
} as const;

/** The default headers of the task AzureFunction, as Azure Pipelines fills them in. */
export const checkHeaders = (planUrl: string): Record<string, string> => ({
  planurl: planUrl,
  projectid: ids.project,
  hubname: 'Checks',
  planid: ids.plan,
  jobid: ids.job,
  timelineid: ids.timeline,
  taskinstanceid: ids.task,
  authtoken: 'eyJhbGciOiJSUzI1NiJ9.planted-job-token.signature',
});

/** The webhook of a deployment that waits. */
export const deploymentEvent = (
  api: string,
  change: Record<string, unknown> = {},
): Record<string, unknown> => ({
  action: 'requested',
  environment: 'prod',
  event: 'push',
  sha: '9c1e0f4b2d6a8c7e5f3a1b9d8c7e6f5a4b3c2d1e',
  deployment_callback_url: `${api}/repos/acme/payments/actions/runs/42/deployment_protection_rule`,
  deployment: null,
  repository: { id: 1, full_name: 'acme/payments' },
  installation: { id: 99, node_id: 'x' },
  sender: { login: 'someone' },
  ...change,
});
