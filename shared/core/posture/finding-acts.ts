import type { EventData } from '../../../schemas/events/types.js';
import { day, millisOf } from '../kernel/time.js';
import type { Config } from '../projections/config.js';
import type { ChangeRequest, Finding, Transition } from '../projections/finding.js';
import { utc } from '../projections/stamps.js';
import { legalCommands, namesOf, type FindingAct } from './finding-commands.js';
import { ended, recorded, reopened, timed } from './finding-life.js';

/*
 * What persons do to a finding. One pure decision: asked before anything is written, so that most illegal commands leave
 * no trace but an answer, and again inside the conditional batch, where it counts. Two persons: whoever asks for an
 * acceptance or dismissal, or claims that the cause is gone, never agrees to it.
 */

/** Longest time from asking to the end of what was asked for. */
export const longestGrant = 180 * day;

type Refused = { refused: NonNullable<Transition['refused']>; detail: string };
export type Decided = { finding: Finding } | Refused;

/**
 * Decides on an act at the instant `at`, when everything due before has happened.
 * @param evidenceId the act's own evidence: a request or claim is agreed to under this name
 * @returns the finding after it, with its line of history; or why not, and the finding stays as it is.
 */
export function decideAct(
  finding: Finding,
  act: FindingAct,
  evidenceId: string,
  config: Config,
  at: string,
): Decided {
  const { command, did } = namesOf(act);
  if (!legalCommands(finding).includes(command))
    return no(`${command} is not possible: the finding is ${finding.state}`);
  const after = changed(finding, act, evidenceId, config, at);
  if ('refused' in after) return after;
  const line = { at, act: did, evidenceId, actor: act.data.actor };
  return { finding: timed(recorded(finding, after, line), at) };
}

function changed(
  finding: Finding,
  act: FindingAct,
  evidenceId: string,
  config: Config,
  at: string,
): Finding | Refused {
  switch (act.type) {
    case 'aispm.finding.assigned':
      return assigned(finding, act.data, at);
    case 'aispm.finding.requested':
      return requested(finding, act.data, evidenceId, at);
    case 'aispm.finding.accepted': {
      const granted = grant(finding, act.data, 'acceptance', evidenceId, at);
      if ('refused' in granted) return granted;
      const { owner } = act.data;
      return { ...granted.base, state: 'accepted', owner, acceptance: { ...granted.inForce, owner } };
    }
    case 'aispm.finding.dismissed': {
      const granted = grant(finding, act.data, 'dismissal', evidenceId, at);
      return 'refused' in granted
        ? granted
        : { ...granted.base, state: 'dismissed', dismissal: granted.inForce };
    }
    case 'aispm.finding.resolved':
      return act.data.claim === undefined
        ? claimed(finding, act.data.actor, evidenceId, config, at)
        : verified(finding, act.data.actor, act.data.claim, at);
    case 'aispm.finding.reopened': {
      const { request: _declined, ...rest } = finding;
      if (finding.state === 'open') return rest;
      // A claim stopped no clock, so that refuting it starts none.
      if (finding.state !== 'resolved') return reopened(rest, config, at);
      const { claim: _refuted, ...open } = rest;
      return { ...open, state: 'open' };
    }
  }
}

function assigned(
  finding: Finding,
  { owner, dueAt }: EventData<'finding.assigned'>,
  at: string,
): Finding | Refused {
  if (dueAt === undefined) return { ...finding, owner };
  const dueOn = utc(dueAt);
  if (dueOn <= at || dueOn > finding.dueOn) return no('a due date lies ahead and can only be drawn nearer');
  return { ...finding, owner, dueOn };
}

function requested(
  finding: Finding,
  { change, actor: by, reason, owner, expiresAt: until }: EventData<'finding.requested'>,
  evidenceId: string,
  at: string,
): Finding | Refused {
  const expiresAt = utc(until);
  if (expiresAt <= at || millisOf(expiresAt) > millisOf(at) + longestGrant)
    return no('the expiry must lie ahead, by at most 180 days');
  if (change === 'acceptance' && owner === undefined) return no('an accepted risk needs an owner');
  const owned = owner === undefined ? {} : { owner };
  return { ...finding, request: { change, evidenceId, by, at, expiresAt, reason, ...owned } };
}

/** A second person agrees to exactly what was asked for. */
function grant(
  finding: Finding,
  { request: asked, actor }: { request: string; actor: string },
  change: ChangeRequest['change'],
  evidenceId: string,
  at: string,
) {
  const { request, acceptance: _acceptance, dismissal: _dismissal, ...base } = finding;
  if (request?.evidenceId !== asked || request.change !== change)
    return no(`no ${change} is asked for under this id: it was granted, declined, replaced or has lapsed`);
  if (request.by === actor) return alone(`who asked for the ${change} cannot approve it`);
  const { by: requestedBy, expiresAt, reason } = request;
  const { severity } = finding;
  return {
    base,
    inForce: { evidenceId, requestedBy, approvedBy: actor, approvedAt: at, expiresAt, reason, severity },
  };
}

function claimed(
  finding: Finding,
  by: string,
  evidenceId: string,
  config: Config,
  at: string,
): Finding | Refused {
  if (finding.state === 'resolved')
    return no('it is claimed resolved already: another person verifies the claim, or reopens');
  const { request: _moot, ...rest } = finding;
  // Out of an acceptance the days start anew: a due date from before it would be overdue at once.
  const due = finding.state === 'accepted' ? reopened(rest, config, at) : rest;
  return { ...due, state: 'resolved', claim: { evidenceId, by, at } };
}

function verified(finding: Finding, by: string, claim: string, at: string): Finding | Refused {
  if (finding.claim?.evidenceId !== claim)
    return no('no claim stands under this id: it was verified or refuted');
  return finding.claim.by === by
    ? alone('who claims that it is resolved cannot verify it')
    : ended(finding, at);
}

const no = (detail: string): Refused => ({ refused: 'conflict', detail });
const alone = (detail: string): Refused => ({ refused: 'separation_of_duties', detail });
