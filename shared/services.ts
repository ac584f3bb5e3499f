import { randomBytes } from 'node:crypto';

import type { TokenCredential } from '@azure/identity';

import { azureChecks } from './adapters/azure-checks.js';
import { azureBlobs, type BlobAccount } from './adapters/blob.js';
import { folderPages } from './adapters/console-pages.js';
import type { CosmosAccount } from './adapters/cosmos/client.js';
import { evidenceOf } from './adapters/cosmos/evidence.js';
import { cosmosStores } from './adapters/cosmos/stores.js';
import { githubDeployments } from './adapters/github-deployments.js';
import { vaultKeyRing } from './adapters/key-ring.js';
import { acsMail, type MailAccount } from './adapters/mail-acs.js';
import { exportMail } from './adapters/mail-export.js';
import { smtpMail } from './adapters/mail-smtp.js';
import { memoryLedger } from './adapters/memory/ledger.js';
import { memorySandbox, type Sandbox } from './adapters/memory/sandbox.js';
import { guardedOutbound } from './adapters/outbound.js';
import { ncrontab } from './adapters/ncrontab.js';
import { reportRenderer } from './adapters/render/renderer.js';
import { jweBox } from './adapters/secret-box.js';
import { joseSignatures } from './adapters/signatures.js';
import { exportedTelemetry } from './adapters/exported-telemetry.js';
import { jsonTelemetry } from './adapters/telemetry.js';
import { secretReader, vaultSecrets } from './adapters/tenant-secrets.js';
import { tenantLimits } from './adapters/tenant-limits.js';
import { jwksTokens } from './adapters/tokens.js';
import type { Vault } from './adapters/vault.js';
import type { Build } from '../schemas/release.js';
import { buildOf, readConfiguration, type Configuration } from './configuration.js';
import { isLoopback } from './core/kernel/loopback.js';
import {
  StoreUnavailable,
  type AzureChecks,
  type Blobs,
  type Clock,
  type GithubDeployments,
  type KeyRing,
  type LedgerStore,
  type MailProvider,
  type Outbound,
  type Pages,
  type Renderer,
  type SecretBox,
  type SignatureVerifier,
  type StoredEvidence,
  type Stores,
  type Telemetry,
  type TenantLimits,
  type TenantSecrets,
  type TokenVerifier,
} from './ports.js';

/** This deployment as its callers reach it. `url` null: it does not know its own address. */
export type PublicSide = { url: string | null; outbound: Outbound };

/** Everything a trigger needs. This file alone knows ports and adapters both. */
export type Services = {
  configuration: Configuration;
  /** What runs here; null where the deployment did not say. */
  build: Build | null;
  clock: Clock;
  /** Unpredictable bytes, for what must not be guessed. */
  random: (length: number) => Uint8Array;
  stores: Stores;
  blobs: Blobs;
  keys: KeyRing;
  signatures: SignatureVerifier;
  tokens: TokenVerifier;
  mail: MailProvider;
  /** Where a report goes that is exported and not mailed. */
  exporter: MailProvider;
  /** What the mail provider takes over any minute and any hour. */
  mailRate: { perMinute: number; perHour: number };
  /** Secrets that operators put into the vault for their tenant. */
  secrets: TenantSecrets;
  box: SecretBox;
  azure: AzureChecks;
  github: GithubDeployments;
  renderer: Renderer;
  /** When the expressions of schedules are due. */
  calendar: typeof ncrontab;
  telemetry: Telemetry;
  publicSide: PublicSide;
  limits: TenantLimits;
  /** Files of the console. */
  pages: Pages;
  /** The event in a document that the change feed of `evidence` hands over. */
  evidenceOf(document: Readonly<Record<string, unknown>>): StoredEvidence;
  /** An empty ledger in memory, to judge a past state in. */
  scratchLedger: (log: LedgerStore) => LedgerStore;
  /** Ports in memory that reach nothing of what the others hold, for the public sample. */
  sandbox: (seed: string, at: number) => Sandbox;
};

/** Account and key of Azurite, published in its documentation and the same everywhere. They protect nothing. */
const azurite = {
  account: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
};

/** The app's identity in Azure, loaded when first a token is needed. */
function identity(configuration: Configuration): TokenCredential {
  let credential: Promise<TokenCredential> | undefined;
  const load = async (): Promise<TokenCredential> => {
    const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
    const clientId = configuration.AZURE_CLIENT_ID;
    return clientId === undefined
      ? new DefaultAzureCredential()
      : new ManagedIdentityCredential({ clientId });
  };
  return {
    async getToken(scopes, options) {
      credential ??= load();
      try {
        return await (await credential).getToken(scopes, options);
      } catch (cause) {
        // Without a token no store can be asked; that may pass, and says nothing about what it holds.
        throw new StoreUnavailable('the identity of the app gives no token', 1_000, { cause });
      }
    },
  };
}

