import { tenantIdSchema } from '../../schemas/primitives.js';
import type { Tenant } from '../../schemas/tenant.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import { verifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import { signedByGithub } from '../../shared/core/readiness/github-deployment.js';
import type { Services } from '../../shared/services.js';
import { pipelineKeyOf } from '../../shared/usecases/pipelines/keys.js';
import { gateActor } from '../../shared/usecases/readiness/gate.js';
import { rolesIn } from './authorise.js';
import { servicesOf, type TenantServices } from './tenant-services.js';

/*
 * Who may ask the gate in the pipelines' own contracts, whose routes take no bearer token of a person. One answer for a
 * key that is wrong, a token of another tenant, a signature that is not GitHub's and a tenant that does not exist.
 */

type Headers = Readonly<Record<string, string>>;
/** `actor`: pseudonym of who asks, all that is kept of them. */
export type Asking = { own: TenantServices; tenant: Tenant; actor: string };

const mayAsk = ['pipeline', 'operator', 'admin'];

/**
 * Azure Pipelines: an Entra token (task version 2), or a pipeline key in a header or as `code`, where the task puts it.
 * @throws Refusal `unauthenticated`
 */
export async function azurePipelineOf(
  services: Services,
  tenantId: string,
  headers: Headers,
  code: string | undefined,
): Promise<Asking> {
  const bearer = headers['authorization'];
  const caller = bearer === undefined ? null : await services.tokens.verify(bearer);
  const tenant = await documentOf(services, tenantId);
  const byToken =
    caller !== null &&
    tenant !== null &&
    rolesIn(caller, tenant.tenantId, tenant.members).some((role) => mayAsk.includes(role));
  const given = headers['x-aispm-pipeline-key'] ?? code;
  const key =
    tenant === null || given === undefined ? null : pipelineKeyOf(tenant, given, services.clock.now());
  const subject = byToken ? caller.subject : key === null ? null : `pipeline-key:${key.id}`;
  if (tenant === null || subject === null)
    throw new Refusal('unauthenticated', 'send an Entra token or a key of a pipeline of this tenant');
  return asking(services, tenant, subject);
}

/** GitHub: the webhook's HMAC under the tenant's secret, over the bytes received. @throws Refusal `unauthenticated` */
export async function githubOf(
  services: Services,
  tenantId: string,
  headers: Headers,
  body: Uint8Array,
): Promise<Asking> {
  const tenant = await documentOf(services, tenantId);
  const app = tenant?.settings.pipelines.github;
  const secret = tenant === null ? null : await services.secrets.read(tenant.tenantId, 'github-webhook');
  if (
    tenant === null ||
    app === undefined ||
    secret === null ||
    !signedByGithub(secret, body, headers['x-hub-signature-256'])
  )
    throw new Refusal('unauthenticated', 'the webhook is not signed by the App of this tenant');
  return asking(services, tenant, `github-app:${app.appId}`);
}

async function documentOf(services: Services, tenantId: string): Promise<Tenant | null> {
  const named = tenantIdSchema.safeParse(tenantId);
  return named.success ? ((await services.stores.document(named.data))?.tenant ?? null) : null;
}

async function asking(services: Services, tenant: Tenant, subject: string): Promise<Asking> {
  const own = servicesOf(services, verifiedTenant(tenant.tenantId));
  return { own, tenant, actor: await gateActor(own, subject) };
}
