import { day, instantOf } from '../../shared/core/kernel/time.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { end, eventsOf, psn } from './months.js';

const own = { signed: false, sourceId: 'aispm' };

/** What a tenant on its way leaves: an evaluator's access that a second person opened, the gate asked, a pilot proposed. */
export const onTheWay = (): StoredEvidence[] =>
  eventsOf(
    [
      [
        'tenant.configured',
        end - 30 * day,
        {
          revision: 1,
          change: 'grant',
          subject: '2b1f9f0e-0d4b-4c43-9d5f-3a8d6c0b7e11',
          actor: psn(5),
          grant: {
            id: '2b1f9f0e-0d4b-4c43-9d5f-3a8d6c0b7e11',
            purpose: 'trial',
            person: psn(8),
            state: 'approved',
            until: instantOf(end + 10 * day),
          },
          digest: 'c'.repeat(64),
          settings: {
            inventoryFreshDays: 30,
            scoreTarget: 850,
            findingDays: { critical: 7, high: 30, medium: 90, low: 180 },
          },
        },
        own,
      ],
      [
        'readiness.decided',
        end - 4 * day,
        {
          decision: 'd-1',
          target: 'trial',
          ready: false,
          blockers: ['labs_incomplete'],
          digest: 'c'.repeat(64),
          position: 190,
          actor: psn(3),
        },
        own,
      ],
      [
        'pilot.proposed',
        end - 3 * day,
        {
          scope: {
            agents: ['builder', 'reviewer'],
            repositories: ['claims-core'],
            workflows: ['nightly'],
            tools: [],
          },
          from: instantOf(end + 6 * day),
          until: instantOf(end + 96 * day),
          sponsor: psn(7),
          goal: 'Half the time from a change to its review.',
          measures: [
            {
              measure: 'Hours from a change to its review',
              baseline: '26 h, October 2026',
              target: '13 h',
              how: 'Median over merged pull requests of claims-core, weekly',
              stopRule: 'Above 40 h for two weeks',
            },
            {
              measure: 'Changes taken back',
              baseline: '3 of 100',
              target: 'at most 3 of 100',
              how: 'Reverts within seven days of a merge',
              stopRule: 'Above 8 of 100 in any week',
            },
          ],
          actor: psn(3),
        },
        own,
      ],
    ],
    'w',
  );
