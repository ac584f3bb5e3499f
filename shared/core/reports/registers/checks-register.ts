import type { Readiness } from '../../../../schemas/readiness.js';
import type { Register } from '../../../../schemas/report-registers.js';
import { column, registerOf } from './register.js';

/** Every check of a gate, in its order, with the blocker it became. */
export const checksRegister = (gate: Pick<Readiness, 'checks' | 'blockers'>): Register => {
  const blockerOf = (name: string) => gate.blockers.find(({ id }) => id === name);
  return registerOf<Readiness['checks'][number]>(
    { sheet: 'Checks', what: 'Checks of the gate, in its order', empty: 'The gate ran no check.' },
    [
      column('check', 'Check', 'text', 'Id of the check.', (c) => c.name),
      column('status', 'Status', 'text', 'pass or blocker.', (c) => c.status),
      column('found', 'Found', 'text', 'What was found.', (c) => c.message),
      column(
        'resolution',
        'Resolution',
        'text',
        'What removes it; empty where it passes.',
        (c) => blockerOf(c.name)?.resolution,
      ),
      column(
        'owner',
        'Owner',
        'text',
        'The role that can; empty where it passes.',
        (c) => blockerOf(c.name)?.owner,
      ),
      column(
        'evidence',
        'Evidence',
        'digest',
        'Evidence that shows it; empty where none does.',
        (c) => blockerOf(c.name)?.evidenceIds[0],
      ),
    ],
    gate.checks,
  );
};
