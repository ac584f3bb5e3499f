import type { Tenant } from '../../../schemas/tenant.js';

/** Whether a member has a role that may approve what another asked for. */
export const mayApprove = ({ roles }: Tenant['members'][number]): boolean =>
  roles.some((role) => role === 'approver' || role === 'admin');
