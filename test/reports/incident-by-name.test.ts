import { expect, it } from 'vitest';

import { hour, instantOf, minute } from '../../shared/core/kernel/time.js';
import { defaultPeriod } from '../../shared/usecases/periods.js';
import { buildReport } from '../../shared/usecases/reports/build-report.js';
import { depsOf } from './eight.js';
import { end, eventsOf, psn, tenant } from './months.js';
import type { Row } from './proofs.js';

const start = end - 10 * hour;
const told = (name: Row[0], at: number, incident: string, data: object): Row => [
  name,
  start + at,
  { incident, ...data },
];

it('an incident that is named is found however many were opened since, by as many reads, with what is told of it alone', async () => {
  const since = Array.from({ length: 220 }, (_, n): Row[] => [
    told('incident.opened', hour + n * 1000, `INC-${100 + n}`, { title: 'Another', severity: 'low' }),
    told('incident.updated', 2 * hour + n * 1000, `INC-${100 + n}`, {
      impact: { customersAffected: 9000 + n },
    }),
  ]).flat();
  const contained = { at: instantOf(start + 41 * minute), how: 'the key was revoked' };
  const rows = [
    told('incident.opened', 0, 'INC-7', { title: 'A key in a public branch', severity: 'high' }),
    told('incident.updated', hour, 'INC-7', { contained, impact: { customersAffected: 12 } }),
    ...since,
    told('incident.closed', 8 * hour, 'INC-7', { outcome: 'false_positive', approvedBy: psn(2) }),
  ];
  const deps = await depsOf(eventsOf(rows, 'u'));
  let searches = 0;
  const evidence: typeof deps.stores.evidence = {
    ...deps.stores.evidence,
    search: (query) => {
      if (query.type?.includes('incident') === true) searches += 1;
      return deps.stores.evidence.search(query);
    },
  };
  const period = defaultPeriod(instantOf(end), tenant.settings.timeZone);
  const build = (incident?: string) =>
    buildReport({ ...deps, stores: { ...deps.stores, evidence } }, tenant, {
      type: 'incident',
      period,
      publicSafe: false,
      ...(incident === undefined ? {} : { incident }),
    });
  const text = JSON.stringify(await build('INC-7'));
  for (const said of ['A key in a public branch', 'the key was revoked']) expect(text).toContain(said);
  expect(text).not.toMatch(/Another|INC-1\d\d|customers affected: 9/);
  // Its opening, its closing, its updates.
  expect(searches).toBe(3);
  await expect(build('INC-8')).rejects.toThrow('the log names no such incident');
  expect(JSON.stringify(await build())).toContain('INC-319');
});
