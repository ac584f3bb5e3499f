import { z } from 'zod';

import { environmentSchema } from '../schemas/primitives.js';
import { buildSchema, type Build } from '../schemas/release.js';
import { isLoopback } from './core/kernel/loopback.js';

/** `https` anywhere, or plain HTTP to this machine; no user name, which could disguise the host. */
const addressSchema = z.string().refine((address) => {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  const secure = protocol === 'https:' || (protocol === 'http:' && isLoopback(address));
  return secure && username === '' && password === '';
}, 'must be an https address, or http to 127.0.0.1');

/** Where workload identity commonly comes from. */
const commonIssuerHosts = 'token.actions.githubusercontent.com,gitlab.com,www.googleapis.com';
const hostPattern = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;
const hostsSchema = z
  .string()
  .default(commonIssuerHosts)
  .transform((list) => list.split(',').map((host) => host.trim().toLowerCase()))
  .refine(
    (hosts) => hosts.every((host) => hostPattern.test(host)),
    'must be host names, separated by commas',
  );

const rateSchema = z.coerce.number().int().min(1).max(100_000);
/** The budget keeps the instants of an hour's sends in one document. */
const mailRateSchema = z.coerce.number().int().min(1).max(5_000);
const secretSchema = z.string().min(1);
const textSchema = z.string().min(1);

const described = <T extends z.ZodType>(schema: T, description: string): T => schema.meta({ description });

