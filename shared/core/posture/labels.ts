import { day, hour, millisOf, type Millis } from '../kernel/time.js';
import type { Item } from '../projections/documents.js';
import { isGoverned } from '../projections/items.js';
import { isLater } from '../projections/stamps.js';

/** Hours after which an item that was heard from is silent, and an agent idle. */
export const activityHours = 24;
/** Use of a capability beyond approval makes a tool risky for this long after the last use. */
export const misuseWindow = 30 * day;

/** Words that hold of an item at an instant, and instants at which time alone may change them. */
type Words = { labels: string[]; changesAt: Millis[] };

/** All labels of an item (documents.ts), in a fixed order. Pure in (item, instant). */
export function labelsOf(item: Item, now: Millis): Words {
  if (!isGoverned(item)) return { labels: [], changesAt: [] };
  if (!isInScope(item)) return { labels: ['retired', ...declaredAs(item)], changesAt: [] };
  const seen = coverageOf(item, now);
  const activity = item.itemKind === 'agent' ? [seen.heard ? 'active' : 'idle'] : [];
  const risk = item.itemKind === 'tool' ? riskOf(item, now) : { labels: [], changesAt: [] };
  return {
    labels: [...seen.labels, ...activity, ...risk.labels, ...declaredAs(item)],
    changesAt: [...seen.changesAt, ...risk.changesAt],
  };
}

/** Declared as retired, and not heard from since. */
const isInScope = (item: Item): boolean =>
  item.declared?.lifecycle !== 'retired' ||
  (item.observed !== undefined && isLater(item.observed.last, item.declared));

/** Covered is declared, with a decision from a trusted source within the hours (design, five layers). */
function coverageOf(item: Item, now: Millis): Words & { heard: boolean } {
  const { declared, observed } = item;
  const until = (time: string | undefined): Millis | null =>
    time === undefined ? null : millisOf(time) + activityHours * hour;
  const [heardUntil, trustedUntil] = [until(observed?.last.time), until(observed?.trustedAt)];
  const heard = heardUntil !== null && now < heardUntil;
  const labels = ['in_scope'];
  if (declared) labels.push('declared');
  if (observed) labels.push('observed');
  const covered = declared !== undefined && trustedUntil !== null && now < trustedUntil;
  if (covered) labels.push('covered');
  if (observed && !declared) labels.push('shadow');
  if (declared && !heard) labels.push('silent');
  if (declared && heard && !covered) labels.push('uncovered');
  return { labels, heard, changesAt: [heardUntil, trustedUntil].filter((at) => at !== null) };
}

/** Trusted, or risky with every reason. Without a registry record nothing is known of a tool, and unknown is risky. */
function riskOf({ registry, declared, capabilities }: Item, now: Millis): Words {
  const risks: string[] = [];
  const changesAt: Millis[] = [];
  if (registry?.registered !== true) risks.push('unregistered');
  if (registry?.owner === undefined && declared?.owner === undefined) risks.push('unowned');
  if (registry?.registered === true && registry.tier !== 'trusted') risks.push('below_trusted_tier');
  if (registry?.approvedUntil !== undefined) {
    const until = millisOf(registry.approvedUntil);
    if (now >= until) risks.push('approval_expired');
    changesAt.push(until);
  }
  // Where the registry knows a tool and approves nothing of it by name, every use is beyond approval, as for the control.
  const approved = registry?.registered === true ? (registry.approvedCapabilities ?? []) : undefined;
  const beyond =
    approved === undefined
      ? []
      : Object.entries(capabilities ?? {})
          .filter(([capability]) => !approved.includes(capability))
          .map(([, { time }]) => millisOf(time) + misuseWindow);
  if (beyond.some((until) => now < until)) risks.push('beyond_capability');
  return {
    labels: risks.length === 0 ? ['trusted'] : ['risky', ...risks.map((risk) => `risk:${risk}`)],
    changesAt: [...changesAt, ...beyond],
  };
}

/** What the tenant declared, as lists are filtered by it. */
const declaredAs = ({ declared }: Item): string[] => [
  ...(declared?.environment === undefined ? [] : [`environment:${declared.environment}`]),
  ...(declared?.criticality === undefined ? [] : [`criticality:${declared.criticality}`]),
  ...(declared?.owner === undefined ? [] : [`owner:${declared.owner}`]),
];
