import type { Posture } from '../../../schemas/posture.js';
import { approvalSummary } from '../../core/posture/approval-summary.js';
import { trendPoint } from '../../core/posture/trend.js';
import type { Day, Summary } from '../../core/projections/documents.js';
import { dayId } from '../../core/projections/keys.js';
import type { MonthlyInput } from '../../core/reviews/monthly.js';
import type { Period } from '../../core/reviews/periods.js';
import type { WeeklyInput } from '../../core/reviews/weekly.js';
import { addDays } from '../../core/reviews/zone.js';
import { readDrift } from '../posture/read-drift.js';
import { readSome } from '../read-some.js';
import { reportCatalogue } from '../reports/report-catalogue.js';
import type { ReportDeps } from '../reports/report-record.js';

const most = { findings: 10_000, exceptions: 2000 };

export async function gatherWeekly(
  deps: ReportDeps,
  period: Period,
  posture: Posture,
  summary: Summary,
): Promise<WeeklyInput> {
  const { ledger } = deps.stores;
  const before = await dayBefore(deps, period);
  return {
    posture,
    open: await readSome(
      ledger,
      { kind: 'finding', where: { state: 'open' }, orderBy: 'rank' },
      most.findings,
    ),
    approvals: {
      now: approvalSummary(summary, null),
      before: before && approvalSummary({ ...before, id: 'summary', kind: 'summary' }, null),
    },
    reports: (await reportCatalogue(deps)).items,
  };
}

/** Counters as they stood when the day before a period ended, in UTC; null where the log did not see it end. */
export async function dayBefore({ stores }: ReportDeps, { from }: Period): Promise<Day | null> {
  const id = dayId(addDays(from, -1));
  const found = (await stores.ledger.read([id])).get(id);
  return found?.kind === 'day' ? found : null;
}

export async function gatherMonthly(
  deps: ReportDeps,
  period: Period,
  posture: Posture,
  summary: Summary,
  executiveReport: MonthlyInput['executiveReport'],
): Promise<MonthlyInput> {
  const { stores, clock } = deps;
  const { ledger } = stores;
  const ids: string[] = [];
  for (let date = period.from; date <= period.to; date = addDays(date, 1)) ids.push(dayId(date));
  const days = await ledger.read(ids);
  const standing = async (status: string) =>
    readSome(ledger, { kind: 'exception', where: { status }, orderBy: 'rank' }, most.exceptions);
  const [active, unowned] = [await standing('active'), await standing('unowned')];
  const scratch = () => ledger;
  const drift = await readDrift({ stores, blobs: deps.blobs, scratch }, clock.now());
  return {
    posture,
    executiveReport,
    trend: ids.flatMap((id) => {
      const one = days.get(id);
      return one?.kind === 'day' ? [trendPoint(stores.tenantId, one)] : [];
    }),
    exceptions: {
      items: [...unowned.items, ...active.items],
      more: active.more || unowned.more,
      expired: summary.counts['exceptions/expired'] ?? 0,
      expiring: summary.counts['exception-terms/expiring'] ?? 0,
    },
    drift: {
      counts: drift.counts,
      drifted: drift.drifted.flatMap(({ kind, name, decisions }) =>
        decisions.map(({ policy, version, why }) => ({ kind, name, policy, version, why })),
      ),
      fallen: drift.fallen.map(({ control, kind, name, since }) => ({ control, kind, name, since })),
    },
  };
}
