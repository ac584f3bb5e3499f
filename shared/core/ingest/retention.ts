import type { Tenant } from '../../../schemas/tenant.js';

/** Days that evidence is kept from its receipt; null, without end, while a legal hold stands. */
export const keptDays = ({ legalHold, settings }: Tenant): number | null =>
  legalHold === undefined ? settings.retentionDays : null;
