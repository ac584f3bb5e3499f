import { isLoopbackHost } from '../exchange.js';

export type Settings = Readonly<Record<string, string>>;

export type Connection = { endpoint: string; key: string };

/** Replaces each `%NAME%` by the setting of that name. Throws, naming the setting, when it is absent. */
export function resolveSettings(text: string, settings: Settings): string {
  return text.replace(/%([^%\s]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`'%${name}%' does not resolve to a value.`);
    return value;
  });
}

/**
 * The Cosmos DB account behind a trigger's `connection`: the setting of that name with a connection string, or
 * `NAME__accountEndpoint` with `NAME__accountKey`. The real host would use its identity with the latter form; here
 * a key stands in for it, and only loopback endpoints are accepted, since this host is no place for a real account.
 */
export function cosmosConnection(name: string, settings: Settings): Connection {
  const text = settings[name];
  const endpoint =
    text === undefined ? settings[`${name}__accountEndpoint`] : partOf(text, 'AccountEndpoint');
  const key = text === undefined ? settings[`${name}__accountKey`] : partOf(text, 'AccountKey');
  if (endpoint === undefined || key === undefined) {
    throw new Error(
      `Cosmos DB connection configuration '${name}' does not exist: it needs ${name} as a connection string, ` +
        `or ${name}__accountEndpoint and ${name}__accountKey.`,
    );
  }
  if (!isLoopbackHost(new URL(endpoint).hostname)) {
    throw new Error(
      `Cosmos DB connection '${name}' leads to ${endpoint}; the local host accepts loopback only.`,
    );
  }
  return { endpoint, key };
}

function partOf(connectionString: string, name: string): string | undefined {
  const part = connectionString.split(';').find((piece) => piece.startsWith(`${name}=`));
  return part?.slice(name.length + 1);
}
