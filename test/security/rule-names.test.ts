import { describe, expect, it } from 'vitest';

import { newTold } from '../posture/told.js';

describe('a rule that no published policy carries counts for nothing, whatever it is called', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('%s', async (rule) => {
    const told = newTold();
    await told.tell('policy.published', {
      policy: 'baseline',
      version: '1',
      mode: 'enforce',
      rules: [{ rule: 'known', controls: ['commands-governed'] }],
    });
    const id = await told.tell('decision.recorded', {
      decision: 'allow',
      mode: 'enforce',
      policy: { id: 'baseline', version: '1', rule },
      surface: 'command',
      risks: ['destructive'],
      agent: 'builder',
      severity: 'critical',
      ran: true,
    });
    expect(await told.ledger.entryOf(id)).not.toHaveProperty('unfoldable');
    expect((await told.item('agent', 'builder')).failing.length).toBeGreaterThan(0);
    const summary = (await told.ledger.read(['summary'])).get('summary');
    expect(summary).toMatchObject({ totals: { 'actions/high_risk': 1 } });
    expect(summary).not.toHaveProperty(['totals', 'actions/high_risk_enforced']);
  });
});
