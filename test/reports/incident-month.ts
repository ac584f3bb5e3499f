import { day, hour, instantOf, minute } from '../../shared/core/kernel/time.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { badMonth, end, eventsOf, psn } from './months.js';
import type { Row } from './proofs.js';

/** A bad month with one incident: open, or contained as updates say, or closed with remediation, lessons and a follow-up. */
export const incidentMonth = (state: 'open' | 'contained' | 'closed'): StoredEvidence[] => {
  const bad = badMonth();
  const [first, second] = bad.filter(({ event }) => event.type === 'aispm.decision.recorded').slice(-2);
  const told: Row[] = [
    [
      'incident.opened',
      end - 3 * hour,
      {
        incident: 'INC-0042',
        title: 'An undeclared agent wrote through a tool that nobody registered',
        severity: 'critical',
        detectedAt: instantOf(end - 200 * minute),
        owner: psn(4),
        evidenceIds: [first?.id, second?.id, 'f'.repeat(64)],
      },
    ],
    [
      'incident.updated',
      end - 130 * minute,
      {
        incident: 'INC-0042',
        contained: {
          at: instantOf(end - 139 * minute),
          how: 'The tool server was cut off from the build network.',
          evidenceIds: [second?.id],
        },
        impact: {
          dataClasses: ['claims', 'source code'],
          summary: 'Two branches of claims-core were rewritten.',
        },
      },
    ],
    [
      'incident.updated',
      end - 90 * minute,
      {
        incident: 'INC-0042',
        impact: { customersAffected: 12 },
        materiality: { outcome: 'not_material', at: instantOf(end - 95 * minute), by: psn(6) },
      },
    ],
    [
      'incident.closed',
      end - hour,
      {
        incident: 'INC-0042',
        outcome: 'closed',
        rootCause: 'The tool server was reachable from the build network without a registry check.',
        contributing: ['Nobody owned the registry of tool servers.'],
        detectedBy: 'the reviewer of the nightly run',
        shouldHaveDetected: 'the registry check of the build network',
        remediation: [
          { action: 'Registry check made mandatory in the build network', evidenceId: second?.id },
          { action: 'Key of the tool server rotated' },
        ],
        approvedBy: psn(5),
        lessons: ['Undeclared agents are found by their first action, not by the inventory.'],
        followUps: [
          { action: 'Review of all tool servers', owner: psn(4), dueAt: instantOf(end + 9 * day) },
          { action: 'Drill of the revocation', owner: psn(5), dueAt: instantOf(end - 30 * minute) },
        ],
      },
    ],
  ];
  return [...bad, ...eventsOf(told.slice(0, { open: 1, contained: 2, closed: told.length }[state]), 'i')];
};
