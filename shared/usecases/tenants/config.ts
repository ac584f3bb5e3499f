import { defaultConfig } from '../../core/posture/settle.js';
import type { Config } from '../../core/projections/config.js';
import type { TenantStores } from '../../ports.js';

/** Policies, settings, catalogue and overrides in force, as the log says. */
export async function configIn({ ledger }: Pick<TenantStores, 'ledger'>): Promise<Config> {
  const found = (await ledger.read(['config'])).get('config');
  return found?.kind === 'config' ? found : defaultConfig;
}