/** A token that never expires, for the Key Vault stand-in. */
const fixedToken = (token: string): TokenCredential => ({
  getToken: () => Promise.resolve({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
});

/** How each store is reached: by key on this machine, by identity anywhere else. */
export type Accounts = { cosmos: CosmosAccount; blob: BlobAccount; vault: Vault; mail: MailAccount };

/** Accounts of a configuration. The local stack uses them to create databases and containers. */
export function accountsOf(configuration: Configuration): Accounts {
  const azure = identity(configuration);
  const {
    COSMOS__accountEndpoint: endpoint,
    COSMOS__accountKey: cosmosKey,
    BLOB__serviceUri: serviceUri,
    KEY_VAULT_URI: vaultUri,
    KEY_VAULT_TOKEN: vaultToken,
    MAIL_ENDPOINT: mailEndpoint,
    MAIL_ACCESS_KEY: mailKey,
  } = configuration;
  return {
    cosmos: {
      endpoint,
      database: configuration.COSMOS_DATABASE,
      credential: cosmosKey === undefined ? azure : { key: cosmosKey },
      regions: !isLoopback(endpoint),
    },
    blob: { serviceUri, credential: isLoopback(serviceUri) ? azurite : azure },
    vault: {
      uri: vaultUri,
      credential: vaultToken === undefined ? azure : fixedToken(vaultToken),
      loopback: isLoopback(vaultUri),
    },
    mail: {
      // Named where it is used: a start without it names it else.
      endpoint: mailEndpoint ?? '',
      sender: configuration.MAIL_SENDER,
      credential: mailKey === undefined ? azure : { key: mailKey },
    },
  };
}

/** Calls to the host of one configured address, on this machine only where that address is. */
const outboundTo = (address: string, ...more: string[]): Outbound =>
  guardedOutbound({ hosts: [new URL(address).hostname, ...more], loopback: isLoopback(address) });

/** How reports leave. Credentials of an SMTP server are read from the vault when a mail is sent. */
const blobTransport = ({ blob }: Accounts): MailProvider['transport'] =>
  blob.serviceUri.startsWith('https:') ? 'tls' : 'loopback';

function mailOf(
  { MAIL_PROVIDER: provider, ...configuration }: Configuration,
  accounts: Accounts,
  blobs: Blobs,
  clock: Clock,
): MailProvider {
  if (provider === 'export') return exportMail(blobs, blobTransport(accounts));
  if (provider === 'acs') return acsMail(accounts.mail);
  const read = secretReader(accounts.vault, clock);
  return smtpMail({
    host: configuration.SMTP_HOST ?? '',
    port: configuration.SMTP_PORT,
    sender: configuration.MAIL_SENDER,
    credentials: () => read(configuration.SMTP_CREDENTIALS_SECRET ?? ''),
  });
}

/** Application Insights or a receiver on this machine, where one is named; else standard output. */
function telemetryOf(configuration: Configuration): Telemetry {
  const {
    APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
    TRACE_RATIO: traceRatio,
  } = configuration;
  if (connectionString === undefined && otlp === undefined) return jsonTelemetry();
  return exportedTelemetry({
    traceRatio,
    ...(connectionString === undefined
      ? {}
      : { insights: { connectionString, credential: identity(configuration) } }),
    ...(otlp === undefined ? {} : { otlp }),
  });
}

/**
 * Builds the services of one instance. Nothing connects before it is used.
 * @throws ConfigurationError naming every bad or missing setting.
 */
export function createServices(environment: Readonly<Record<string, string | undefined>>): Services {
  const configuration = readConfiguration(environment);
  const accounts = accountsOf(configuration);
  const clock: Clock = { now: () => Date.now() };
  const telemetry = telemetryOf(configuration);
  const keys = vaultKeyRing(accounts.vault, clock);
  const blobs = azureBlobs(accounts.blob);
  const issuer = {
    issuer: configuration.TOKEN_ISSUER,
    audience: configuration.TOKEN_AUDIENCE,
    jwksUri: configuration.TOKEN_JWKS_URI,
  };
  const workloadIssuers = guardedOutbound({
    hosts: [...configuration.TENANT_ISSUER_HOSTS, new URL(issuer.jwksUri).hostname],
    loopback: isLoopback(issuer.jwksUri),
  });
  return {
    configuration,
    build: buildOf(configuration),
    clock,
    random: (length) => new Uint8Array(randomBytes(length)),
    stores: cosmosStores(accounts.cosmos),
    blobs,
    keys,
    signatures: joseSignatures(),
    tokens: jwksTokens(issuer, { own: outboundTo(issuer.jwksUri), tenants: workloadIssuers }, telemetry),
    exporter: exportMail(blobs, blobTransport(accounts)),
    mail: mailOf(configuration, accounts, blobs, clock),
    mailRate: {
      perMinute: configuration.MAIL_SENDS_PER_MINUTE,
      perHour: configuration.MAIL_SENDS_PER_HOUR,
    },
    secrets: vaultSecrets(accounts.vault, clock),
    box: jweBox(keys),
    azure: azureChecks(outboundTo(configuration.AZURE_DEVOPS_URL, '*.visualstudio.com')),
    github: githubDeployments(configuration.GITHUB_API_URL, outboundTo(configuration.GITHUB_API_URL), clock),
    renderer: reportRenderer,
    calendar: ncrontab,
    telemetry,
    limits: tenantLimits(
      { requests: configuration.TENANT_REQUESTS_PER_SECOND, events: configuration.TENANT_EVENTS_PER_SECOND },
      clock,
    ),
    publicSide: {
      url: configuration.PUBLIC_URL ?? null,
      outbound: outboundTo(configuration.PUBLIC_URL ?? issuer.issuer),
    },
    // Beside the compiled code: dist/console.
    pages: folderPages(new URL('../console', import.meta.url)),
    evidenceOf,
    scratchLedger: memoryLedger,
    sandbox: memorySandbox,
  };
}
