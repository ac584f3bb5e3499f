import type { z } from 'zod';

import type {
  approvalAnswerSchema,
  approvalListSchema,
  approvalQuerySchema,
  approvalSchema,
} from '../../../schemas/answers/governance.js';
import { isEvidenceOf } from '../../../schemas/evidence.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { approvalSummary, secondsBetween } from '../../core/posture/approval-summary.js';
import { emptyBasis } from '../../core/posture/head.js';
import type { Approval } from '../../core/projections/documents.js';
import { approvalId } from '../../core/projections/keys.js';
import { wordsOf } from '../../core/projections/words.js';
import type { LedgerStore, TenantStores } from '../../ports.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';
import { summaryIn } from '../log/replay.js';

type Row = z.infer<typeof approvalSchema>;

/** Approvals, failing ones first and then those that wait longest, with the sums over all of them. */
export async function listApprovals(
  stores: TenantStores,
  { status, breakGlass, name, words, limit, cursor }: z.output<typeof approvalQuerySchema>,
): Promise<z.infer<typeof approvalListSchema>> {
  const where = {
    ...(status === undefined ? {} : { status }),
    ...(breakGlass === undefined ? {} : { breakGlass }),
  };
  const page = await stores.ledger.list({
    kind: 'approval',
    where,
    words: wordsOf(words),
    ...(name === undefined ? { orderBy: 'rank' } : { idPrefix: approvalId(name) }),
    limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const approvals = page.items.filter((d): d is Approval => d.kind === 'approval');
  const summary = await summaryIn(stores.ledger);
  const { clock } = summary.basis ?? emptyBasis;
  return withNames(stores.tenant, {
    items: await rowsOf(stores, approvals, clock),
    summary: approvalSummary(summary, await oldestPending(stores.ledger)),
    ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
  });
}

/** One approval by its name. @throws Refusal `not_found` */
export async function readApproval(
  stores: TenantStores,
  name: string,
): Promise<z.infer<typeof approvalAnswerSchema>> {
  const id = approvalId(name);
  const approval = (await stores.ledger.read([id])).get(id);
  if (approval?.kind !== 'approval') throw new Refusal('not_found', 'there is no such approval');
  const { clock } = (await summaryIn(stores.ledger)).basis ?? emptyBasis;
  const [row] = await rowsOf(stores, [approval], clock);
  if (row === undefined) throw new Refusal('not_found', 'there is no such approval');
  return withNames(stores.tenant, row);
}

/** Pending ones fail nothing, so that the index has the one that waits longest first. */
async function oldestPending(ledger: LedgerStore): Promise<string | null> {
  const where = { status: 'pending' };
  const { items } = await ledger.list({ kind: 'approval', where, orderBy: 'rank', limit: 1 });
  const [oldest] = items;
  return (oldest?.kind === 'approval' ? oldest.requested?.time : undefined) ?? null;
}

async function rowsOf(stores: TenantStores, approvals: readonly Approval[], clock: string): Promise<Row[]> {
  const reasons = await reasonsOf(stores, approvals);
  const links = linksOf(stores.tenantId);
  return approvals.map((approval) => {
    const { name, status, requested, decided, reviewed, used, usedExpired, latencySeconds, states } =
      approval;
    return {
      name,
      status,
      ...(requested === undefined ? {} : { requested }),
      ...(decided === undefined ? {} : { decided }),
      ...(reviewed === undefined ? {} : { reviewed }),
      ...(used === undefined ? {} : { used }),
      usedExpired: usedExpired === true,
      ...(latencySeconds === undefined ? {} : { latencySeconds }),
      ...(status === 'pending' && requested ? { pendingSeconds: secondsBetween(requested.time, clock) } : {}),
      ...breakGlassOf(approval, reasons.get(requested?.id ?? '')),
      states,
      links: {
        self: links.at('approvals', name),
        ...links.evidence((decided ?? requested)?.id ?? null),
        ...(used === undefined ? {} : { action: links.at('evidence', used.last.id) }),
      },
    };
  });
}

/** Reasons for break-glass by the request's evidence id. They stand in the evidence alone and go when that is erased. */
async function reasonsOf(stores: TenantStores, approvals: readonly Approval[]): Promise<Map<string, string>> {
  const ids = approvals.flatMap(({ breakGlass, requested }) =>
    breakGlass && requested ? [requested.id] : [],
  );
  const reasons = new Map<string, string>();
  for (const evidence of await stores.evidence.getMany(ids)) {
    if (evidence === null || !isEvidenceOf(evidence, 'approval.requested')) continue;
    const reason = evidence.event.data.breakGlassReason ?? evidence.event.data.reason;
    if (reason !== undefined) reasons.set(evidence.id, reason);
  }
  return reasons;
}

function breakGlassOf(
  { breakGlass: review, decided, requested }: Approval,
  reason: string | undefined,
): Pick<Row, 'breakGlass'> {
  if (review === undefined) return {};
  const from = decided?.time;
  const until = requested?.expiresAt;
  return {
    breakGlass: {
      review,
      ...(reason === undefined ? {} : { reason }),
      ...(from === undefined ? {} : { from }),
      ...(until === undefined ? {} : { until }),
      ...(from === undefined || until === undefined ? {} : { seconds: secondsBetween(from, until) }),
    },
  };
}
