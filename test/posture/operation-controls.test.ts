import { describe, expect, it } from 'vitest';

import { archiveSignOffs } from '../../schemas/sign-offs.js';
import type { EventData, EventName } from '../../schemas/events/types.js';
import { day, hour, instantOf } from '../../shared/core/kernel/time.js';
import {
  acknowledged,
  archive,
  check,
  connector,
  deployment,
  digest,
  drill,
  evidenceIds,
  exercise,
  isolation,
  opened,
  own,
  packet,
  review,
  sound,
  tell,
  without,
  type Told,
} from './operation-events.js';
import { newTold, person, start } from './told.js';

/*
 * Controls about the operation, judged by the evidence that their events bring. Each row tells one event, or two, and says
 * what the control is then for the item, and what it becomes when its window is over.
 */

type Row = {
  title: string;
  told: readonly Told[];
  control: string;
  item?: [kind: 'connector' | 'incident' | 'review', name: string];
  state: string | undefined;
};

const incident: Row['item'] = ['incident', 'i1'];
const daily: Row['item'] = ['review', 'daily-2026-11-01'];
const codex: Row['item'] = ['connector', 'codex'];

const rows: readonly Row[] = [
  {
    title: 'a connector whose nonce came back',
    told: [connector('passed')],
    control: 'connectors-live',
    item: codex,
    state: 'enforced',
  },
  {
    title: 'a connector that is down',
    told: [connector('failed')],
    control: 'connectors-live',
    item: codex,
    state: 'blocked',
  },
  {
    title: 'a tenant that proved nothing',
    told: [drill('passed')],
    control: 'isolation-proven',
    state: 'missing',
  },
  {
    title: 'isolation that held',
    told: [isolation('passed')],
    control: 'isolation-proven',
    state: 'enforced',
  },
  {
    title: 'isolation that did not hold',
    told: [isolation('failed')],
    control: 'isolation-proven',
    state: 'missing',
  },
  {
    title: 'a validated deployment',
    told: [deployment('pass')],
    control: 'deployment-validated',
    state: 'enforced',
  },
  {
    title: 'a deployment that passed over a blocker',
    told: [deployment('blocker')],
    control: 'deployment-validated',
    state: 'missing',
  },
  {
    title: 'a validation that nobody signed',
    told: [deployment('pass', { signed: false })],
    control: 'deployment-validated',
    state: 'missing',
  },
  {
    title: 'an exercise with evidence for each element',
    told: [exercise(evidenceIds)],
    control: 'workflow-exercised',
    state: 'enforced',
  },
  {
    title: 'an exercise with an element that nothing shows',
    told: [exercise([])],
    control: 'workflow-exercised',
    state: 'missing',
  },
  {
    title: 'an archive with sign-offs',
    told: [archive(archiveSignOffs.map((name) => ({ name, reference: 'approval://a1' })))],
    control: 'log-archived',
    state: 'enforced',
  },
  {
    title: 'an archive that nobody signed off',
    told: [archive([{ name: 'documentation_sync', reference: 'approval://a1' }])],
    control: 'log-archived',
    state: 'missing',
  },
  { title: 'a drill that passed', told: [drill('passed')], control: 'recovery-drilled', state: 'enforced' },
  { title: 'a drill that failed', told: [drill('failed')], control: 'recovery-drilled', state: 'missing' },
  {
    title: 'a packet with evidence under each check',
    told: [packet(check('pass'))],
    control: 'readiness-assessed',
    state: 'enforced',
  },
  {
    title: 'a packet with a check that rests on nothing',
    told: [packet(check('pass', []))],
    control: 'readiness-assessed',
    state: 'missing',
  },
  {
    title: 'a packet with a blocker',
    told: [packet(check('pass'), check('blocker'))],
    control: 'readiness-assessed',
    state: 'missing',
  },
  { title: 'a packet without checks', told: [packet()], control: 'readiness-assessed', state: 'missing' },
  {
    title: 'an open incident, while there is time',
    told: [opened],
    control: 'incidents-closed',
    item: incident,
    state: undefined,
  },
  {
    title: 'an incident closed with all it needs',
    told: [opened, tell('incident.closed', sound)],
    control: 'incidents-closed',
    item: incident,
    state: 'enforced',
  },
  {
    title: 'an incident closed without its opening',
    told: [tell('incident.closed', sound)],
    control: 'incidents-closed',
    item: incident,
    state: 'enforced',
  },
  ...(['rootCause', 'remediation', 'approvedBy', 'lessons'] as const).map((member): Row => ({
    title: `an incident closed without ${member}`,
    told: [opened, without(member)],
    control: 'incidents-closed',
    item: incident,
    state: 'missing',
  })),
  {
    title: 'a false alarm with an approver',
    told: [
      opened,
      tell('incident.closed', { incident: 'i1', outcome: 'false_positive', approvedBy: person(2) }),
    ],
    control: 'incidents-closed',
    item: incident,
    state: 'enforced',
  },
  {
    title: 'a false alarm on nobody’s word',
    told: [opened, tell('incident.closed', { incident: 'i1', outcome: 'false_positive' })],
    control: 'incidents-closed',
    item: incident,
    state: 'missing',
  },
  {
    title: 'a review that is not due yet',
    told: [review],
    control: 'reviews-acknowledged',
    item: daily,
    state: undefined,
  },
  {
    title: 'a review that was acknowledged',
    told: [review, acknowledged],
    control: 'reviews-acknowledged',
    item: daily,
    state: 'enforced',
  },
];

