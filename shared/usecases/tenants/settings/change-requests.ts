import type { SettingsChangeAnswer } from '../../../../schemas/answers/tenants.js';
import type { SettingsChange, Tenant, TenantSettings } from '../../../../schemas/tenant.js';
import { contentDigest } from '../../../core/ingest/registration.js';
import { canonicalBytes } from '../../../core/kernel/canonical.js';
import { sha256Hex } from '../../../core/kernel/hash.js';
import { loweredBy, standardsOf, withStandards } from '../../../core/readiness/standards.js';
import {
  askedNow,
  changesOf,
  tenantOf,
  type Asked,
  type Changes,
  type Matter,
} from '../../governance/change-requests.js';
import { linksOf } from '../../links.js';
import { settingsChangeSubject, type TenantDeps } from '../manage-tenants.js';
import { withNames } from '../../names.js';
import { shownRequest } from '../../governance/shown-change.js';

/* To what less a tenant holds itself is changed by two people. */

const matter: Matter<SettingsChange> = {
  thing: 'standard',
  most: 20,
  listOf: ({ settingsChanges }) => settingsChanges,
  withList: (tenant, settingsChanges) => ({ ...tenant, settingsChanges }),
  // A tenant has one set of them: one change waits at a time.
  about: () => 'standards',
  wish: ({ to }) => to,
  isOutdated: ({ base }, { settings }) => contentDigest(standardsOf(settings)) !== base,
  made: (tenant, { to }) => ({ ...tenant, settings: withStandards(tenant.settings, to) }),
  told: ({ id, to, lowers }, state) => ({
    change:
      state === 'requested' ? 'settings_requested' : state === 'approved' ? 'settings' : 'settings_declined',
    subject: 'standards',
    settingsChange: { id, state, content: sha256Hex(canonicalBytes(to)), lowers },
  }),
};

/**
 * Asks that settings which hold the tenant to less be in force. Asked again by the same person while it is open, it is the
 * same request.
 * @throws Refusal `conflict` while another such change is open, and where the standards were changed in this moment
 */
export async function requestSettingsChange(
  deps: TenantDeps,
  settings: TenantSettings,
  asked: Asked,
): Promise<SettingsChangeAnswer> {
  const now = standardsOf((await tenantOf(deps)).settings);
  const to = standardsOf(settings);
  const wish: SettingsChange = {
    ...(await askedNow(deps, asked)),
    to,
    lowers: loweredBy(now, to),
    base: contentDigest(now),
  };
  return settingsChanges.request(deps, wish, asked);
}

async function answerOf(
  deps: TenantDeps,
  tenant: Tenant,
  change: SettingsChange,
): Promise<SettingsChangeAnswer> {
  const links = linksOf(deps.stores.tenantId);
  return withNames(deps.stores.tenant, {
    ...shownRequest(deps, matter, tenant, change),
    current: standardsOf(tenant.settings),
    links: {
      self: links.at('settings-changes', change.id),
      tenant: links.at(),
      evidence: links.filtered('evidence', 'subject', settingsChangeSubject(change.id)),
    },
  });
}

export const settingsChanges: Changes<SettingsChange, SettingsChangeAnswer> = changesOf(matter, answerOf);
