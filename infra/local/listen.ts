import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Listening = {
  port: number;
  /** Stops accepting, drops what is still connected, and resolves when no handle is left. Safe to call twice. */
  close(): Promise<void>;
};

/**
 * Binds a server to 127.0.0.1 and nowhere else: no stand-in is safe to meet from another machine.
 * Port 0 takes any free port. A port in use rejects with a message that names the port and what wanted it.
 */
export const listen = (server: Server, port: number, what: string): Promise<Listening> =>
  new Promise((resolve, reject) => {
    // Idle connections stay open. A client on a busy machine may come back late, and must not write into one that was closed
    // a moment ago: `fetch` does not send again, and says no more than that it failed.
    server.keepAliveTimeout = 0;
    const refuse = (error: NodeJS.ErrnoException): void => {
      reject(error.code === 'EADDRINUSE' ? new Error(portInUse(port, what), { cause: error }) : error);
    };
    server.once('error', refuse);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', refuse);
      resolve({ port: (server.address() as AddressInfo).port, close: () => closeServer(server) });
    });
  });

const portInUse = (port: number, what: string): string =>
  `Port ${port} on 127.0.0.1 is already in use, and ${what} needs it. Stop what holds it or choose another port.`;

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    if (!server.listening) return resolve();
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });

let taken = 0;

/**
 * A free port for a server that is stopped and started again. It lies below the range from which systems give ports away, so
 * that meanwhile no other server on port 0 and no client's connection comes by it, and no two processes try the same ones.
 */
export const lastingPort = async (): Promise<number> => {
  for (;;) {
    const port = 20_000 + (process.pid % 100) * 100 + (taken++ % 100);
    const claim = await listen(createServer(), port, 'a server').catch(() => null);
    if (claim === null) continue;
    await claim.close();
    return port;
  }
};
