import { OutboundRefused } from '../../core/kernel/outbound-refused.js';
import type { Millis } from '../../core/kernel/time.js';
import type {
  AzureChecks,
  Blobs,
  GithubDeployments,
  KeyRing,
  MailProvider,
  Outbound,
  SecretBox,
  Stores,
  Telemetry,
  TenantLimits,
  TenantSecrets,
  TokenVerifier,
} from '../../ports.js';
import { jweBox } from '../secret-box.js';
import { jsonTelemetry } from '../telemetry.js';
import { memoryBlobs } from './blobs.js';
import { memoryClock, type MemoryClock } from './clock.js';
import { memoryKeyRing } from './key-ring.js';
import { memoryMail } from './mail.js';
import { memorySecrets } from './secrets.js';
import { memoryStores } from './stores.js';
import { memoryTokens } from './tokens.js';

/**
 * Every port that holds or reaches something, in memory and for one purpose: nothing in it is anybody's, nothing leads out
 * of it, and it tells nobody. `runtimeKeys` sign as a runtime would.
 */
export type Sandbox = {
  clock: MemoryClock;
  stores: Stores;
  blobs: Blobs;
  keys: KeyRing;
  runtimeKeys: KeyRing;
  mail: MailProvider;
  exporter: MailProvider;
  mailRate: { perMinute: number; perHour: number };
  secrets: TenantSecrets;
  box: SecretBox;
  azure: AzureChecks;
  github: GithubDeployments;
  tokens: TokenVerifier;
  publicSide: { url: null; outbound: Outbound };
  limits: TenantLimits;
  telemetry: Telemetry;
};

/** The same seed gives the same keys, and so the same signatures, on every instance. The keys protect nothing. */
export function memorySandbox(seed: string, at: Millis): Sandbox {
  const keys = memoryKeyRing(seed);
  const nobody = { status: 'refused', detail: 'a sandbox reaches nobody' } as const;
  return {
    clock: memoryClock(at),
    stores: memoryStores(),
    blobs: memoryBlobs(),
    keys,
    runtimeKeys: memoryKeyRing(`${seed}-runtime`),
    mail: memoryMail(),
    exporter: memoryMail('export'),
    mailRate: { perMinute: 1_000, perHour: 1_000 },
    secrets: memorySecrets(),
    box: jweBox(keys),
    azure: { complete: () => Promise.resolve(nobody) },
    github: { review: () => Promise.resolve(nobody) },
    tokens: memoryTokens({}),
    publicSide: { url: null, outbound: { fetch: refused, fault: () => 'host' } },
    limits: { request: () => undefined, events: () => undefined },
    telemetry: silent,
  };
}

const refused = (): Promise<Response> => Promise.reject(new OutboundRefused('host'));

const silent = jsonTelemetry(() => undefined);