/** Every setting with what it is for; the README prints this table. */
const shape = {
  AISPM_ENVIRONMENT: described(
    environmentSchema,
    'What this instance serves. Only `production` can be judged ready.',
  ),
  AISPM_RELEASE: described(
    buildSchema.shape.name.optional(),
    'Name of the release that runs, set by the deployment with its digest. Absent: what the service proves names no release.',
  ),
  AISPM_RELEASE_DIGEST: described(
    buildSchema.shape.digest.optional(),
    'SHA-256 of the package that was deployed. Every proof that the service records names it.',
  ),
  COSMOS__accountEndpoint: described(
    addressSchema,
    'Cosmos DB account; also the connection of the change-feed trigger.',
  ),
  COSMOS__accountKey: described(secretSchema.optional(), 'Key of the stand-in. On this machine only.'),
  COSMOS_DATABASE: described(textSchema.default('aispm'), 'Database name.'),
  BLOB__serviceUri: described(
    addressSchema,
    'Blob service of the `log`, `reports` and `payloads` containers.',
  ),
  KEY_VAULT_URI: described(addressSchema, 'Key Vault with the tenants’ keys.'),
  KEY_VAULT_TOKEN: described(secretSchema.optional(), 'Token of the stand-in. On this machine only.'),
  MAIL_PROVIDER: described(
    z.enum(['acs', 'smtp', 'export']).default('acs'),
    'How reports leave: `acs` (Azure Communication Services), `smtp`, or `export` into the tenant’s folder in Blob.',
  ),
  SMTP_HOST: described(
    z
      .string()
      .regex(/^[A-Za-z0-9.-]{1,253}$/)
      .optional(),
    'SMTP server, where that is the provider. It must speak TLS.',
  ),
  SMTP_PORT: described(
    z.coerce.number().int().min(1).max(65_535).default(587),
    'Its port: 465 for TLS from the start, any other for STARTTLS. Default 587.',
  ),
  SMTP_CREDENTIALS_SECRET: described(
    z
      .string()
      .regex(/^aispm-[0-9A-Za-z-]{1,100}$/)
      .optional(),
    'Name (`aispm-…`) of the Key Vault secret with `{"username", "password", "ca"?}`. The secret itself is refused here.',
  ),
  MAIL_ENDPOINT: described(
    addressSchema.optional(),
    'Communication Services resource, where that is the provider.',
  ),
  MAIL_ACCESS_KEY: described(secretSchema.optional(), 'Access key of the stand-in. On this machine only.'),
  MAIL_SENDER: described(z.email(), 'Verified sender address.'),
  MAIL_SENDS_PER_MINUTE: described(
    mailRateSchema.default(30),
    'Mails that the provider takes in a minute, from all instances together. Default 30, as Azure allows a custom domain.',
  ),
  MAIL_SENDS_PER_HOUR: described(
    mailRateSchema.default(100),
    'The same in an hour. Default 100, as Azure allows a custom domain.',
  ),
  TOKEN_ISSUER: described(addressSchema, 'Issuer of the tokens that callers bring (Microsoft Entra ID).'),
  TOKEN_AUDIENCE: described(textSchema, 'Audience those tokens must name.'),
  TOKEN_JWKS_URI: described(addressSchema, 'Where the issuer publishes its keys.'),
  AZURE_DEVOPS_URL: described(
    addressSchema.default('https://dev.azure.com'),
    'Azure DevOps, whose checks are answered for organizations that a tenant lists.',
  ),
  GITHUB_API_URL: described(
    addressSchema.default('https://api.github.com'),
    'GitHub’s REST API, where deployment protection rules are answered.',
  ),
  CONSOLE_CLIENT_ID: described(
    z.guid().optional(),
    'Client id of the single-page application that the console signs in with at Microsoft Entra ID. Absent: the console has no sign-in, but for the issuer of this machine.',
  ),
  TENANT_ISSUER_HOSTS: described(
    hostsSchema,
    'Hosts, separated by commas, where issuers that tenants register may publish their keys, beside that of the service’s own; `*.` stands for any name below one. Default: GitHub Actions, GitLab, Google.',
  ),
  PUBLIC_URL: described(
    addressSchema.optional(),
    'Where callers reach the routes, `/api` included: the isolation validation asks there. Default: the host’s own name.',
  ),
  TENANT_REQUESTS_PER_SECOND: described(
    rateSchema.default(300),
    'Requests that one instance takes for one tenant, before 429. Default 300, ten seconds’ worth at once.',
  ),
  TENANT_EVENTS_PER_SECOND: described(
    rateSchema.default(800),
    'Events that one instance admits for one tenant, before 429. Default 800, which one ledger takes; ten seconds’ worth at once.',
  ),
  AZURE_CLIENT_ID: described(
    z.guid().optional(),
    'Client id of a user-assigned identity. Absent: the default chain of credentials.',
  ),
  APPLICATIONINSIGHTS_CONNECTION_STRING: described(
    textSchema.optional(),
    'Application Insights, reached as the app’s identity. Absent: logs go to standard output, metrics and traces nowhere.',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: described(
    addressSchema.refine(isLoopback, 'must be an address of this machine').optional(),
    'Receiver of OpenTelemetry. On this machine only.',
  ),
  TRACE_RATIO: described(
    z.coerce.number().min(0).max(1).default(1),
    'Share of traces that are kept, whole: 0 to 1. Logs and metrics are always kept.',
  ),
};

/** Secrets of the local stand-ins: needed for an address on this machine, refused for any other. */
const localSecrets = [
  ['COSMOS__accountEndpoint', 'COSMOS__accountKey'],
  ['KEY_VAULT_URI', 'KEY_VAULT_TOKEN'],
  ['MAIL_ENDPOINT', 'MAIL_ACCESS_KEY'],
] as const;

const configurationSchema = z.object(shape);
export type Configuration = z.infer<typeof configurationSchema>;

/** Every setting the service reads. */
export const settingNames = Object.keys(shape);

/** Name, default and purpose of every setting. */
export const settings = Object.entries(shape).map(([name, schema]) => ({
  name,
  needed: !schema.safeParse(undefined).success,
  purpose: schema.description ?? '',
}));

/** The service does not start: names every setting that is missing or bad, never what it holds. */
export class ConfigurationError extends Error {
  constructor(readonly faults: readonly { setting: string; fault: string }[]) {
    super(`bad configuration:\n${faults.map(({ setting, fault }) => `  ${setting}: ${fault}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

/** Names under which somebody might put the mail server's credentials into the settings. */
const rawMailSecret =
  /^(?:SMTP|MAIL)_.*(?:USER|USERNAME|PASS|PASSWD|PASSWORD|TOKEN|URL|CONNECTION_?STRING)$/i;

const neededBy: Readonly<Record<string, readonly string[]>> = {
  acs: ['MAIL_ENDPOINT'],
  smtp: ['SMTP_HOST', 'SMTP_CREDENTIALS_SECRET'],
};

/** What the chosen mail provider needs, and credentials that belong into the vault. */
function mailFaults(given: Readonly<Record<string, string>>): { setting: string; fault: string }[] {
  const provider = given['MAIL_PROVIDER'] ?? 'acs';
  return [
    ...(neededBy[provider] ?? [])
      .filter((name) => given[name] === undefined)
      .map((setting) => ({ setting, fault: `needed while MAIL_PROVIDER is ${provider}` })),
    ...Object.keys(given)
      .filter((name) => rawMailSecret.test(name))
      .map((setting) => ({
        setting,
        fault: 'refused: put it into Key Vault and name the secret in SMTP_CREDENTIALS_SECRET',
      })),
  ];
}

/** Half of a build is none: a name could be that of any, and of a digest nobody would know the release. */
const buildFaults = (given: Readonly<Record<string, string>>): { setting: string; fault: string }[] => {
  const pair = ['AISPM_RELEASE', 'AISPM_RELEASE_DIGEST'];
  const missing = pair.filter((name) => given[name] === undefined);
  return missing.length === 1 ? missing.map((setting) => ({ setting, fault: 'set both or neither' })) : [];
};

/** Faults between settings, which no schema of one setting can see. */
function secretFaults(environment: Readonly<Record<string, string>>): { setting: string; fault: string }[] {
  return localSecrets.flatMap(([address, secret]) => {
    const target = environment[address];
    if (target === undefined || !addressSchema.safeParse(target).success) return [];
    const given = environment[secret] !== undefined;
    if (isLoopback(target) && !given)
      return [{ setting: secret, fault: `needed while ${address} is this machine` }];
    if (!isLoopback(target) && given)
      return [
        { setting: secret, fault: `refused while ${address} is another machine; a managed identity is used` },
      ];
    return [];
  });
}

/**
 * Reads the configuration from the environment; an empty setting counts as missing.
 * @throws ConfigurationError naming every bad or missing setting.
 */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): Configuration {
  const set = Object.entries(environment).filter((entry): entry is [string, string] => !!entry[1]);
  const given = Object.fromEntries(set);
  // The host knows its own name; a gateway before it is named by hand.
  const host = given['WEBSITE_HOSTNAME'];
  if (host !== undefined)
    given['PUBLIC_URL'] ??= `${isLoopback(`http://${host}`) ? 'http' : 'https'}://${host}/api`;
  const parsed = configurationSchema.safeParse(given);
  const faults = (parsed.error?.issues ?? []).map((issue) => {
    const setting = issue.path.join('.');
    if (!(setting in given)) return { setting, fault: 'missing' };
    // Only messages of our own: those of the library may quote what they found.
    return { setting, fault: issue.code === 'custom' ? issue.message : 'not of the form it must have' };
  });
  faults.push(...secretFaults(given), ...mailFaults(given), ...buildFaults(given));
  if (parsed.data === undefined || faults.length > 0) throw new ConfigurationError(faults);
  return parsed.data;
}

/** The build that this instance runs as; null where its deployment named none. */
export const buildOf = ({
  AISPM_RELEASE: name,
  AISPM_RELEASE_DIGEST: digest,
}: Configuration): Build | null => (name === undefined || digest === undefined ? null : { name, digest });

/** Whether this is a rehearsal: not production, or anything it relies on is this machine. Nothing judged here is ready. */
export function isRehearsal(configuration: Configuration): boolean {
  const addresses = [
    configuration.COSMOS__accountEndpoint,
    configuration.BLOB__serviceUri,
    configuration.KEY_VAULT_URI,
    configuration.TOKEN_ISSUER,
    configuration.TOKEN_JWKS_URI,
    ...(configuration.MAIL_ENDPOINT === undefined ? [] : [configuration.MAIL_ENDPOINT]),
    ...(configuration.SMTP_HOST === undefined ? [] : [`smtp://${configuration.SMTP_HOST}`]),
  ];
  return configuration.AISPM_ENVIRONMENT !== 'production' || addresses.some(isLoopback);
}