async function toldOf(events: readonly Told[]) {
  const told = newTold();
  for (const [i, { name, data, options }] of events.entries()) {
    told.at(start + i * hour);
    await told.tell(name, data as EventData<EventName>, options);
  }
  return told;
}
const stateIn = async (
  told: ReturnType<typeof newTold>,
  { item, control }: Row,
): Promise<string | undefined> =>
  (item ? await told.operation(...item) : await told.tenantItem()).states[control]?.state;

describe('the operation is judged by its evidence', () => {
  for (const row of rows)
    it(`${row.title}: ${row.state ?? 'nothing is said yet'}`, async () => {
      expect(await stateIn(await toldOf(row.told), row)).toBe(row.state);
    });

  it('a proof is stale when its window is over, and a failure stays what it is', async () => {
    const proven = await toldOf([isolation('passed')]);
    await proven.passTo(start + 90 * day - 1);
    expect((await proven.tenantItem()).states['isolation-proven']?.state).toBe('enforced');
    await proven.passTo(start + 90 * day);
    expect((await proven.tenantItem()).states['isolation-proven']?.state).toBe('stale');
    const failed = await toldOf([isolation('failed')]);
    await failed.passTo(start + 400 * day);
    expect((await failed.tenantItem()).states['isolation-proven']?.state).toBe('missing');
  });

  it('an incident is overdue at the end of its severity’s days, and a finding', async () => {
    const told = newTold();
    const id = await told.tell(opened.name, opened.data as EventData<EventName>);
    await told.passTo(start + 7 * day - 1);
    expect((await told.operation('incident', 'i1')).states).toEqual({});
    await told.passTo(start + 7 * day);
    expect(await told.finding('control_unmet', 'incident:i1', 'incidents-closed')).toMatchObject({
      state: 'open',
      evidenceIds: [id],
    });
    await told.tell('incident.closed', sound);
    expect((await told.finding('control_unmet', 'incident:i1', 'incidents-closed')).state).toBe('closed');
  });

  it('a review that nobody acknowledged is a finding from its due date on, until somebody does', async () => {
    const told = newTold();
    await told.tell(review.name, review.data as EventData<EventName>, own);
    await told.passTo(start + day - 1);
    expect((await told.operation('review', 'daily-2026-11-01')).states).toEqual({});
    await told.passTo(start + 200 * day);
    const subject = 'review:daily-2026-11-01';
    expect(await told.finding('control_unmet', subject, 'reviews-acknowledged')).toMatchObject({
      state: 'open',
      firstSeen: instantOf(start + day),
    });
    await told.tell(acknowledged.name, acknowledged.data as EventData<EventName>, own);
    expect((await told.finding('control_unmet', subject, 'reviews-acknowledged')).state).toBe('closed');
  });

  it('a tenant’s inventory is current for the days that its settings name', async () => {
    const told = newTold();
    await told.tell('inventory.declared', { items: [{ kind: 'agent', id: 'builder', owner: person(9) }] });
    const { findingDays } = { findingDays: { critical: 7, high: 30, medium: 90, low: 180 } };
    await told.tell(
      'tenant.configured',
      {
        revision: 1,
        change: 'settings',
        subject: 'harbour',
        actor: person(1),
        digest,
        settings: { inventoryFreshDays: 5, scoreTarget: 850, findingDays },
      },
      own,
    );
    await told.passTo(start + 5 * day - 1);
    expect((await told.tenantItem()).states['inventory-current']?.state).toBe('enforced');
    await told.passTo(start + 5 * day);
    expect((await told.tenantItem()).states['inventory-current']?.state).toBe('stale');
  });
});
