import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isForLoopback, readBody, sendJson, urlOf } from '../exchange.js';
import { listen } from '../listen.js';
import { openSecrets, type Secret, type Secrets, type SecretSettings, type Version } from './secrets.js';

export type KeyVault = {
  /** The vault's URL for `SecretClient`. */
  url: string;
  close(): Promise<void>;
};

type Answer = { status: number; body?: unknown };
type Call = { method: string; name: string; rest: string; url: URL; body: Record<string, unknown> };
type Vault = { url: string; token: string; secrets: Secrets };

/** Azure's limits: 25,600 bytes a value, 25 entries a page. */
const valueLimit = 25_600;
const pageLimit = 25;

/**
 * Stands in for the secrets of one Azure Key Vault (REST, api-version 7.x) for the real
 * `@azure/keyvault-secrets` 4.11.2: latest and by version, set, enable and disable, versions, list with paging, soft delete and
 * purge. Whatever else a vault does is answered 501 by name. Nothing is encrypted: this guards no secret.
 *
 * The client needs, for plain HTTP on loopback and nowhere else:
 * - `allowInsecureConnection: true`, or it refuses to send a token without TLS;
 * - `disableChallengeResourceVerification: true`, or it refuses a challenge for `https://vault.azure.net`
 *   from a host that does not end in `.vault.azure.net`;
 * - a credential that returns the token given here, for example `{ getToken: async () => ({ token,
 *   expiresOnTimestamp: Date.now() + 3_600_000 }) }`.
 */
export const startKeyVault = async (options: {
  port: number;
  directory: string;
  token: string;
}): Promise<KeyVault> => {
  const secrets = openSecrets(options.directory);
  const server = createServer((request, response) => {
    respond(request, response, { url, token: options.token, secrets }).catch(() => response.destroy());
  });
  const listening = await listen(server, options.port, 'the Key Vault stand-in');
  const url = `http://127.0.0.1:${listening.port}`;
  return { url, close: () => listening.close() };
};

const respond = async (request: IncomingMessage, response: ServerResponse, vault: Vault): Promise<void> => {
  const bytes = await readBody(request, 256 * 1024);
  if (!isForLoopback(request))
    return sendJson(response, 403, problem('Forbidden', 'Not addressed to loopback.'));
  const refusal = challenge(request.headers.authorization, vault.token);
  if (refusal !== undefined) {
    const body = problem('Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.');
    return sendJson(response, 401, body, { 'www-authenticate': refusal });
  }
  const body = bytes === undefined ? undefined : parseObject(bytes);
  const answer =
    body === undefined
      ? badParameter('The request body is not a JSON object of acceptable size.')
      : route(vault, request, body);
  if (answer.body === undefined) response.writeHead(answer.status).end();
  else sendJson(response, answer.status, answer.body);
};

/**
 * The handshake the client opens with: its first request carries neither token nor body, and only this
 * header tells it which resource to get a token for.
 */
const challenge = (authorization: string | undefined, token: string): string | undefined => {
  if (authorization !== undefined && sameText(authorization, `Bearer ${token}`)) return undefined;
  const base =
    'Bearer authorization="https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000", ' +
    'resource="https://vault.azure.net"';
  return authorization === undefined ? base : `${base}, error="invalid_token"`;
};

/** Compares digests, so that neither length nor content shows in the time it takes. */
const sameText = (left: string, right: string): boolean =>
  timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest());

const route = (vault: Vault, request: IncomingMessage, body: Record<string, unknown>): Answer => {
  const url = urlOf(request);
  const [collection = '', name = '', rest = '', ...more] = url.pathname.split('/').slice(1);
  const method = request.method ?? '';
  const call: Call = { method, name, rest, url, body };
  if (name !== '' && !/^[0-9a-zA-Z-]{1,127}$/.test(name)) {
    return badParameter(`The request URI contains an invalid name: ${name}`);
  }
  const answer = more.length > 0 ? undefined : answerOf(vault, collection, call);
  return (
    answer ?? {
      status: 501,
      body: problem('NotSupported', `${method} ${url.pathname} is not in this stand-in.`),
    }
  );
};

const answerOf = (vault: Vault, collection: string, call: Call): Answer | undefined => {
  const shape = `${call.method} ${collection}${call.name === '' ? '' : '/name'}${call.rest === '' ? '' : '/rest'}`;
  switch (shape) {
    case 'PUT secrets/name':
      return setSecret(vault, call);
    case 'GET secrets/name':
      return getSecret(vault, call);
    case 'GET secrets/name/rest':
      return call.rest === 'versions' ? listVersions(vault, call) : getSecret(vault, call);
    case 'PATCH secrets/name/rest':
      return updateSecret(vault, call);
    case 'GET secrets':
      return list(vault, call, false);
    case 'DELETE secrets/name':
      return deleteSecret(vault, call);
    case 'GET deletedsecrets':
      return list(vault, call, true);
    case 'GET deletedsecrets/name':
      return getDeleted(vault, call);
    case 'DELETE deletedsecrets/name':
      return purge(vault, call);
    default:
      return undefined;
  }
};

