import type { EventData } from '../../../schemas/events/types.js';
import type { Config } from './config.js';
import type { Stamp } from './facts.js';
import { isLater } from './stamps.js';

/** Versions kept: decisions under an older one are judged as outside any published policy. */
export const keptPolicies = 200;

/** The config after a policy version was published. Publishing one again replaces it if later. */
export function withPolicy(config: Config, data: EventData<'policy.published'>, stamp: Stamp): Config {
  const key = `${data.policy}@${data.version}`;
  if (!isLater(stamp, config.policies[key]?.at)) return config;
  const rules = Object.fromEntries(data.rules.map(({ rule, controls }) => [rule, controls]));
  const all = Object.entries({ ...config.policies, [key]: { at: stamp, mode: data.mode, rules } });
  all.sort(([, a], [, b]) => (isLater(a.at, b.at) ? 1 : -1));
  return { ...config, policies: Object.fromEntries(all.slice(-keptPolicies)) };
}

/** The config after a change of settings; an older revision changes nothing. */
export function withSettings(config: Config, data: EventData<'tenant.configured'>): Config {
  if (data.revision <= config.revision) return config;
  const { revision, settings, sample = false } = data;
  return { ...config, revision, settings, sample };
}
