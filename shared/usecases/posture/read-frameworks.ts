import type { z } from 'zod';

import type {
  answeringControlSchema,
  ClauseState,
  frameworkDetailSchema,
  frameworkListSchema,
  frameworkSummarySchema,
} from '../../../schemas/answers/controls.js';
import type { ControlSummary, Posture } from '../../../schemas/posture.js';
import { Refusal } from '../../core/kernel/refusal.js';
import type { Millis } from '../../core/kernel/time.js';
import { controlById } from '../../core/posture/catalogue.js';
import { frameworks } from '../../core/posture/clause-catalogue.js';
import {
  clausesOf,
  frameworkById,
  type FrameworkRow,
  type JudgedClause,
} from '../../core/posture/frameworks.js';
import type { TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';
import { itemsOfControl } from './read-controls.js';
import { readPosture } from './read-posture.js';
import type { ReplayDeps } from '../log/replay.js';

/** Every framework with how many of its clauses are supported, and how many nothing answers. One point read. */
export async function listFrameworks(
  deps: ReplayDeps,
  now: Millis,
): Promise<z.infer<typeof frameworkListSchema>> {
  const posture = await readPosture(deps, {}, now);
  const { position, asOf, catalogue, controls } = posture;
  return {
    position,
    asOf,
    catalogue,
    frameworks: frameworks.map((row) => summaryOf(row, clausesOf(row, controls), posture)),
    links: posture.links,
  };
}

/**
 * One framework, clause by clause, with the controls that answer it. For each control the item it is worst for is read,
 * with the event that decides: an index read a control, however large the tenant.
 * @throws Refusal `not_found` for a framework that is not mapped
 */
export async function readFramework(
  deps: ReplayDeps,
  frameworkId: string,
  now: Millis,
): Promise<z.infer<typeof frameworkDetailSchema>> {
  const row = frameworkById(frameworkId);
  if (row === null) throw new Refusal('not_found', 'no such framework is mapped');
  const { stores } = deps;
  const posture = await readPosture(deps, {}, now);
  const clauses = clausesOf(row, posture.controls);
  const named = new Set(clauses.flatMap((clause) => clause.controls));
  const controls = await Promise.all(
    posture.controls.filter(({ id }) => named.has(id)).map((control) => withEvidence(stores, control)),
  );
  const { position, asOf, catalogue } = posture;
  const { at } = linksOf(stores.tenantId);
  return withNames(stores.tenant, {
    position,
    asOf,
    catalogue,
    framework: summaryOf(row, clauses, posture),
    clauses,
    controls,
    links: { frameworks: at('frameworks'), posture: at('posture') },
  });
}

function summaryOf(
  { id, name, relation, source, note }: FrameworkRow,
  clauses: readonly JudgedClause[],
  { tenantId }: Posture,
): z.infer<typeof frameworkSummarySchema> {
  const count = (state: ClauseState): number => clauses.filter((clause) => clause.state === state).length;
  return {
    id,
    name,
    relation,
    source,
    note,
    clauses: clauses.length,
    states: {
      supported: count('supported'),
      partly: count('partly'),
      unsupported: count('unsupported'),
      not_observed: count('not_observed'),
      gap: count('gap'),
    },
    link: `/api/tenants/${tenantId}/frameworks/${id}`,
  };
}

async function withEvidence(
  stores: TenantStores,
  { id, title, state, counts, inScope, link }: ControlSummary,
): Promise<z.infer<typeof answeringControlSchema>> {
  const control = controlById.get(id);
  const rows =
    control === undefined || state === 'not_observed'
      ? []
      : (await itemsOfControl(stores, control, { state, limit: 3 })).items;
  return { id, title, state, counts, inScope, link, evidence: rows[0] ?? null };
}
