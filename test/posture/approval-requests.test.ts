import { expect, it } from 'vitest';

import { hour, instantOf, minute } from '../../shared/core/kernel/time.js';
import { approvalId } from '../../shared/core/projections/keys.js';
import { command, newTold, person, start } from './told.js';

const expiresAt = instantOf(start + hour);
const request = { approval: 'a1', requestedBy: person(1), expiresAt };
const answer = { approval: 'a1', outcome: 'approved' } as const;
const ran = { decision: 'require_approval', ran: true, approval: 'a1' } as const;
const approvalOf = async (told: ReturnType<typeof newTold>) => {
  const found = (await told.ledger.read([approvalId('a1')])).get(approvalId('a1'));
  return found?.kind === 'approval' ? found : expect.fail('there is no such approval');
};

it('an approval ends when it was to end, whatever is asked for under its name afterwards', async () => {
  const told = newTold();
  await told.tell('approval.requested', request);
  told.at(start + minute);
  await told.tell('approval.decided', { ...answer, decidedBy: person(2) });
  told.at(start + 2 * minute);
  await told.tell('approval.requested', { ...request, expiresAt: instantOf(start + 99 * hour) });
  told.at(start + hour - 1);
  await told.tell('decision.recorded', command(ran));
  expect(await told.stateOf('agent', 'builder', 'destructive-commands')).toBe('enforced');
  // The end itself is no longer in it.
  told.at(start + hour);
  await told.tell('decision.recorded', command(ran));
  expect(await told.stateOf('agent', 'builder', 'destructive-commands')).toBe('missing');
  expect(await approvalOf(told)).toMatchObject({
    status: 'approved',
    usedExpired: true,
    requested: { expiresAt },
  });
});

it('who approved their own request did so, whoever is said to have asked for it later', async () => {
  const told = newTold();
  await told.tell('approval.requested', request);
  told.at(start + minute);
  await told.tell('approval.decided', { ...answer, decidedBy: person(1) });
  told.at(start + 2 * minute);
  await told.tell('approval.requested', { ...request, requestedBy: person(3) });
  expect((await approvalOf(told)).status).toBe('self_approved');
});

it('break-glass is break-glass, also where it was asked for in the usual way before or after', async () => {
  for (const flags of [
    [false, true],
    [true, false],
  ]) {
    const told = newTold();
    for (const [n, breakGlass] of flags.entries()) {
      told.at(start + n * minute);
      await told.tell('approval.requested', { ...request, breakGlass });
    }
    told.at(start + 2 * minute);
    await told.tell('approval.decided', { ...answer, decidedBy: person(2) });
    expect(await approvalOf(told)).toMatchObject({
      requested: { breakGlass: true },
      breakGlass: 'unreviewed',
    });
  }
});

it('an answer at the end of a request is late', async () => {
  const told = newTold();
  await told.tell('approval.requested', request);
  told.at(start + hour);
  await told.tell('approval.decided', { ...answer, decidedBy: person(2) });
  expect((await approvalOf(told)).status).toBe('late');
});
