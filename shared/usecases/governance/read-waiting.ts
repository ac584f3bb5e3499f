import {
  waitingKindSchema,
  type Waiting,
  type WaitingKind,
  type WaitingList,
} from '../../../schemas/answers/waiting.js';
import { limitedIndicatorSchema } from '../../../schemas/events/appetite.js';
import type { DeliveryChange } from '../../../schemas/delivery.js';
import type { Lowered } from '../../../schemas/settings-changes.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { hour, instantOf, millisOf } from '../../core/kernel/time.js';
import { evidenceIdOf } from '../../core/kernel/ids.js';
import { labelOf } from '../../core/reports/kpis/limits.js';
import { titleOf } from '../../core/reports/titles.js';
import { waitingAppetite } from './appetite.js';
import { waitingChanges } from '../delivery/change-requests.js';
import { endOf, grantAnswer } from '../journey/grants.js';
import { linksOf } from '../links.js';
import { grantSubject, type TenantDeps } from '../tenants/manage-tenants.js';
import { memberChanges } from '../tenants/members/change-requests.js';
import { withNames } from '../names.js';
import { waitingOverrides } from './override-control.js';
import { readSome } from '../read-some.js';
import { serviceSource } from '../log/record.js';
import { loadReport, renderedId } from '../reports/report-record.js';
import { waitingRotations } from '../tenants/request-rotation.js';
import { settingsChanges } from '../tenants/settings/change-requests.js';
import { sourceChanges } from '../tenants/sources/change-requests.js';

/*
 * Everything that waits for a second person, whatever it is, in one list: who approves looks here once a day, and need not
 * know on which route each kind is asked for.
 */

/** More reports than anybody looks at wait for nobody: the oldest are enough to begin with. */
const mostReports = 200;

type Deps = TenantDeps;
type Links = ReturnType<typeof linksOf>;
type Asked = Pick<Waiting, 'id' | 'requestedBy' | 'requestedAt' | 'reason'> & { status: string };

/** @param kinds those that the reader may see */
export async function readWaiting(
  deps: Deps,
  tenant: Tenant,
  kinds: ReadonlySet<WaitingKind>,
): Promise<WaitingList> {
  const { stores, clock } = deps;
  const links = linksOf(stores.tenantId);
  const shown = waitingKindSchema.options.filter((kind) => kinds.has(kind));
  const found = await Promise.all(shown.map((kind) => waitingOf[kind](deps, tenant, links)));
  return withNames(stores.tenant, {
    asOf: instantOf(clock.now()),
    items: found.flat().sort((a, b) => (a.decideBy < b.decideBy ? -1 : a.decideBy > b.decideBy ? 1 : 0)),
    hidden: waitingKindSchema.options.filter((kind) => !kinds.has(kind)),
    links: { tenant: links.at() },
  });
}

const row = (
  kind: WaitingKind,
  { id, status, reason, requestedBy, requestedAt }: Asked,
  said: Pick<Waiting, 'what' | 'decideBy'>,
  self: string,
  about?: string,
): Waiting => ({
  kind,
  id,
  ...said,
  status: status === 'outdated' ? 'outdated' : 'pending',
  ...(reason === undefined ? {} : { reason }),
  requestedBy,
  requestedAt,
  links: {
    approve: `${self}/approve`,
    reject: `${self}/${refusals[kind] ?? 'reject'}`,
    ...(about === undefined ? {} : { about }),
  },
});

type AskedChange = Asked & { expiresAt: string; links: Readonly<Record<string, string>> };

/** A request that stands in the tenant's document. */
const change = (kind: WaitingKind, one: AskedChange, what: string): Waiting =>
  row(kind, one, { what, decideBy: one.expiresAt }, one.links['self'] ?? '', one.links['evidence']);

/** The last step of the path by which a kind is refused, where that is not `reject`. */
const refusals: Partial<Record<WaitingKind, string>> = { key: 'cancel', access: 'revoke' };

