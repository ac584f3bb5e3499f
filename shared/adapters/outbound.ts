import { lookup as resolveName, type LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

import { isLoopback } from '../core/kernel/loopback.js';
import { OutboundRefused } from '../core/kernel/outbound-refused.js';
import { StoreUnavailable, type Outbound, type OutboundRequest } from '../ports.js';

/*
 * The one way to an address that somebody outside the service named: a tenant's token issuer, a pipeline's callback. What
 * is asked for is not trusted (OWASP API7:2023): the host must be allowed by name; every address that the name resolves
 * to must be public, and the connection goes to the very address that was looked at, so that a second answer of the
 * name server changes nothing (DNS rebinding); a redirect is refused, because it would be a second address.
 */

export type OutboundPolicy = {
  /** Host names, or `*.suffix` for every name below one. `any`: whatever public host; only where an admin registered the URL. */
  hosts: readonly string[] | 'any';
  /** Plain HTTP to this machine, for the stand-ins of the local stack. Nothing else may ever be called there. */
  loopback: boolean;
};

/** How names are resolved: `node:dns`, or a test's own. */
export type Resolve = (
  host: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

const timeoutMs = 10_000;
const maxBytes = 1024 * 1024;

/** IPv4 that is not public: IANA special-purpose registry, multicast, and Azure's platform address 168.63.129.16. */
const special = new BlockList();
for (const range of [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24',
  '192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15',
  '198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32',
].flatMap((line) => line.split(' '))) {
  const [net = '', prefix = ''] = range.split('/');
  special.addSubnet(net, Number(prefix), 'ipv4');
}
/** IPv6: only global unicast is public, and of it not what carries or stands for other addresses (Teredo, 6to4, documentation). */
const unicast = new BlockList();
unicast.addSubnet('2000::', 3, 'ipv6');
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const)
  special.addSubnet(net, prefix, 'ipv6');

/** Whether an address lies in the public Internet. */
export const isPublicAddress = (address: string): boolean =>
  isIPv6(address)
    ? unicast.check(address, 'ipv6') && !special.check(address, 'ipv6')
    : isIP(address) === 4 && !special.check(address, 'ipv4');

/** Calls what the policy allows, and nothing else. */
export function guardedOutbound(policy: OutboundPolicy, resolve: Resolve = systemResolve): Outbound {
  return {
    fault(url) {
      try {
        allowed(url, policy);
        return null;
      } catch (error) {
        if (error instanceof OutboundRefused) return error.fault;
        throw error;
      }
    },
    async fetch(url, init = {}) {
      const target = allowed(url, policy);
      const local = isLocal(target);
      return await exchange(target, init, guardedLookup(resolve, local));
    },
  };
}

const systemResolve: Resolve = (host, done) => resolveName(host, { all: true }, done);
const isLocal = (url: URL): boolean => isLoopback(url.href);

/** The address, where it may be called by its name. @throws OutboundRefused */
function allowed(url: string, { hosts, loopback }: OutboundPolicy): URL {
  if (!URL.canParse(url)) throw new OutboundRefused('malformed');
  const target = new URL(url);
  if (target.username !== '' || target.password !== '') throw new OutboundRefused('userinfo');
  if (loopback && isLocal(target) && target.protocol === 'http:') return target;
  if (target.protocol !== 'https:') throw new OutboundRefused('scheme');
  if (target.port !== '') throw new OutboundRefused('port');
  const name = target.hostname.replace(/\.$/, '');
  // An address instead of a name has no certificate worth checking.
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0 || isLocal(target)) throw new OutboundRefused('address');
  const named = (host: string): boolean =>
    host.startsWith('*.') ? name.endsWith(host.slice(1)) : name === host;
  if (hosts !== 'any' && !hosts.some(named)) throw new OutboundRefused('host');
  return target;
}

/** Resolution for one connection: its answer is what is connected to. One address that is not public refuses the name. */
const guardedLookup =
  (resolve: Resolve, local: boolean): LookupFunction =>
  (host, options, done) =>
    resolve(host, (error, addresses) => {
      if (error !== null) return done(error, '');
      const wrong = addresses.some(({ address }) =>
        local ? !['127.0.0.1', '::1'].includes(address) : !isPublicAddress(address),
      );
      const [first] = addresses;
      if (wrong || first === undefined) return done(new OutboundRefused('address'), '');
      if (options.all === true) done(null, [...addresses]);
      else done(null, first.address, first.family);
    });

function exchange(url: URL, init: OutboundRequest, lookup: LookupFunction): Promise<Response> {
  const { method = 'GET', headers = {}, body } = init;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  // Not AbortSignal.any over AbortSignal.timeout: Node may collect the latter before it fires, and nothing ends the call.
  const end = new AbortController();
  const stop = (): void => end.abort();
  const timer = setTimeout(stop, timeoutMs);
  init.signal?.addEventListener('abort', stop, { once: true });
  if (init.signal?.aborted === true) stop();
  const answered = new Promise<Response>((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(
        cause instanceof OutboundRefused
          ? cause
          : new StoreUnavailable('the address gives no answer', 5_000, { cause }),
      );
    // A connection of its own: one kept open was looked at for another call.
    const options = { method, headers: { ...headers }, lookup, agent: false, signal: end.signal };
    const sent = send(url, options, (answer) => {
      read(answer).then(resolve, (error: unknown) => {
        answer.destroy();
        fail(error instanceof Error ? error : new Error('unreadable'));
      });
    });
    sent.on('error', fail);
    sent.end(body);
  });
  return answered.finally(() => {
    clearTimeout(timer);
    init.signal?.removeEventListener('abort', stop);
  });
}

async function read(answer: IncomingMessage): Promise<Response> {
  const { statusCode: status = 500 } = answer;
  if (status >= 300 && status < 400) throw new OutboundRefused('redirect');
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > maxBytes) throw new OutboundRefused('size');
    parts.push(part);
  }
  const headers = new Headers();
  for (let at = 0; at + 1 < answer.rawHeaders.length; at += 2)
    headers.append(answer.rawHeaders[at] ?? '', answer.rawHeaders[at + 1] ?? '');
  const bodiless = status === 204 || status === 205;
  return new Response(bodiless ? null : Buffer.concat(parts), { status, headers });
}
