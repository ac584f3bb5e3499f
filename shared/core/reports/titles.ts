import type { EightReports } from '../../../schemas/events/service.js';

/** The eight reports by their names. */
export const reportTitles: Readonly<Record<EightReports, string>> = {
  cso: 'CSO report',
  ciso: 'CISO report',
  'board-kpi': 'Board KPI pack',
  'soc2-evidence': 'SOC 2-style evidence packet',
  incident: 'Incident and closure report',
  'trial-handoff': 'Trial evaluator handoff',
  'pilot-launch': 'Pilot launch board pack',
  'production-readiness': 'Production readiness packet',
};
