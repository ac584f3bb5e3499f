import type { z } from 'zod';

import type { changeSchema, tenantAnswerSchema } from '../../../schemas/answers/tenants.js';
import type { EventData } from '../../../schemas/events/types.js';
import type { Member } from '../../../schemas/members.js';
import type { TenantId } from '../../../schemas/primitives.js';
import type { settingsChangeStepSchema } from '../../../schemas/settings-changes.js';
import type { sourceChangeStepSchema } from '../../../schemas/source-changes.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import type { Registered } from '../../core/ingest/registration.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { refuseUnruly } from '../../core/delivery/recipient-policy.js';
import { toBase64 } from '../../core/kernel/bytes.js';
import { canonicalText } from '../../core/kernel/canonical.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { sampleTenantId } from '../../core/kernel/sample-tenant.js';
import { instantOf } from '../../core/kernel/time.js';
import { refuseLower } from '../../core/readiness/standards.js';
import type { Clock, KeyRing, TenantStores } from '../../ports.js';
import { configurationDigest } from './configuration-digest.js';
import { foldUntil } from '../log/fold.js';
import { linksOf } from '../links.js';
import { refuseOtherMembers, withFirstMembers } from './members/first-members.js';
import { recordStatement } from '../log/record.js';
import { refuseOtherSources, refuseUnfitSources, withFirstSources } from './sources/first-sources.js';

/*
 * Every change of a tenant is evidence first, then the document. The evidence of revision n has the id `tenant-n`, so
 * there is one at most. If the process dies between the two, the log knows a revision that the document does not have:
 * the same change, made again, meets its own evidence and completes the document; another change finds the revision
 * taken, and is recorded as the next one. Two changes at once: one document write wins, and the other, whose change was
 * computed on what is no longer there, is computed again on the new document and recorded as a later revision. So the
 * last revision of the log is always the document's, or one that a repeat completes.
 */

export type TenantDeps = { stores: TenantStores; keys: KeyRing; clock: Clock };
export type TenantChange = {
  change: EventData<'tenant.configured'>['change'];
  /** What is changed: the tenant, or the id of a source, or `member`; never a person's name. */
  subject: string;
  /** Token subject of who asked, and of the second person where the change needs one. */
  actor: string;
  approvedBy?: string;
  reason?: string;
  /** What becomes of a grant of access; the guest as the token names it. */
  grant?: Omit<NonNullable<EventData<'tenant.configured'>['grant']>, 'person'> & { subject: string };
  /** What becomes of a change of a source that takes two people. */
  sourceChange?: z.infer<typeof sourceChangeStepSchema>;
  /** What becomes of a change of what the tenant is held to. */
  settingsChange?: z.infer<typeof settingsChangeStepSchema>;
  /** Whom the tenant begins with, and the member that is changed or is to be: as the token names them. */
  members?: readonly Member[];
  memberChange?: Member & Pick<MemberStep, 'request'>;
  /** The tenant after the change. Its revision is set here. */
  apply: (tenant: Tenant) => Tenant;
};
type MemberStep = NonNullable<EventData<'tenant.configured'>['memberChange']>;
export type ChangeAnswer = z.infer<typeof changeSchema>;
/** What a tenant is created with beside its settings. */
export type Beginning = {
  sample?: boolean;
  sources?: readonly Registered[];
  members?: readonly Member[];
};

/** Tries of one change against others: each try that fails means that another change succeeded, or died half done. */
const mostTries = 16;

/**
 * Changes an existing tenant, or with `blank` creates it where there is none.
 * @returns the revision that holds the content; `changed` false where it held it before.
 * @throws Refusal `not_found` without a tenant and `blank`; `conflict` where other changes keep winning.
 */
