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

/** A report by its name; one that is none of the eight, as a review's, by its type. */
export const titleOf = (type: string): string =>
  Object.entries(reportTitles).find(([name]) => name === type)?.[1] ?? type.replaceAll('-', ' ');
