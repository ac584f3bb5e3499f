import type { ReportCatalogue } from '../../../schemas/reports.js';
import { eightReportsSchema, type EightReports } from '../../../schemas/events/service.js';
import type { ReadinessTarget } from '../../../schemas/readiness.js';
import { postureOf } from '../../core/posture/posture.js';
import { reportTitles } from '../../core/reports/titles.js';
import { labRows, labs } from '../../core/reports/trial/labs.js';
import { previewReadiness } from '../readiness/gate.js';
import { anyIncident } from './gather-incident.js';
import { summaryOf } from './gather-posture.js';
import { newestProofs } from './read-proofs.js';
import type { ReportDeps } from './report-record.js';

/**
 * The eight reports: ready, or waiting for what. Bad news never waits: CSO, CISO, board and SOC 2-style issue with what
 * qualifies them. Trial, pilot and production wait; until then a request gives a preview that goes to nobody.
 */
export async function reportCatalogue(deps: ReportDeps): Promise<ReportCatalogue> {
  const observed = (await deps.stores.ledger.head()) !== null;
  const waits = await waitsOf(deps);
  return {
    items: eightReportsSchema.options.map((type) => {
      const waitingFor = [...(observed ? [] : ['the first evidence in the log']), ...(waits[type] ?? [])];
      return {
        type,
        title: reportTitles[type],
        status: waitingFor.length === 0 ? 'ready' : 'waiting',
        waitingFor,
      };
    }),
  };
}

async function waitsOf(deps: ReportDeps): Promise<Partial<Record<EightReports, string[]>>> {
  const { stores } = deps;
  const blockers = async (target: ReadinessTarget): Promise<string[]> =>
    (await previewReadiness(deps, target)).blockers.map(({ title }) => title);
  const posture = postureOf(stores.tenantId, await summaryOf(stores.ledger));
  const types = [...new Set(labs.flatMap((lab) => lab.types))];
  const proofs = await newestProofs(stores, types, posture.position, 5);
  const open = labRows({ posture, proofs }).filter(({ proven }) => !proven);
  return {
    incident: (await anyIncident(stores)) ? [] : ['an incident: none is in the log'],
    'trial-handoff': [
      ...open.map(({ title, leaves }) => `lab “${title}”: the log lacks ${leaves}`),
      ...(await blockers('trial')),
    ],
    'pilot-launch': await blockers('pilot'),
    'production-readiness': await blockers('production'),
  };
}
