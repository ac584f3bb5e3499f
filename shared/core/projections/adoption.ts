import type { EventData } from '../../../schemas/events/types.js';
import type { Config, Override } from './config.js';
import type { Stamp } from './facts.js';
import { isLater, utc } from './stamps.js';

/** What a tenant changed of the catalogue it is judged by: the version it adopted, and overrides of controls. */

/** The config after a catalogue version was adopted. @returns the same where an earlier adoption came in late. */
export function withAdoption(
  config: Config,
  { version }: EventData<'catalogue.adopted'>,
  stamp: Stamp,
): Config {
  return isLater(stamp, config.adopted) ? { ...config, catalogue: version, adopted: stamp } : config;
}

type Overridden = Pick<EventData<'control.overridden'>, 'applicable' | 'freshnessHours' | 'weight' | 'items'>;

/** What an override says of a control: no member for what it leaves as it is. */
export const overridden = ({
  applicable,
  freshnessHours,
  weight,
  items,
}: Overridden): Pick<Override, keyof Overridden> => ({
  ...(applicable === undefined ? {} : { applicable }),
  ...(freshnessHours === undefined ? {} : { freshnessHours }),
  ...(weight === undefined ? {} : { weight }),
  ...(items === undefined ? {} : { items }),
});

/** The config after an override; the later one of a control stands, and what it replaced is over for good. */
export function withOverride(
  config: Config,
  data: EventData<'control.overridden'>,
  stamp: Stamp,
  at: string,
): Config {
  const { control, approvedBy, reason } = data;
  const expiresAt = utc(data.expiresAt);
  if (!isLater(stamp, own(config.overrides, control)) || !isLater(stamp, own(config.ended, control)))
    return config;
  const override: Override = {
    ...stamp,
    approvedBy,
    reason,
    expiresAt,
    ...overridden(data),
  };
  return withoutExpired({ ...config, overrides: { ...config.overrides, [control]: override } }, at);
}

/** The config after what expires by `at` is over. */
export function withoutExpired({ dueAt: _before, ...config }: Config, at: string): Config {
  const all = Object.entries(config.overrides);
  const stand = all.filter(([, { expiresAt }]) => expiresAt > at);
  const over = all
    .filter(([, { expiresAt }]) => expiresAt <= at)
    .map(([control, { time, id }]): [string, Stamp] => [control, { time, id }]);
  const [first] = stand.map(([, { expiresAt }]) => expiresAt).sort();
  return {
    ...config,
    overrides: Object.fromEntries(stand),
    ended: { ...config.ended, ...Object.fromEntries(over) },
    ...(first === undefined ? {} : { dueAt: first }),
  };
}

/** Own members only: a control is named by its sender, and `constructor` is a name too. */
const own = <T>(by: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(by, name) ? by[name] : undefined;
