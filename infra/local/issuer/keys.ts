import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from 'jose';
import { writeDurably } from '../durable-file.js';

export type Keys = {
  /** The key that signs now. */
  current(): { kid: string; key: CryptoKey };
  /** Every key ever used, public parts only, newest last. */
  publicKeys(): JWK[];
  rotate(): Promise<void>;
};

/** Opens the signing keys kept in the folder, oldest first, and makes the first one when there is none. */
export const openKeys = async (directory: string): Promise<Keys> => {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'keys.json');
  const stored = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as JWK[]) : [];
  let signing = stored.length === 0 ? undefined : await load(stored[stored.length - 1]);
  const rotate = async (): Promise<void> => {
    const made = await makeKey();
    writeDurably(path, JSON.stringify([...stored, made]));
    stored.push(made);
    signing = await load(made);
  };
  if (signing === undefined) await rotate();
  return {
    current: () => {
      if (signing === undefined) throw new Error('the issuer has no signing key');
      return signing;
    },
    publicKeys: () => stored.map(publicPart),
    rotate,
  };
};

const makeKey = async (): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg: 'RS256', use: 'sig', kid: await calculateJwkThumbprint(jwk) };
};

const load = async (jwk: JWK | undefined): Promise<{ kid: string; key: CryptoKey }> => {
  if (jwk?.kid === undefined) throw new Error('a stored signing key has no kid');
  return { kid: jwk.kid, key: (await importJWK(jwk, 'RS256')) as CryptoKey };
};

/** Names what may leave, so that no private member can ever be published by a forgotten exclusion. */
const publicPart = ({ kty, n, e, kid, alg, use }: JWK): JWK => ({ kty, n, e, kid, alg, use }) as JWK;
