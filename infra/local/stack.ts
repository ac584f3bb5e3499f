import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startAzurite } from './azurite.js';
import { buildSettings } from './build.js';
import { startCosmos, type CosmosStandIn } from './cosmos/server.js';
import { startHostChild, type HostChild } from './host-child.js';
import { startIssuer, type Issuer } from './issuer/server.js';
import { startKeyVault } from './key-vault/server.js';
import { lastingPort } from './listen.js';
import { startMail, type Mail } from './mail/server.js';
import { openState, stateDirectory } from './state.js';

export type Ports = Readonly<Record<'host' | 'blobs' | 'cosmos' | 'keyVault' | 'issuer' | 'mail', number>>;

/** Where `npm start` listens, as `local.settings.sample.json` has it. */
export const localPorts: Ports = {
  host: 7071,
  blobs: 10000,
  cosmos: 8081,
  keyVault: 8082,
  mail: 8083,
  issuer: 8084,
};

/** What `npm start` keeps. Below the git-ignored folder, beside what tools keep there, so that a reset is of this alone. */
export const localState = join(stateDirectory(), 'system');

/** Any free ports, for the demo and for tests. */
export const freePorts: Ports = { host: 0, blobs: 0, cosmos: 0, keyVault: 0, issuer: 0, mail: 0 };

export type StackOptions = {
  /** Folder of everything that outlives a start. */
  directory: string;
  ports: Ports;
  /** The host ended though nobody asked it to. The stand-ins stay up; `startHost` takes up where it was. */
  onHostDeath?: (how: string) => void;
  /** App settings beside those that name the stand-ins. */
  settings?: Readonly<Record<string, string>>;
};

export type Stack = {
  /** The same for the stack's life, however often the host is started again. */
  hostUrl: string;
  systemKey: string;
  masterKey: string;
  cosmos: CosmosStandIn;
  issuer: Issuer;
  mail: Mail;
  /** App settings that the host was given. */
  settings: Readonly<Record<string, string>>;
  killHost(): Promise<void>;
  startHost(): Promise<void>;
  /** Stops the host, then the stand-ins, and gives the state folder back. Safe to call twice. */
  close(): Promise<void>;
};

const audience = 'api://aispm';
const sender = 'donotreply@aispm.example';
const newKey = (): string => randomBytes(32).toString('base64url');

/** What has been started, to be stopped in the opposite order. */
type Started = { close(): Promise<void> | void }[];

/**
 * Starts the whole system on 127.0.0.1: the stand-ins, containers as the app defines them, and the compiled app in the
 * local host. Rejects, with nothing left running, when a port is in use, when the folder is in use by another start, or
 * when the app does not come up.
 */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const state = openState(options.directory);
  const started: Started = [{ close: () => state.release() }];
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= closeAll(started));
  try {
    const services = await startStandIns(options.ports, (name) => state.path(name), started);
    const dist = join(dirname(stateDirectory()), 'dist');
    const settings = { ...settingsOf(services), ...buildSettings(dist), ...options.settings };
    await prepareContainers(dist, settings);
    const keys = { master: newKey(), system: newKey() };
    const onDeath = options.onHostDeath ?? (() => undefined);
    const launch = (port: number): Promise<HostChild> =>
      startHostChild({ dist, state: state.path('host'), port, settings, keys, onDeath });
    // It is started again where it was.
    let host = await launch(options.ports.host === 0 ? await lastingPort() : options.ports.host);
    started.push({ close: () => host.stop() });
    const hostUrl = host.url;
    services.mail.setWebhook({
      url: `${hostUrl}/runtime/webhooks/EventGrid?functionName=receiveDeliveryReports&code=${keys.system}`,
    });
    return {
      cosmos: services.cosmos,
      issuer: services.issuer,
      mail: services.mail,
      hostUrl,
      systemKey: keys.system,
      masterKey: keys.master,
      settings,
      killHost: () => host.kill(),
      startHost: async () => {
        host = await launch(Number(new URL(hostUrl).port));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

const closeAll = async (started: Started): Promise<void> => {
  for (const one of started.splice(0).reverse()) await one.close();
};

type StandIns = {
  blobs: string;
  cosmos: CosmosStandIn;
  vault: { url: string; token: string };
  issuer: Issuer;
  mail: Mail;
};

const startStandIns = async (
  ports: Ports,
  folder: (name: string) => string,
  started: Started,
): Promise<StandIns> => {
  const keep = async <T extends Started[number]>(starting: Promise<T>): Promise<T> => {
    const one = await starting;
    started.push(one);
    return one;
  };
  const token = newKey();
  // Waits for all of them, so that what did start is known and stopped when another did not.
  const [azurite, cosmos, vault, issuer, mail] = await Promise.allSettled([
    keep(startAzurite({ port: ports.blobs, directory: folder('blobs') })),
    keep(startCosmos({ port: ports.cosmos, directory: folder('cosmos') })),
    keep(startKeyVault({ port: ports.keyVault, directory: folder('key-vault'), token })),
    keep(startIssuer({ port: ports.issuer, directory: folder('issuer'), audience })),
    keep(startMail({ port: ports.mail, directory: folder('mail'), senders: [sender] })),
  ]);
  return {
    blobs: partOf(valueOf(azurite).connectionString, 'BlobEndpoint'),
    cosmos: valueOf(cosmos),
    vault: { url: valueOf(vault).url, token },
    issuer: valueOf(issuer),
    mail: valueOf(mail),
  };
};

const valueOf = <T>(result: PromiseSettledResult<T>): T => {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
};

const partOf = (connectionString: string, name: string): string => {
  const part = connectionString.split(';').find((one) => one.startsWith(`${name}=`));
  if (part === undefined) throw new Error(`a connection string has no ${name}`);
  return part.slice(name.length + 1);
};

/** The app settings of `local.settings.sample.json`, with the addresses of this start. */
const settingsOf = ({ blobs, cosmos, vault, issuer, mail }: StandIns): Record<string, string> => ({
  FUNCTIONS_WORKER_RUNTIME: 'node',
  AISPM_ENVIRONMENT: 'dev',
  COSMOS__accountEndpoint: cosmos.endpoint,
  COSMOS__accountKey: cosmos.key,
  COSMOS_DATABASE: 'aispm',
  BLOB__serviceUri: blobs,
  KEY_VAULT_URI: vault.url,
  KEY_VAULT_TOKEN: vault.token,
  MAIL_ENDPOINT: mail.endpoint,
  MAIL_ACCESS_KEY: partOf(mail.connectionString, 'accesskey'),
  MAIL_SENDER: sender,
  TOKEN_ISSUER: issuer.issuer,
  TOKEN_AUDIENCE: issuer.audience,
  TOKEN_JWKS_URI: issuer.jwksUri,
});

/** In a process of its own, because the definitions are the app's and nothing here may import the app's code. */
const prepareContainers = async (dist: string, settings: Record<string, string>): Promise<void> => {
  await promisify(execFile)(process.execPath, [join(dist, 'shared/cli/prepare-local.js')], {
    env: { PATH: process.env.PATH ?? '', ...settings },
    timeout: 60_000,
  });
};
