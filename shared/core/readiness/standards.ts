import type { TenantCheck } from '../../../schemas/readiness-settings.js';
import { readinessTargetSchema, type ReadinessTarget } from '../../../schemas/readiness.js';
import { loweredSchema, type Lowered } from '../../../schemas/settings-changes.js';
import type { Standards, TenantSettings } from '../../../schemas/tenant.js';
import { canonicalText } from '../kernel/canonical.js';
import { Refusal } from '../kernel/refusal.js';

/*
 * What a tenant holds itself to: what its score is to be, by when findings are due, how old an inventory and a packet may
 * be, what its gate asks besides, and for what target a deployment asks. To ask more of oneself needs nobody. To ask less
 * takes two people: one alone could else let pass what the others would not.
 */

/** The standards in a tenant's settings. */
export const standardsOf = (settings: TenantSettings): Standards => ({
  scoreTarget: settings.scoreTarget,
  findingDays: settings.findingDays,
  inventoryFreshDays: settings.inventoryFreshDays,
  packetDays: settings.readiness.packetDays,
  checks: settings.readiness.checks,
  environments: (settings.pipelines.github?.environments ?? []).map(({ name, target }) => ({ name, target })),
});

/** The settings with other standards. An environment that these do not name, or that is no longer asked from, stays as it is. */
export function withStandards(settings: TenantSettings, to: Standards): TenantSettings {
  const { scoreTarget, findingDays, inventoryFreshDays, packetDays, checks } = to;
  const { github } = settings.pipelines;
  const environments = github?.environments.map((one) => ({
    ...one,
    target: to.environments.find(({ name }) => name === one.name)?.target ?? one.target,
  }));
  return {
    ...settings,
    scoreTarget,
    findingDays,
    inventoryFreshDays,
    readiness: { packetDays, checks },
    ...(github === undefined || environments === undefined
      ? {}
      : { pipelines: { ...settings.pipelines, github: { ...github, environments } } }),
  };
}

/** Of what stands and what is wished, what asks more: this much holds at once. */
export const stricterOf = (now: Standards, wished: Standards): Standards => ({
  scoreTarget: Math.max(now.scoreTarget, wished.scoreTarget),
  findingDays: {
    critical: Math.min(now.findingDays.critical, wished.findingDays.critical),
    high: Math.min(now.findingDays.high, wished.findingDays.high),
    medium: Math.min(now.findingDays.medium, wished.findingDays.medium),
    low: Math.min(now.findingDays.low, wished.findingDays.low),
  },
  inventoryFreshDays: Math.min(now.inventoryFreshDays, wished.inventoryFreshDays),
  packetDays: Math.min(now.packetDays, wished.packetDays),
  checks: stricterChecks(now.checks, wished.checks),
  environments: wished.environments.map(({ name, target }) => ({
    name,
    target: furtherOf(targetNow(now, name), target),
  })),
});

/** Which of the standards a wish would lower. */
export function loweredBy(now: Standards, wished: Standards): Lowered[] {
  const stricter = stricterOf(now, wished);
  return loweredSchema.options.filter(
    (name) => canonicalText(stricter[name]) !== canonicalText(wished[name]),
  );
}

/** @throws Refusal `separation_of_duties` where new settings would lower a standard */
export function refuseLower(now: TenantSettings, wished: TenantSettings): void {
  const lowered = loweredBy(standardsOf(now), standardsOf(wished));
  if (lowered.length > 0)
    throw new Refusal(
      'separation_of_duties',
      `to lower ${lowered.join(', ')} takes a second person: ask for it`,
    );
}

function stricterChecks(now: readonly TenantCheck[], wished: readonly TenantCheck[]): TenantCheck[] {
  const dropped = now.filter((one) => !wished.some((other) => asksAsMuch(other, one)));
  return [...wished.filter(({ name }) => !dropped.some((one) => one.name === name)), ...dropped];
}

/** Whether a check under the same name blocks whatever the other does. */
function asksAsMuch(check: TenantCheck, other: TenantCheck): boolean {
  const [a, b] = [check.requires, other.requires];
  if (check.name !== other.name || !other.targets.every((target) => check.targets.includes(target)))
    return false;
  switch (a.kind) {
    case 'control':
      return b.kind === 'control' && a.control === b.control;
    case 'score':
      return b.kind === 'score' && a.atLeast >= b.atLeast;
    case 'findings':
      return b.kind === 'findings' && a.severity === b.severity && a.atMost <= b.atMost;
  }
}

/** What an environment asks for now. One that is not known is held to the furthest target, or it were dropped and named anew. */
const targetNow = ({ environments }: Standards, name: string): ReadinessTarget =>
  environments.find((one) => one.name === name)?.target ?? 'production';

const furtherOf = (a: ReadinessTarget, b: ReadinessTarget): ReadinessTarget => {
  const order = readinessTargetSchema.options;
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
};
