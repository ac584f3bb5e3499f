import type { ReadinessTarget } from '../../../schemas/readiness.js';
import { postureOf } from '../../core/posture/posture.js';
import type { Summary } from '../../core/projections/documents.js';
import { newJourney } from '../../core/projections/journey.js';
import { tenantItemId } from '../../core/projections/keys.js';
import type { GateFacts } from '../../core/readiness/gate-rules.js';
import type { Release } from '../../core/readiness/validators/facts.js';
import { evidenceBehind } from './evidence-behind.js';
import type { GatherDeps } from './gather-validators.js';
import { packetsFor } from './packets.js';

/** What the gate looks at, read at one position; what comes in meanwhile is judged by the next answer. */
export async function gatherGate(
  deps: GatherDeps & { rehearsal: boolean },
  target: ReadinessTarget,
  release: Release | null,
  logVerified: boolean,
): Promise<GateFacts> {
  const { stores } = deps;
  const documents = await stores.ledger.read(['summary', 'journey', tenantItemId]);
  const [summary, journey, own] = ['summary', 'journey', tenantItemId].map((id) => documents.get(id));
  const posture = postureOf(stores.tenantId, summary?.kind === 'summary' ? summary : emptySummary);
  const tenant = (await stores.tenant.get())?.tenant ?? null;
  return {
    posture,
    // A trial rests on posture and journey alone.
    packets: target === 'trial' ? [] : await packetsFor(deps, tenant, posture, release),
    journey: journey?.kind === 'journey' ? journey : newJourney,
    logVerified,
    rehearsal: deps.rehearsal,
    added: tenant?.settings.readiness.checks ?? [],
    evidenceIds: await evidenceBehind(stores, { posture, logVerified }, own?.kind === 'item' ? own : null),
  };
}

export const emptySummary: Summary = { id: 'summary', kind: 'summary', counts: {}, totals: {} };
