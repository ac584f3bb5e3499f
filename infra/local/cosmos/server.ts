import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authenticate, EMULATOR_KEY } from './authentication.js';
import { openDatabase } from './database.js';
import { openFaults, type Fault } from './faults.js';
import { badRequest, CosmosProblem, tooLarge } from './problem.js';
import { readCharge } from './request-charge.js';
import { problemBody, type Answer, type Incoming, type Work } from './http.js';
import { openRouter } from './routes.js';

export type { CosmosRequest, Fault } from './faults.js';

/** A running stand-in. `charges` are keyed by `${container}:${operation}`. */
export type CosmosStandIn = {
  endpoint: string;
  key: string;
  addFault(fault: Fault): () => void;
  clearFaults(): void;
  charges(): Record<string, { count: number; requestUnits: number }>;
  resetCharges(): void;
  close(): Promise<void>;
};

/** Bytes of a request that are read before it is refused: a batch may carry 2 MB of bodies and their envelope. */
const MOST_REQUEST_BYTES = 4 * 1024 * 1024;

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer; // as: a stream without an encoding gives buffers
    size += bytes.length;
    // The rest is read and thrown away, so that the sender gets the answer and not a broken connection.
    if (size <= MOST_REQUEST_BYTES) chunks.push(bytes);
  }
  if (size > MOST_REQUEST_BYTES) throw tooLarge();
  return Buffer.concat(chunks).toString('utf8');
};

const problemAnswer = (error: unknown): Answer => {
  const problem =
    error instanceof CosmosProblem
      ? error
      : error instanceof URIError
        ? badRequest('The path is not well encoded.')
        : new CosmosProblem(500, `The Cosmos DB stand-in failed: ${String(error)}`);
  if (problem.status === 500) console.error(error);
  return {
    status: problem.status,
    headers: problem.substatus === 0 ? {} : { 'x-ms-substatus': String(problem.substatus) },
    body: problemBody(problem),
    charge: readCharge(0),
  };
};

const faultAnswer = (effect: { status: 408 | 429 | 503; retryAfterMs?: number }): Answer => ({
  ...problemAnswer(
    new CosmosProblem(effect.status, 'A fault was asked for.', effect.status === 429 ? 3200 : 0),
  ),
  headers: {
    ...(effect.status === 429 ? { 'x-ms-substatus': '3200' } : {}),
    ...(effect.retryAfterMs === undefined ? {} : { 'x-ms-retry-after-ms': String(effect.retryAfterMs) }),
  },
  charge: 0,
});

const send = (response: ServerResponse, answer: Answer): void => {
  const body = answer.status === 204 || answer.status === 304 ? undefined : (answer.body ?? '');
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'x-ms-request-charge': String(answer.charge),
    'x-ms-activity-id': randomUUID(),
    'x-ms-version': '2020-07-15',
    ...answer.headers,
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  });
  response.end(body);
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new Error(`Cosmos DB stand-in: port ${port} on 127.0.0.1 is already in use.`, { cause: error })
          : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });

type Tally = Map<string, { count: number; requestUnits: number }>;

/** Does the work and counts what it cost. */
const carryOut = ({ request, run }: Work, tally: Tally): Answer => {
  let answer: Answer;
  try {
    answer = run();
  } catch (error) {
    answer = problemAnswer(error);
  }
  const name = `${request.container}:${request.operation}`;
  const sum = tally.get(name) ?? { count: 0, requestUnits: 0 };
  tally.set(name, { count: sum.count + 1, requestUnits: sum.requestUnits + answer.charge });
  return answer;
};

/** The answer under a fault, or undefined if the fault drops the connection. */
const meetFault = async (
  effect: Fault['effect'] | undefined,
  work: Work,
  tally: Tally,
): Promise<Answer | undefined> => {
  if (!effect) return carryOut(work, tally);
  if ('status' in effect) return faultAnswer(effect);
  if ('drop' in effect) {
    if (effect.drop === 'after') carryOut(work, tally);
    return undefined;
  }
  if (effect.when === 'before') await effect.call(work.request);
  const answer = carryOut(work, tally);
  if (effect.when === 'after') await effect.call(work.request);
  return answer;
};

const readRequest = async (request: IncomingMessage): Promise<Incoming> => ({
  method: request.method ?? 'GET',
  path: (request.url ?? '/').split('?')[0] ?? '/',
  headers: request.headers,
  body: await readBody(request),
});

const checkKey = ({ method, path, headers }: Incoming, key: string): void => {
  const date = headers['x-ms-date'];
  authenticate(
    { method, path, date: typeof date === 'string' ? date : '', authorization: headers.authorization ?? '' },
    key,
  );
};

/**
 * Starts a server on 127.0.0.1 that speaks enough of the Cosmos DB REST protocol (SQL API) for `@azure/cosmos`, over
 * plain HTTP, and keeps its data in a folder. Port 0 picks a free one. Rejects if the port is taken, naming it.
 */
export async function startCosmos(options: {
  port: number;
  directory: string;
  key?: string;
}): Promise<CosmosStandIn> {
  const key = options.key ?? EMULATOR_KEY;
  const sql = openDatabase(options.directory);
  const faults = openFaults();
  const tally: Tally = new Map();
  let endpoint = '';
  const route = openRouter(sql, () => endpoint);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let answer: Answer | undefined;
    try {
      const incoming = await readRequest(request);
      checkKey(incoming, key);
      const work = route(incoming);
      answer = await meetFault(faults.meet(work.request), work, tally);
    } catch (error) {
      answer = problemAnswer(error);
    }
    if (answer) send(response, answer);
    else request.socket.destroy();
  };

  const server = createServer({ keepAlive: true }, (request, response) => void handle(request, response));
  // Idle connections stay open: closing one just as a client writes to it would look like a fault nobody asked for.
  server.keepAliveTimeout = 0;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
    sql.close();
  };
  try {
    await listen(server, options.port);
  } catch (error) {
    sql.close();
    throw error;
  }
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // as: a TCP server has an address with a port
  return {
    endpoint,
    key,
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    charges: () => Object.fromEntries([...tally].map(([name, sum]) => [name, { ...sum }])),
    resetCharges: () => tally.clear(),
    close: () => (closing ??= close()),
  };
}
