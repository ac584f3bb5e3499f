import type { SettingsChangeAnswer } from '../../../../schemas/answers/tenants.js';
import { mostTenantChecks } from '../../../../schemas/readiness-settings.js';
import type { TenantSettings } from '../../../../schemas/tenant.js';
import { loweredBy, standardsOf, stricterOf, withStandards } from '../../../core/readiness/standards.js';
import { Refusal } from '../../../core/kernel/refusal.js';
import type { Asked } from '../../governance/change-requests.js';
import { putTenant, type Beginning, type ChangeAnswer, type TenantDeps } from '../manage-tenants.js';
import { requestSettingsChange, settingsChanges } from './change-requests.js';

/**
 * Creates the tenant, or changes its settings. What holds it to less than before waits for a second person; all else of the
 * settings holds at once.
 * @returns what is in force, or what waits
 * @throws Refusal as `putTenant`, and `conflict` while another change of what it is held to waits
 */
export async function putSettings(
  deps: TenantDeps,
  settings: TenantSettings,
  asked: Asked,
  beginning: Beginning = {},
): Promise<{ inForce: ChangeAnswer } | { pending: SettingsChangeAnswer }> {
  const known = (await deps.stores.tenant.get())?.tenant;
  const wished = standardsOf(settings);
  const now = known === undefined ? wished : standardsOf(known.settings);
  if (loweredBy(now, wished).length === 0)
    return { inForce: await putTenant(deps, settings, asked.actor, beginning, asked.reason) };
  // Before anything is changed: a request that is refused does nothing.
  await settingsChanges.makeRoom(deps);
  const kept = stricterOf(now, wished);
  if (kept.checks.length > mostTenantChecks)
    throw new Refusal(
      'conflict',
      `a tenant has at most ${mostTenantChecks} checks, with those that it takes two people to drop`,
      { pointer: '/settings/readiness/checks' },
    );
  await putTenant(deps, withStandards(settings, kept), asked.actor, beginning, asked.reason);
  return { pending: await requestSettingsChange(deps, settings, asked) };
}