export async function changeTenant(
  deps: TenantDeps,
  change: TenantChange,
  blank?: () => Promise<Tenant>,
): Promise<ChangeAnswer> {
  const { tenantId, tenant: store } = deps.stores;
  const links = { self: linksOf(tenantId).at() };
  let skipped = 0;
  for (let tries = 0; tries < mostTries; tries++) {
    const found = await store.get();
    if (found === null && blank === undefined) throw new Refusal('not_found', 'there is no such tenant');
    const before = found?.tenant ?? (await blank?.());
    if (before === undefined) break;
    const after = change.apply(before);
    if (found !== null && canonicalText(after) === canonicalText(before))
      return { revision: before.revision, changed: false, evidence: null, links };
    const next = { ...after, revision: (found?.tenant.revision ?? 0) + 1 + skipped };
    const evidence = await record(deps, change, next);
    if (evidence === null) {
      skipped += 1;
    } else if (await store.put(next, found?.etag ?? null)) {
      const more = linksOf(tenantId).evidence(evidence.id);
      return { revision: next.revision, changed: true, evidence, links: { ...links, ...more } };
    } else {
      skipped = 0;
    }
  }
  throw new Refusal('conflict', 'other changes were made at the same time; look and try again');
}

/** The change as evidence, folded. Null where the revision is taken by other content. */
async function record(
  deps: TenantDeps,
  change: TenantChange,
  next: Tenant,
): Promise<{ id: string; position: number } | null> {
  const macKey = await deps.keys.macKey(deps.stores.tenantId);
  const pseudonym = (name: string): string => pseudonymOf(macKey, name);
  const { inventoryFreshDays, scoreTarget, findingDays } = next.settings;
  // Before the event, which names the person: a name lost here could never be found again.
  const people = peopleIn(change).map((name) => ({ pseudonym: pseudonym(name), name }));
  await deps.stores.tenant.remember(people);
  const { actor, approvedBy, reason, grant, sourceChange, settingsChange, members, memberChange } = change;
  const subject = subjectOf(change);
  try {
    const { evidence, entry } = await recordStatement(
      deps,
      {
        name: 'tenant.configured',
        id: `tenant-${next.revision}`,
        ...(subject === undefined ? {} : { subject }),
        data: {
          revision: next.revision,
          change: change.change,
          subject: change.subject,
          actor: pseudonym(actor),
          ...(approvedBy === undefined ? {} : { approvedBy: pseudonym(approvedBy) }),
          // As on admission: what a person types goes into the log for good.
          ...(reason === undefined ? {} : { reason: removeSecretsAndAddresses(reason).text }),
          ...(grant === undefined ? {} : { grant: known(grant, pseudonym) }),
          ...(sourceChange === undefined ? {} : { sourceChange }),
          ...(settingsChange === undefined ? {} : { settingsChange }),
          ...(members === undefined ? {} : { members: members.map((one) => known(one, pseudonym)) }),
          ...(memberChange === undefined ? {} : { memberChange: known(memberChange, pseudonym) }),
          digest: configurationDigest(next, pseudonym),
          settings: { inventoryFreshDays, scoreTarget, findingDays },
          ...(next.sample ? { sample: true } : {}),
        },
      },
      next,
    );
    // Settings change how everything is judged: the sweep ends here and not with the next event.
    await foldUntil({ ledger: deps.stores.ledger, now: () => deps.clock.now() }, 0);
    return { id: evidence.id, position: entry.position };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'conflict') return null;
    throw error;
  }
}

/** Everybody whom the evidence of a change names. */
const peopleIn = ({ actor, approvedBy, grant, members = [], memberChange }: TenantChange): string[] =>
  [actor, approvedBy, ...[grant, memberChange, ...members].map((one) => one?.subject)].filter(
    (name) => name !== undefined,
  );

/** What evidence about a grant is found by. */
export const grantSubject = (id: string): string => `grant:${id}`;
/** What evidence about a change of a source is found by. */
export const sourceChangeSubject = (id: string): string => `source-change:${id}`;
/** What evidence about a change of what the tenant is held to is found by. */
export const settingsChangeSubject = (id: string): string => `settings-change:${id}`;
/** What evidence about a change of a member that takes two people is found by. */
export const memberChangeSubject = (id: string): string => `member-change:${id}`;

function subjectOf({ grant, sourceChange, settingsChange, memberChange }: TenantChange): string | undefined {
  if (grant !== undefined) return grantSubject(grant.id);
  if (sourceChange !== undefined) return sourceChangeSubject(sourceChange.id);
  if (settingsChange !== undefined) return settingsChangeSubject(settingsChange.id);
  return memberChange?.request === undefined ? undefined : memberChangeSubject(memberChange.request.id);
}

