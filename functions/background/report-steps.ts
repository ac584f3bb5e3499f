import { tenantIdSchema } from '../../schemas/primitives.js';
import { verifiedTenant } from '../../shared/core/kernel/verified-tenant.js';
import type { Services } from '../../shared/services.js';
import type { MailInput } from './produce-report-flow.js';
import { servicesOf, type TenantServices } from '../http/tenant-services.js';

export type ReportInput = Omit<MailInput, 'operationId'>;

/** What every step of a report's flow is given. */
export const stepsOf = (services: Services) => ({
  /** Of the tenant that an instance was started for: the start was authorised where it was made. */
  servicesFor: ({ tenantId }: { tenantId: string }): TenantServices =>
    servicesOf(services, verifiedTenant(tenantIdSchema.parse(tenantId))),

  /** A step as a span of its report's trace; but looking whether something has happened, hundreds of times, is none. */
  traced: <T>(name: string, input: ReportInput, work: () => Promise<T>): Promise<T> => {
    if (name === 'reportStatus' || name === 'openDeliveries') return work();
    const attributes = { tenantId: input.tenantId, report: input.reportId };
    return services.telemetry.span({ name, parent: input.traceparent, attributes }, work);
  },
});