const setSecret = (vault: Vault, { name, body }: Call): Answer => {
  if (typeof body.value !== 'string' || Buffer.byteLength(body.value) > valueLimit) {
    return badParameter(`The property "value" must be text of at most ${valueLimit} bytes.`);
  }
  if (vault.secrets.find(name)?.deletedAt !== undefined) {
    const message = `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused.`;
    return { status: 409, body: problem('Conflict', message, 'ObjectIsDeletedButRecoverable') };
  }
  const version = vault.secrets.add(name, body.value, settingsOf(body));
  return { status: 200, body: { value: version.value, ...describe(vault, name, version) } };
};

const settingsOf = (body: Record<string, unknown>): SecretSettings => {
  const { contentType, tags, attributes } = body as SecretSettings;
  return {
    ...(contentType === undefined ? {} : { contentType }),
    ...(tags === undefined ? {} : { tags }),
    ...(attributes === undefined ? {} : { attributes }),
  };
};

const getSecret = (vault: Vault, { name, rest }: Call): Answer => {
  const secret = live(vault, name);
  const version =
    rest === '' ? secret?.versions.at(-1) : secret?.versions.find((one) => one.version === rest);
  if (version === undefined) return notFound(rest === '' ? name : `${name}/${rest}`);
  if (version.attributes?.enabled === false) {
    const message = 'Operation get is not allowed on a disabled secret.';
    return { status: 403, body: problem('Forbidden', message, 'SecretDisabled') };
  }
  return { status: 200, body: { value: version.value, ...describe(vault, name, version) } };
};

/** Attributes of one version; those that the body does not name stay. Never its value. */
const updateSecret = (vault: Vault, { name, rest, body }: Call): Answer => {
  const secret = live(vault, name);
  const version =
    secret === undefined ? undefined : vault.secrets.update(secret.name, rest, settingsOf(body));
  return version === undefined
    ? notFound(`${name}/${rest}`)
    : { status: 200, body: describe(vault, name, version) };
};

const listVersions = (vault: Vault, call: Call): Answer => {
  const secret = live(vault, call.name);
  if (secret === undefined) return notFound(call.name);
  return page(
    vault,
    call,
    secret.versions.map((version) => describe(vault, secret.name, version)),
  );
};

const list = (vault: Vault, call: Call, deleted: boolean): Answer =>
  page(
    vault,
    call,
    vault.secrets.list(deleted).map((secret) => summary(vault, secret)),
  );

const deleteSecret = (vault: Vault, { name }: Call): Answer => {
  const deleted = live(vault, name) === undefined ? undefined : vault.secrets.markDeleted(name);
  return deleted === undefined ? notFound(name) : { status: 200, body: summary(vault, deleted) };
};

const getDeleted = (vault: Vault, { name }: Call): Answer => {
  const secret = vault.secrets.find(name);
  return secret?.deletedAt === undefined ? notFound(name) : { status: 200, body: summary(vault, secret) };
};

const purge = (vault: Vault, { name }: Call): Answer => {
  if (vault.secrets.find(name)?.deletedAt === undefined) return notFound(name);
  vault.secrets.purge(name);
  return { status: 204 };
};

const live = (vault: Vault, name: string): Secret | undefined => {
  const secret = vault.secrets.find(name);
  return secret?.deletedAt === undefined ? secret : undefined;
};

/** The identifier carries the version, the attributes carry times in seconds; never a value. */
const describe = (vault: Vault, name: string, version: Version): Record<string, unknown> => ({
  id: `${vault.url}/secrets/${name}/${version.version}`,
  ...(version.contentType === undefined ? {} : { contentType: version.contentType }),
  ...(version.tags === undefined ? {} : { tags: version.tags }),
  attributes: {
    enabled: true,
    ...version.attributes,
    created: version.created,
    updated: version.created,
    recoveryLevel: 'Recoverable+Purgeable',
    recoverableDays: 90,
  },
});

/** A secret in a list: the latest version's properties under an identifier without version. */
const summary = (vault: Vault, secret: Secret): Record<string, unknown> => {
  const latest = secret.versions.at(-1);
  const id = `${vault.url}/secrets/${secret.name}`;
  const properties = latest === undefined ? {} : describe(vault, secret.name, latest);
  if (secret.deletedAt === undefined) return { ...properties, id };
  const recoveryId = `${vault.url}/deletedsecrets/${secret.name}`;
  const scheduledPurgeDate = secret.deletedAt + 90 * 24 * 3600;
  return { ...properties, id, recoveryId, deletedDate: secret.deletedAt, scheduledPurgeDate };
};

const page = (vault: Vault, { url }: Call, entries: unknown[]): Answer => {
  const wanted = Number(url.searchParams.get('maxresults') ?? pageLimit);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > pageLimit) {
    return badParameter(`maxresults must lie between 1 and ${pageLimit}.`);
  }
  const from = Number(url.searchParams.get('$skiptoken') ?? 0);
  const next = new URL(url.pathname + url.search, vault.url);
  next.searchParams.set('$skiptoken', String(from + wanted));
  const nextLink = from + wanted < entries.length ? next.href : null;
  return { status: 200, body: { value: entries.slice(from, from + wanted), nextLink } };
};

const parseObject = (bytes: Buffer): Record<string, unknown> | undefined => {
  if (bytes.length === 0) return {};
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
};

const problem = (code: string, message: string, inner?: string): unknown => ({
  error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) },
});

const badParameter = (message: string): Answer => ({ status: 400, body: problem('BadParameter', message) });

const notFound = (name: string): Answer => {
  const message =
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret ` +
    'you may be able to recover it using the correct recovery command.';
  return { status: 404, body: problem('SecretNotFound', message) };
};
