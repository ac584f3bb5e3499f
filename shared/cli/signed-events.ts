import { readFile } from 'node:fs/promises';

import { CompactSign, importJWK } from 'jose';
import { z } from 'zod';

import { receiptSchema } from '../../schemas/answers/evidence.js';
import { environmentSchema, type Environment } from '../../schemas/primitives.js';
import { canonicalBytes } from '../core/kernel/canonical.js';
import type { Unsigned } from '../core/readiness/unsigned.js';
import { valueOf, type Service } from './service.js';
import { CannotTell, plain, type Terminal } from './terminal.js';

/** The options by which every command that signs says as which source. */
export const sourceOptions = {
  source: { type: 'string' },
  key: { type: 'string' },
  environment: { type: 'string' },
} as const;

export const sourceHelp = (
  type: string,
): string => `  --source URI       the registered source that signs; registered for ${type} by name
  --key FILE         its private key, a JWK (Ed25519 or P-256) with its kid
  --environment NAME of which environment it speaks (${environmentSchema.options.join(', ')}); only
                     production makes a tenant ready`;

/** The environment that an option names; where none is named, none is taken for granted. @throws CannotTell for none */
export function environmentOf(name: string | undefined): Environment {
  if (name === undefined)
    throw new CannotTell(`--environment is needed: ${environmentSchema.options.join(', ')}`);
  const environment = environmentSchema.safeParse(name);
  if (!environment.success) throw new CannotTell(`--environment is ${environmentSchema.options.join(', ')}`);
  return environment.data;
}

const patienceMs = 120_000;
type Sign = (event: Unsigned) => Promise<Unsigned>;

/** Posts signed events; what is refused is told. @returns the ids of those that are in the service now. @throws CannotTell */
export async function postSigned(
  service: Service,
  events: readonly Unsigned[],
  terminal: Terminal,
): Promise<Set<string>> {
  const answer = await service.ask('evidence', patienceMs, {
    method: 'POST',
    contentType: 'application/cloudevents-batch+json',
    body: JSON.stringify(events),
  });
  const { rejected } = valueOf('the evidence', answer, receiptSchema, 422);
  for (const { index, code, detail } of rejected)
    terminal.err(plain(`refused ${events[index]?.type ?? ''}: ${code}: ${detail}`));
  const refused = new Set(rejected.map(({ index }) => index));
  return new Set(events.filter((_, n) => !refused.has(n)).map(({ id }) => id));
}

const privateJwkSchema = z.union([
  z.object({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string(),
    d: z.string(),
    kid: z.string(),
  }),
  z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
    d: z.string(),
    kid: z.string(),
  }),
]);

/** Signs as the service checks: a detached JWS over the canonical bytes (RFC 7515, appendix F; RFC 8785). @throws CannotTell */
export async function signerOf(path: string): Promise<Sign> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new CannotTell(`${path} cannot be read`, { cause });
  }
  const jwk = privateJwkSchema.safeParse(keyIn(text));
  if (!jwk.success) throw new CannotTell(`${path} is no private JWK with a kid`);
  const alg = jwk.data.kty === 'OKP' ? 'EdDSA' : 'ES256';
  const key = await importJWK(jwk.data, alg).catch((cause: unknown) => {
    // The library's own words are of its insides, and could hold some of the key.
    throw new CannotTell(`${path} is no private key that can sign`, { cause });
  });
  return async (event) => {
    const jws = await new CompactSign(canonicalBytes(event))
      .setProtectedHeader({ alg, kid: jwk.data.kid })
      .sign(key);
    const [header, , signature] = jws.split('.');
    return { ...event, signature: `${header}..${signature}` };
  };
}

function keyIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
