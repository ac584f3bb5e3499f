import type { ReportCatalogue } from '../../../schemas/reports.js';
import type { ReportType } from '../../../schemas/events/service.js';
import type { ReadinessTarget } from '../../../schemas/readiness.js';
import { postureOf } from '../../core/posture/posture.js';
import { labRows, labs } from '../../core/reports/trial/labs.js';
import { previewReadiness } from '../readiness.js';
import { anyIncident } from './gather-incident.js';
import { summaryOf } from './gather-posture.js';
import { newestProofs } from './read-proofs.js';
import type { ReportDeps } from './report-record.js';

const titles: Readonly<Record<Exclude<ReportType, 'delivery-validation' | 'review-digest'>, string>> = {
  cso: 'CSO report',
  ciso: 'CISO report',
  'board-kpi': 'Board KPI pack',
  'soc2-evidence': 'SOC 2-style evidence packet',
  incident: 'Incident and closure report',
  'trial-handoff': 'Trial evaluator handoff',
  'pilot-launch': 'Pilot launch board pack',
  'production-readiness': 'Production readiness packet',
};
type Listed = keyof typeof titles;

/**
 * The eight reports: ready, or waiting for what. Bad news never waits: CSO, CISO, board and SOC 2-style issue with what
 * qualifies them. Trial, pilot and production wait; until then a request gives a preview that goes to nobody.
 */
export async function reportCatalogue(deps: ReportDeps): Promise<ReportCatalogue> {
  const observed = (await deps.stores.ledger.head()) !== null;
  const waits = await waitsOf(deps);
  const types: readonly Listed[] = [
    'cso',
    'ciso',
    'board-kpi',
    'soc2-evidence',
    'incident',
    'trial-handoff',
    'pilot-launch',
    'production-readiness',
  ];
  return {
    items: types.map((type) => {
      const waitingFor = [...(observed ? [] : ['the first evidence in the log']), ...(waits[type] ?? [])];
      return { type, title: titles[type], status: waitingFor.length === 0 ? 'ready' : 'waiting', waitingFor };
    }),
  };
}

async function waitsOf(deps: ReportDeps): Promise<Partial<Record<Listed, string[]>>> {
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
      ...open.map(({ title, leaves }) => `lab “${title}”: no ${leaves} is in the log`),
      ...(await blockers('trial')),
    ],
    'pilot-launch': await blockers('pilot'),
    'production-readiness': await blockers('production'),
  };
}
