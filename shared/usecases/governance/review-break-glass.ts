import type { z } from 'zod';

import type { reviewBreakGlassSchema } from '../../../schemas/answers/governance.js';
import { pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { evidenceIdOf, uuidOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { approvalId } from '../../core/projections/keys.js';
import { recordStatement, serviceSource, type RecordDeps } from '../log/record.js';

/**
 * A person looks at a use of break-glass afterwards: neither who asked for it nor who let it pass. The first review by
 * command stands; of two at once the later finds the earlier in the log.
 * @throws Refusal `not_found`; `conflict` where nothing was used or it was reviewed; `separation_of_duties`.
 */
export async function reviewBreakGlass(
  deps: RecordDeps,
  name: string,
  { outcome, reason, idempotencyKey }: z.output<typeof reviewBreakGlassSchema>,
  subject: string,
  nonce: string,
): Promise<void> {
  const { stores, keys } = deps;
  const macKey = await keys.macKey(stores.tenantId);
  const reviewedBy = pseudonymOf(macKey, subject);
  const id = `breakglass-reviewed-${uuidOf(stores.tenantId, name, idempotencyKey ?? nonce)}`;
  const evidenceId = evidenceIdOf(serviceSource.uri, id);
  // A repeat finds its own first try, and that it was reviewed is no conflict then.
  if ((await stores.evidence.get(evidenceId)) === null) await refuse(deps, name, reviewedBy);
  await stores.tenant.remember([{ pseudonym: reviewedBy, name: subject }]);
  await recordStatement(deps, {
    name: 'breakglass.reviewed',
    id,
    subject: `approval:${name}`.slice(0, 200),
    data: { approval: name, reviewedBy, outcome, notes: removeSecretsAndAddresses(reason).text },
  });
}

async function refuse({ stores }: RecordDeps, name: string, reviewer: string): Promise<void> {
  const id = approvalId(name);
  const approval = (await stores.ledger.read([id])).get(id);
  if (approval?.kind !== 'approval') throw new Refusal('not_found', 'there is no such approval');
  const { breakGlass, requested, decided } = approval;
  if (breakGlass === undefined || decided === undefined)
    throw new Refusal('conflict', 'no break-glass was used under this approval');
  if (approval.reviewed)
    throw new Refusal('conflict', `it was reviewed already: ${approval.reviewed.outcome}`);
  if ([requested?.by, decided.by, decided.requestedBy].includes(reviewer))
    throw new Refusal('separation_of_duties', 'who asked for break-glass or let it pass cannot review it');
}