/** What names somebody as the log may: it outlives the name. */
const known = <T extends { subject: string }>(
  { subject, ...rest }: T,
  pseudonym: (person: string) => string,
): Omit<T, 'subject'> & { person: string } => ({ ...rest, person: pseudonym(subject) });

/**
 * Creates the tenant, with its keys and the sources and members it begins with, or changes its settings. Whoever creates it
 * says alone whose evidence and which people it begins with: nothing stands there yet that another would have to trust.
 * `sample` makes the public sample, which alone has its id.
 * @throws Refusal `invalid_request` for an unknown time zone and an unfit source; `conflict` for the id of the sample and for
 * sources and members that a tenant that is there does not have; `separation_of_duties` for a further domain, and for what
 * holds it to less than before.
 */
export async function putTenant(
  deps: TenantDeps,
  settings: Tenant['settings'],
  actor: string,
  { sample = false, sources = [], members = [] }: Beginning = {},
  reason?: string,
): Promise<ChangeAnswer> {
  refuseUnknownZone(settings.timeZone);
  refuseUnfitSources(sources);
  const { tenantId } = deps.stores;
  if ((tenantId === sampleTenantId) !== sample)
    throw new Refusal('conflict', 'this id is the public sample’s, which is never live');
  const isNew = (await deps.stores.tenant.get()) === null;
  const blank = async (): Promise<Tenant> =>
    withFirstMembers(
      withFirstSources({ ...newTenant(tenantId, settings, await newKey(deps)), sample }, sources),
      members,
    );
  const change: TenantChange = {
    change: isNew ? 'created' : 'settings',
    subject: tenantId,
    actor,
    ...(reason === undefined ? {} : { reason }),
    ...(isNew && members.length > 0 ? { members } : {}),
    apply: (tenant) => {
      refuseUnruly(tenant.settings.reports, settings.reports);
      refuseLower(tenant.settings, settings);
      refuseOtherSources(tenant, sources);
      refuseOtherMembers(tenant, members);
      return { ...tenant, settings };
    },
  };
  return changeTenant(deps, change, blank);
}

/** Keys first: nothing of a tenant can be recorded without them, and keys without a tenant harm nobody. */
async function newKey({ stores, keys, clock }: TenantDeps): Promise<Tenant['keys'][number]> {
  const { keyId, publicKey } = await keys.ensure(stores.tenantId);
  return { keyId, algorithm: 'Ed25519', publicKey: toBase64(publicKey), createdAt: instantOf(clock.now()) };
}

const newTenant = (
  tenantId: TenantId,
  settings: Tenant['settings'],
  key: Tenant['keys'][number],
): Tenant => ({
  tenantId,
  revision: 1,
  createdAt: key.createdAt,
  sample: false,
  settings,
  sources: [],
  sourceChanges: [],
  revokedKeys: [],
  members: [],
  memberChanges: [],
  settingsChanges: [],
  issuers: [],
  keys: [key],
  pipelineKeys: [],
  approvedDomains: [],
  grants: [],
  schedules: [],
});

function refuseUnknownZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    const errors = [{ pointer: '/settings/timeZone', detail: 'not an IANA time zone' }];
    throw new Refusal('invalid_request', 'the body does not match its schema', { errors, cause });
  }
}

/** A tenant as it is shown; recipients are mail addresses, so only those who manage or audit see them. */
export function tenantAnswer(tenant: Tenant, withPeople: boolean): z.infer<typeof tenantAnswerSchema> {
  const { recipients, ...delivery } = tenant.settings.reports;
  const links = linksOf(tenant.tenantId);
  return {
    tenantId: tenant.tenantId,
    revision: tenant.revision,
    createdAt: tenant.createdAt,
    sample: tenant.sample,
    settings: { ...tenant.settings, reports: { ...delivery, ...(withPeople ? { recipients } : {}) } },
    sources: tenant.sources.length,
    members: tenant.members.length,
    keys: tenant.keys,
    links: { posture: links.at('posture'), sources: links.at('sources'), members: links.at('members') },
  };
}
