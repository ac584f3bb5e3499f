import { describe, expect, it } from 'vitest';

import { defaultPeriod } from '../../shared/usecases/periods.js';
import { hour, instantOf } from '../../shared/core/kernel/time.js';
import { buildReport } from '../../shared/usecases/reports/build-report.js';
import type { StoredEvidence } from '../../shared/ports.js';
import { depsOf } from './eight.js';
import { end, eventsOf, goodMonth, psn, tenant } from './months.js';
import type { Row } from './proofs.js';

/* What the board is told of incidents: how many, and what was determined of each. */

const opened = (incident: string): Row => [
  'incident.opened',
  end - 5 * hour,
  { incident, title: 'Something happened', severity: 'high' },
];
const determined = (incident: string, outcome: 'material' | 'not_material', hoursAgo: number): Row => [
  'incident.updated',
  end - hoursAgo * hour,
  { incident, materiality: { outcome, at: instantOf(end - hoursAgo * hour), by: psn(4) } },
];

async function told(events: readonly StoredEvidence[]): Promise<string> {
  const period = defaultPeriod(instantOf(end), tenant.settings.timeZone);
  const { blocks } = await buildReport(await depsOf([...goodMonth(), ...events]), tenant, {
    type: 'board-kpi',
    period,
    publicSafe: false,
  });
  const at = blocks.findIndex((block) => block.kind === 'heading' && block.text === 'Material incidents');
  const said = blocks[at + 1];
  return said?.kind === 'paragraph' ? said.text : '';
}

describe('the board pack says of incidents', () => {
  it('that none is observed where no source ever told of one', async () => {
    expect(await told([])).toBe('Not observed — no incident is recorded in the log.');
  });

  it('how many were opened, and of each what was determined last', async () => {
    const events = eventsOf(
      [
        opened('A'),
        opened('B'),
        opened('C'),
        opened('D'),
        determined('A', 'not_material', 3),
        determined('A', 'material', 2),
        determined('B', 'not_material', 2),
        // Of an incident that nobody opened.
        determined('X', 'material', 2),
      ],
      'i',
    );
    expect(await told(events)).toMatch(
      /^4 incidents opened from .+ to .+: 1 determined to be material, 1 not material, 2 not determined\.$/,
    );
  });
});