const waitingOf: Record<WaitingKind, (deps: Deps, tenant: Tenant, links: Links) => Promise<Waiting[]>> = {
  member: async (deps, tenant) =>
    (await memberChanges.waiting(deps, tenant)).map((one) =>
      change('member', one, `${one.subject} as ${one.roles.join(', ')}`),
    ),
  source: async (deps, tenant) =>
    (await sourceChanges.waiting(deps, tenant)).map((one) =>
      change('source', one, `${one.kind} of ${one.source}`),
    ),
  settings: async (deps, tenant) =>
    (await settingsChanges.waiting(deps, tenant)).map((one) =>
      change('settings', one, `less of ${one.lowers.map((name) => standards[name]).join(', ')}`),
    ),
  override: async (deps, _tenant, links) =>
    (await waitingOverrides(deps)).map((one) => {
      const { applicable, freshnessHours, weight, items, control } = one;
      const changes = [
        ...(applicable === undefined ? [] : [applicable ? 'applicable' : 'not applicable']),
        ...(freshnessHours === undefined ? [] : [`evidence counts for ${freshnessHours} hours`]),
        ...(weight === undefined ? [] : [`weight ${weight}`]),
      ];
      const scope = items === undefined ? '' : ` for ${items.join(', ')}`;
      const what = `${control}: ${changes.join(', ')}${scope}, until ${dayOf(one.expiresAt)}`;
      const self = links.at('controls', control, 'overrides', one.id);
      return row('override', one, { what, decideBy: one.decideBy }, self, one.links['control']);
    }),
  limits: async (deps, _tenant, links) =>
    (await waitingAppetite(deps)).map((one) => {
      const names = limitedIndicatorSchema.options.filter((id) => one.limits[id] !== undefined).map(labelOf);
      const what = `${names.join(', ')}, as set by ${one.setBy} on ${one.setOn}, until ${dayOf(one.expiresAt)}`;
      const self = links.at('appetite', 'requests', one.id);
      return row('limits', one, { what, decideBy: one.decideBy }, self, one.links['appetite']);
    }),
  delivery: async (deps) =>
    (await waitingChanges(deps)).map((one) =>
      row(
        'delivery',
        one,
        { what: deliveryOf(one.change), decideBy: one.expiresAt },
        one.links['self'] ?? '',
      ),
    ),
  key: async (deps, _tenant, links) =>
    (await waitingRotations(deps)).map((one) =>
      row(
        'key',
        one,
        { what: 'another signing key', decideBy: one.expiresAt },
        links.at('keys', 'rotations', one.id),
      ),
    ),
  access: ({ clock }, { grants }, links) => {
    const open = grants.filter((grant) => grantAnswer(grant, clock.now()).state === 'requested');
    return Promise.resolve(
      open.map((grant) => {
        const rights = grant.purpose === 'trial' ? grant.roles : grant.sections;
        const what = `${grant.subject}: ${grant.purpose.replace('_', ' ')}, ${rights.join(', ')}, until ${dayOf(grant.until)}`;
        const about = links.filtered('evidence', 'subject', grantSubject(grant.id));
        const decideBy = instantOf(endOf(grant));
        return row(
          'access',
          { ...grant, status: 'pending' },
          { what, decideBy },
          links.at('access-grants', grant.id),
          about,
        );
      }),
    );
  },
  report: waitingReports,
};

const dayOf = (instant: string): string => instantOf(millisOf(instant)).slice(0, 10);

const standards: Record<Lowered, string> = {
  scoreTarget: 'the score’s target',
  findingDays: 'the days until findings are due',
  inventoryFreshDays: 'the days that an inventory counts',
  packetDays: 'the days that a packet counts',
  checks: 'the gate’s added checks',
  environments: 'the targets of environments',
};

function deliveryOf(change: DeliveryChange): string {
  switch (change.kind) {
    case 'domain':
      return `reports to ${change.domain}, until ${dayOf(change.until)}`;
    case 'schedule':
      return `schedule ${change.schedule.id}: ${titleOf(change.schedule.report)}, ${change.schedule.cadence}`;
    case 'schedule_removed':
      return `schedule ${change.schedule} removed`;
    case 'approval_waived':
      return 'reports without anybody’s approval';
  }
}

/** Packets that are rendered and may go out once another approves them. */
async function waitingReports({ stores, clock }: Deps, _tenant: Tenant, links: Links): Promise<Waiting[]> {
  const query = { kind: 'report', where: { status: 'rendered' }, orderBy: 'rank' } as const;
  const { items } = await readSome(stores.ledger, query, mostReports);
  const rows = await Promise.all(
    items.map(async ({ name, requestedAt }) => {
      const { value: record } = await loadReport(stores, name);
      if (!record.approvalRequired || record.frozen?.waiting !== undefined) return [];
      const rendered = await stores.evidence.get(evidenceIdOf(serviceSource.uri, renderedId(name)));
      const from = rendered === null ? millisOf(requestedAt) : millisOf(rendered.event.time);
      const decideBy = from + record.approvalExpiresHours * hour;
      if (decideBy <= clock.now()) return [];
      const what = `${titleOf(record.type)}, ${record.period.label}`;
      const self = links.at('reports', name);
      const asked = { id: name, status: 'pending', requestedBy: record.requestedBy, requestedAt };
      return [row('report', asked, { what, decideBy: instantOf(decideBy) }, self, self)];
    }),
  );
  return rows.flat();
}
