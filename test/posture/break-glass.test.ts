import { expect, it } from 'vitest';

import { hour, instantOf, minute } from '../../shared/core/kernel/time.js';
import { command, newTold, person, start } from './told.js';

/* An action that ran by break-glass is held to what a third person found of it afterwards. */

it.each([
  ['nobody', undefined, 'missing'],
  ['a third person, who finds it justified', { by: 3, outcome: 'justified' }, 'enforced'],
  ['a third person, who finds it not justified', { by: 3, outcome: 'not_justified' }, 'missing'],
  ['who allowed it', { by: 2, outcome: 'justified' }, 'missing'],
  ['who asked for it', { by: 1, outcome: 'justified' }, 'missing'],
] as const)('an action under break-glass that was reviewed by %s', async (_, review, state) => {
  const told = newTold();
  const ran = { decision: 'require_approval', ran: true, approval: 'glass' } as const;
  const asked = { approval: 'glass', requestedBy: person(1), expiresAt: instantOf(start + hour) };
  await told.tell('approval.requested', { ...asked, breakGlass: true });
  told.at(start + minute);
  await told.tell('approval.decided', { approval: 'glass', outcome: 'approved', decidedBy: person(2) });
  told.at(start + 2 * minute);
  await told.tell('decision.recorded', command(ran));
  told.at(start + 3 * minute);
  if (review !== undefined)
    await told.tell('breakglass.reviewed', {
      approval: 'glass',
      reviewedBy: person(review.by),
      outcome: review.outcome,
    });
  expect(await told.stateOf('agent', 'builder', 'destructive-commands')).toBe(state);
});
