import { day, instantOf } from '../../shared/core/kernel/time.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { evidenceOf } from '../laws/tenant-events.js';
import { person } from '../posture/told.js';

const digest = 'd'.repeat(64);

/** What a trial leaves beside inventory, decision and report: access that is open, and the rest of the labs. */
export const theTrial = (now: number): StoredEvidence[] => [
  evidenceOf(
    'tenant.configured',
    {
      revision: 1,
      change: 'grant',
      subject: 'grant',
      actor: person(1),
      grant: {
        id: '2b1f9f0e-0d4b-4c43-9d5f-3a8d6c0b7e11',
        purpose: 'trial',
        person: person(2),
        state: 'approved',
        until: instantOf(now + day),
      },
      digest,
      settings: {
        inventoryFreshDays: 30,
        scoreTarget: 850,
        findingDays: { critical: 7, high: 30, medium: 90, low: 180 },
      },
    },
    now,
    't1',
    { sourceId: 'aispm' },
  ),
  evidenceOf(
    'policy.published',
    {
      policy: 'baseline',
      version: '1',
      mode: 'enforce',
      rules: [{ rule: 'r1', controls: ['destructive-commands'] }],
    },
    now,
    't2',
  ),
  evidenceOf('registry.checked', { tool: 'files', registered: true, verdict: 'trusted' }, now, 't3'),
  evidenceOf(
    'approval.requested',
    { approval: 'a1', requestedBy: person(1), expiresAt: instantOf(now + day) },
    now,
    't4',
  ),
  evidenceOf('approval.decided', { approval: 'a1', outcome: 'denied', decidedBy: person(2) }, now, 't5'),
  evidenceOf(
    'readiness.decided',
    { decision: 'd0', target: 'trial', ready: false, blockers: [], digest, position: 0, actor: person(1) },
    now,
    't6',
    { sourceId: 'aispm' },
  ),
];
