import { eventNameOf, type Evidence } from '../../../schemas/evidence.js';
import {
  newJourney,
  withGateDecision,
  withGrant,
  withMove,
  withPilot,
  withSeen,
  type Journey,
} from '../projections/journey.js';
import { stampOf } from '../projections/stamps.js';
import type { Workspace } from '../projections/workspace.js';

/** What an event that counts says of the tenant's journey: mostly nothing, once its type was seen. */
export function applyJourney(workspace: Workspace, evidence: Evidence): void {
  const before = workspace.find('journey', 'journey') ?? newJourney;
  const after = moved(before, evidence);
  if (after !== before) workspace.put(after);
}

function moved(before: Journey, evidence: Evidence): Journey {
  const { event } = evidence;
  const stamp = stampOf(evidence);
  const name = eventNameOf(event.type);
  const journey = name === null ? before : withSeen(before, name, stamp);
  switch (event.type) {
    case 'aispm.tenant.configured':
      return event.data.grant === undefined ? journey : withGrant(journey, event.data.grant, stamp);
    case 'aispm.pilot.proposed':
      return withPilot(journey, event.data, stamp);
    case 'aispm.readiness.decided':
      return withGateDecision(journey, event.data, stamp);
    case 'aispm.journey.advanced':
      return withMove(journey, event.data, stamp);
    default:
      return journey;
  }
}
