import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeDurably, writeDurably } from '../durable-file.js';

/** What a client may set beside the value. Times are seconds since 1970, as on the wire. */
export type SecretSettings = {
  contentType?: string;
  tags?: Record<string, string>;
  attributes?: { enabled?: boolean; nbf?: number; exp?: number };
};

export type Version = SecretSettings & { version: string; value: string; created: number };
export type Secret = { name: string; versions: Version[]; deletedAt?: number };

export type Secrets = {
  find(name: string): Secret | undefined;
  /** All secrets that are, or are not, deleted, by name. */
  list(deleted: boolean): Secret[];
  /** Adds a version and makes it the latest. On disk before it returns. */
  add(name: string, value: string, settings: SecretSettings): Version;
  /** Changes settings of one version. On disk before it returns. */
  update(name: string, version: string, settings: SecretSettings): Version | undefined;
  markDeleted(name: string): Secret | undefined;
  purge(name: string): void;
};

/** Secrets kept as one file each, so that setting one can never harm another. Names ignore case, as in Azure. */
export const openSecrets = (directory: string): Secrets => {
  mkdirSync(directory, { recursive: true });
  const fileOf = (name: string): string => join(directory, `${name.toLowerCase()}.json`);
  const find = (name: string): Secret | undefined => {
    const path = fileOf(name);
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Secret) : undefined;
  };
  const save = (secret: Secret): void => writeDurably(fileOf(secret.name), JSON.stringify(secret));
  return {
    find,
    list: (deleted) =>
      readdirSync(directory)
        .filter((file) => file.endsWith('.json'))
        .sort()
        .map((file) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as Secret)
        .filter((secret) => (secret.deletedAt !== undefined) === deleted),
    add: (name, value, settings) => {
      const secret = find(name) ?? { name, versions: [] };
      const version = {
        ...settings,
        version: randomBytes(16).toString('hex'),
        value,
        created: nowInSeconds(),
      };
      save({ ...secret, versions: [...secret.versions, version] });
      return version;
    },
    update: (name, version, settings) => {
      const secret = find(name);
      const before = secret?.versions.find((one) => one.version === version);
      if (secret === undefined || before === undefined) return undefined;
      const attributes = { ...before.attributes, ...settings.attributes };
      const after = { ...before, ...settings, attributes };
      save({ ...secret, versions: secret.versions.map((one) => (one === before ? after : one)) });
      return after;
    },
    markDeleted: (name) => {
      const secret = find(name);
      if (secret === undefined) return undefined;
      const deleted = { ...secret, deletedAt: nowInSeconds() };
      save(deleted);
      return deleted;
    },
    purge: (name) => removeDurably(fileOf(name)),
  };
};

const nowInSeconds = (): number => Math.floor(Date.now() / 1000);
