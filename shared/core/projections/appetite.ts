import type { EventData } from '../../../schemas/events/types.js';
import type { Config } from './config.js';
import type { Stamp } from './facts.js';
import { isLater, utc } from './stamps.js';

/** The config after limits were approved; the last approval stands, whole. @returns the same where it came in late. */
export function withAppetite(config: Config, data: EventData<'appetite.approved'>, stamp: Stamp): Config {
  if (!isLater(stamp, config.appetite)) return config;
  const { limits, setBy, setOn, actor, approvedBy } = data;
  const expiresAt = utc(data.expiresAt);
  return {
    ...config,
    appetite: { ...stamp, limits, setBy, setOn, requestedBy: actor, approvedBy, expiresAt },
  };
}
