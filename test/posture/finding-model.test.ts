import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { day, instantOf, millisOf } from '../../shared/core/kernel/time.js';
import { legalCommands } from '../../shared/core/posture/finding-commands.js';
import { findingId } from '../../shared/core/projections/keys.js';
import {
  approves,
  asks,
  claims,
  days,
  disproved,
  own,
  passes,
  recurs,
  run,
  setup,
  steps,
  theFinding,
} from './finding-model.js';
import { command, newTold, person, start } from './told.js';

describe('a finding’s whole life', () => {
  it('is what the rules say, whatever persons, evidence and time do to it in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 25, size: 'max' }), async (commands) => {
        await fc.asyncModelRun(setup, commands);
      }),
      { numRuns: 80 },
    );
  });

  it('an extension after the expiry is in force, and its own end is in the next run', async () => {
    const asked = [asks('acceptance', 1, 5), approves('acceptance', 2), passes(7 * 24)];
    const { told } = await run([...asked, asks('acceptance', 1, 5), approves('acceptance', 3)]);
    const extended = await theFinding(told);
    const ends = extended.acceptance?.expiresAt ?? '';
    expect(extended).toMatchObject({ state: 'accepted', dueAt: ends });
    await told.passTo(millisOf(ends));
    expect(await theFinding(told)).toMatchObject({ state: 'open', openedAt: ends });
  });

  it('a renewal is approved again, and moves the end only then', async () => {
    const { told } = await run([
      asks('acceptance', 1, 5),
      approves('acceptance', 2),
      asks('acceptance', 1, 30),
    ]);
    expect(millisOf((await theFinding(told)).acceptance?.expiresAt ?? '')).toBeLessThan(start + 6 * day);
    await run([
      asks('acceptance', 1, 5),
      approves('acceptance', 2),
      asks('acceptance', 1, 30),
      approves('acceptance', 1),
      passes(12),
      approves('acceptance', 2),
      passes(7 * 24),
    ]);
  });

  it('never rings at once: after an acceptance of any length its days start anew', async () => {
    const { told } = await run([passes(85 * 24), asks('acceptance', 1, 30), approves('acceptance', 2)]);
    const ends = (await theFinding(told)).acceptance?.expiresAt ?? '';
    // Its first due date passed while it was accepted.
    await told.passTo(millisOf(ends));
    const dueOn = instantOf(millisOf(ends) + days);
    expect(await theFinding(told)).toMatchObject({ state: 'open', overdue: false, dueOn, dueAt: dueOn });
    await told.passTo(millisOf(dueOn) - 1);
    expect((await theFinding(told)).overdue).toBe(false);
    await told.passTo(millisOf(dueOn));
    expect((await theFinding(told)).overdue).toBe(true);
  });

  it('a risk accepted at one severity is open again when it becomes worse', async () => {
    const told = newTold();
    await told.tell('inventory.declared', { items: [{ kind: 'agent', id: 'builder', owner: person(9) }] });
    await told.tell('decision.recorded', command());
    await told.passTo(start + day);
    const stale = () => told.finding('evidence_stale', 'agent:builder');
    const fingerprint = (await stale()).id.slice(findingId('').length);
    const about = { finding: fingerprint, reason: 'because' };
    const expiresAt = instantOf(start + 100 * day);
    const request = await told.tell(
      'finding.requested',
      { ...about, actor: person(1), change: 'acceptance', owner: person(8), expiresAt },
      own,
    );
    const agreed = {
      ...about,
      actor: person(2),
      request,
      requestedBy: person(1),
      owner: person(8),
      expiresAt,
    };
    await told.tell('finding.accepted', agreed, own);
    expect(await stale()).toMatchObject({ state: 'accepted', severity: 'low' });
    await told.passTo(start + 31 * day);
    expect(await stale()).toMatchObject({ state: 'open', severity: 'high', overdue: false });
    expect((await stale()).history.at(-1)).toMatchObject({ act: 'worsened', from: 'accepted', to: 'open' });
  });
});

describe('a finding’s history', () => {
  it('tells each transition with its evidence and its actor, and what was refused changed nothing', async () => {
    const script = [
      asks('acceptance', 1, 5),
      approves('acceptance', 1),
      approves('acceptance', 2),
      passes(7 * 24),
    ];
    const { told } = await run([...script, claims(1), disproved, recurs]);
    const { history, transitions } = await theFinding(told);
    expect(history.map(({ act: did, from, to, actor, refused }) => [did, from, to, actor, refused])).toEqual([
      ['opened', null, 'open', undefined, undefined],
      ['requested', 'open', 'open', person(1), undefined],
      ['accepted', 'open', 'open', person(1), 'separation_of_duties'],
      ['accepted', 'open', 'accepted', person(2), undefined],
      ['expired', 'accepted', 'open', undefined, undefined],
      ['claimed', 'open', 'resolved', person(1), undefined],
      ['disproved', 'resolved', 'closed', undefined, undefined],
      ['recurred', 'closed', 'open', undefined, undefined],
    ]);
    expect(transitions).toBe(8);
    expect(history.every(({ evidenceId }) => evidenceId !== null)).toBe(true);
  });

  it('is bounded, keeps longest what persons changed, and counts all there was', async () => {
    const flaps = Array.from({ length: 20 }, () => [disproved, recurs]).flat();
    const { told } = await run([claims(1), recurs, ...flaps, approves('acceptance', 2)]);
    const { history, transitions } = await theFinding(told);
    expect(transitions).toBe(44);
    expect(history).toHaveLength(24);
    expect(history[0]).toMatchObject({ act: 'claimed', actor: person(1) });
    expect(history.at(-1)).toMatchObject({ refused: 'conflict' });
  });

  it('names as legal exactly the commands that some act of that kind can do', async () => {
    expect(legalCommands({ state: 'open' })).not.toContain('reopen');
    const { told } = await run([asks('dismissal', 1, 5)]);
    expect(legalCommands(await theFinding(told))).toContain('reopen');
  });
});
