import type { z } from 'zod';

import type { controlDetailSchema, judgedItemSchema } from '../../../schemas/answers/posture.js';
import type { ControlState } from '../../../schemas/posture.js';
import { Refusal } from '../../core/kernel/refusal.js';
import type { Control } from '../../core/posture/control.js';
import { emptyBasis } from '../../core/posture/head.js';
import { controlsInForce } from '../../core/posture/in-force.js';
import { controlSummary } from '../../core/posture/score.js';
import type { Approval, Exception, Item, LedgerDocument } from '../../core/projections/documents.js';
import type { LedgerList, TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';

type Judged = Item | Approval | Exception;
export type ControlQuery = { state?: ControlState | undefined; limit: number; cursor?: string | undefined };

/**
 * One control with the items it is judged for, worst first, each with the event that decides its state and the way to its
 * proof. A failing state is found by index; for the others a page may be short of its limit.
 * @throws Refusal `not_found` for an id that the catalogue in force does not have
 */
export async function readControl(
  stores: TenantStores,
  controlId: string,
  query: ControlQuery,
): Promise<z.infer<typeof controlDetailSchema>> {
  const found = (await stores.ledger.read(['summary'])).get('summary');
  const { counts = {}, basis = emptyBasis } = found?.kind === 'summary' ? found : {};
  const control = controlsInForce(basis).find(({ id }) => id === controlId);
  if (control === undefined) throw new Refusal('not_found', 'the catalogue in force has no such control');
  const links = linksOf(stores.tenantId);
  const { demand, satisfiedBy, remediation, freshnessHours, clauses } = control;
  const override = basis.overrides[controlId];
  return withNames(stores.tenant, {
    control: {
      ...controlSummary(control, counts, links.at('controls', controlId)),
      demand,
      satisfiedBy,
      remediation,
      freshnessHours,
      clauses: [...clauses],
      ...(override === undefined ? {} : { override }),
    },
    ...(await itemsOfControl(stores, control, query)),
    links: {
      posture: links.at('posture'),
      findings: links.filtered('findings', 'control', controlId),
      frameworks: links.at('frameworks'),
      overrides: links.at('controls', controlId, 'overrides'),
      responses: links.at('controls', controlId, 'responses'),
    },
  });
}

/** A page of the items that a control is judged for. */
export async function itemsOfControl(
  stores: TenantStores,
  control: Control,
  query: ControlQuery,
): Promise<{ items: z.infer<typeof judgedItemSchema>[]; cursor?: string }> {
  const page = await stores.ledger.list(listOf(control, query));
  const links = linksOf(stores.tenantId);
  const items = page.items
    .filter(isJudged)
    .flatMap((document) => rowOf(document, control, query.state, links));
  return { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}

function listOf({ id, scope }: Control, { state, limit, cursor }: ControlQuery): LedgerList {
  const kind = scope.kind === 'approval' || scope.kind === 'exception' ? scope.kind : 'item';
  const indexed = state !== undefined && state !== 'enforced' && state !== 'not_applicable';
  return {
    kind,
    ...(kind === 'item' ? { where: { itemKind: scope.kind } } : {}),
    ...(indexed ? { failing: `${id}:${state}` } : {}),
    orderBy: 'rank',
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  };
}

const isJudged = (document: LedgerDocument): document is Judged =>
  document.kind === 'item' || document.kind === 'approval' || document.kind === 'exception';

function rowOf(
  document: Judged,
  control: Control,
  wanted: ControlState | undefined,
  links: ReturnType<typeof linksOf>,
): z.infer<typeof judgedItemSchema>[] {
  const judged = document.states[control.id];
  if (judged === undefined || (wanted !== undefined && judged.state !== wanted)) return [];
  const kind = document.kind === 'item' ? document.itemKind : document.kind;
  return [{ kind, name: document.name, ...judged, links: links.evidence(judged.evidenceId) }];
}
