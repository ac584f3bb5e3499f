import type { SourceChangeAnswer } from '../../../../schemas/answers/tenants.js';
import type { Source, SourceChange, Tenant } from '../../../../schemas/tenant.js';
import {
  contentDigest,
  sourceIn,
  widenings,
  withSource,
  type Registration,
} from '../../../core/ingest/registration.js';
import { isRetired } from '../../../core/ingest/rules.js';
import { Refusal } from '../../../core/kernel/refusal.js';
import {
  askedNow,
  changesOf,
  tenantOf,
  type Asked,
  type Changes,
  type Matter,
} from '../../governance/change-requests.js';
import { linksOf } from '../../links.js';
import { sourceChangeSubject, type TenantDeps } from '../manage-tenants.js';
import { withNames } from '../../names.js';
import { shownRequest } from '../../governance/shown-change.js';

/* Whose word counts as evidence is changed by two people. */

/** A wish for a source: what it is to be registered with, or without `to` that it is to be retired. */
export type SourceWish = { source: string; to?: Registration | undefined };

const matter: Matter<SourceChange> = {
  thing: 'source',
  most: 100,
  listOf: ({ sourceChanges }) => sourceChanges,
  withList: (tenant, sourceChanges) => ({ ...tenant, sourceChanges }),
  about: ({ source }) => source,
  wish: ({ kind, to }) => ({ kind, ...(to === undefined ? {} : { to }) }),
  // A retirement retires whatever there is.
  isOutdated: ({ source, to, base }, tenant) =>
    to !== undefined && contentDigest(sourceIn(tenant, source)) !== base,
  made: (tenant, { source, to, requestedBy }, { by, at }) =>
    to === undefined
      ? withRetired(tenant, source, { requestedBy, approvedBy: by, at })
      : withSource(tenant, { id: source, ...to }),
  told: ({ id, kind, source, to, widens }, state) => {
    const content = contentDigest(to);
    return {
      change:
        state === 'requested'
          ? 'source_requested'
          : state !== 'approved'
            ? 'source_declined'
            : to === undefined
              ? 'source_retired'
              : 'source',
      subject: source,
      sourceChange: { id, kind, state, ...(content === null ? {} : { content, widens }) },
    };
  },
};

function withRetired(tenant: Tenant, source: string, retired: NonNullable<Source['retired']>): Tenant {
  const known = sourceIn(tenant, source);
  if (known === undefined) throw new Refusal('not_found', 'there is no such source');
  if (isRetired(known)) throw new Refusal('conflict', 'the source is already retired');
  return { ...tenant, sources: tenant.sources.map((one) => (one === known ? { ...one, retired } : one)) };
}

/**
 * Asks for a change of a source. Asked again by the same person while it is open, it is the same request.
 * @throws Refusal `not_found` for a retirement of no source; `conflict` for what could not be registered, while another
 * change of the source is open, and where the source was changed in this moment
 */
export async function requestSourceChange(
  deps: TenantDeps,
  { source, to }: SourceWish,
  asked: Asked,
): Promise<SourceChangeAnswer> {
  const known = sourceIn(await tenantOf(deps), source);
  const wish: SourceChange = {
    ...(await askedNow(deps, asked)),
    kind: to === undefined ? 'retirement' : known === undefined ? 'registration' : 'change',
    source,
    ...(to === undefined ? {} : { to }),
    widens: to === undefined ? [] : widenings(known, to),
    base: contentDigest(known),
  };
  return sourceChanges.request(deps, wish, asked);
}

function registrationOf(source: Source | undefined): Registration | null {
  if (source === undefined) return null;
  const { id: _id, retired: _retired, ...registration } = source;
  return registration;
}

async function answerOf(deps: TenantDeps, tenant: Tenant, change: SourceChange): Promise<SourceChangeAnswer> {
  const links = linksOf(deps.stores.tenantId);
  return withNames(deps.stores.tenant, {
    ...shownRequest(deps, matter, tenant, change),
    registered: registrationOf(sourceIn(tenant, change.source)),
    links: {
      self: links.at('source-changes', change.id),
      sources: links.at('sources'),
      evidence: links.filtered('evidence', 'subject', sourceChangeSubject(change.id)),
    },
  });
}

export const sourceChanges: Changes<SourceChange, SourceChangeAnswer> = changesOf(matter, answerOf);
