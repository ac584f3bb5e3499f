import type { z } from 'zod';

import type { approvalSchema, exceptionSchema } from '../../schemas/answers/items.js';
import type { LedgerDocument } from '../core/projections/documents.js';
import type { LedgerList, TenantStores } from '../ports.js';
import { linksOf } from './links.js';
import { withNames } from './names.js';

type Paging = { limit: number; cursor?: string | undefined };
type Of<K extends LedgerDocument['kind']> = Extract<LedgerDocument, { kind: K }>;
type Links = ReturnType<typeof linksOf>;

export const listApprovals = (stores: TenantStores, status: string | undefined, paging: Paging) =>
  listOf(
    stores,
    'approval',
    status === undefined ? {} : { status },
    paging,
    (approval, links): z.infer<typeof approvalSchema>[] => {
      const { name, status: stands, requested, decided, reviewed, states } = approval;
      return [
        {
          name,
          status: stands,
          ...(requested === undefined ? {} : { requested }),
          ...(decided === undefined ? {} : { decided }),
          ...(reviewed === undefined ? {} : { reviewed }),
          states,
          links: links.evidence((decided ?? requested)?.id ?? null),
        },
      ];
    },
  );

export const listExceptions = (stores: TenantStores, status: string | undefined, paging: Paging) =>
  listOf(
    stores,
    'exception',
    status === undefined ? {} : { status },
    paging,
    (exception, links): z.infer<typeof exceptionSchema>[] => {
      const { name, status: stands, granted, renewed, revoked, states } = exception;
      return [
        {
          name,
          status: stands,
          ...(granted === undefined ? {} : { granted }),
          ...(renewed === undefined ? {} : { renewed }),
          ...(revoked === undefined ? {} : { revoked }),
          states,
          links: links.evidence((revoked ?? renewed ?? granted)?.id ?? null),
        },
      ];
    },
  );

async function listOf<K extends LedgerDocument['kind'], Row>(
  stores: TenantStores,
  kind: K,
  where: NonNullable<LedgerList['where']>,
  { limit, cursor }: Paging,
  rowsOf: (document: Of<K>, links: Links) => Row[],
) {
  const page = await stores.ledger.list({
    kind,
    where,
    orderBy: 'rank',
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const links = linksOf(stores.tenantId);
  const items = page.items.flatMap((document) => (isOf(document, kind) ? rowsOf(document, links) : []));
  return withNames(stores.tenant, { items, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) });
}

const isOf = <K extends LedgerDocument['kind']>(document: LedgerDocument, kind: K): document is Of<K> =>
  document.kind === kind;
