import type { EvidenceEvent } from '../../../schemas/evidence.js';
import { findingId } from '../projections/keys.js';
import { utc } from '../projections/stamps.js';
import type { Workspace } from '../projections/workspace.js';
import { decideAct } from './finding-acts.js';
import { namesOf } from './finding-commands.js';
import { recorded, toldOf } from './finding-life.js';
import { configOf } from './settle.js';

type FindingEvent = Extract<EvidenceEvent, { type: `aispm.finding.${string}` }>;

/**
 * A command on a finding, decided here and nowhere else. One that the state no longer allows stands in the history as
 * refused and changes nothing: of two at once the second finds what the first did.
 */
export function applyFinding(
  workspace: Workspace,
  event: FindingEvent,
  evidenceId: string,
  at: string,
): void {
  const finding = workspace.find('finding', findingId(event.data.finding));
  if (!finding) return;
  if (event.type === 'aispm.finding.expired') {
    // One that ended again since is told of again.
    if (finding.expired?.at === utc(event.data.expiredAt)) workspace.put(toldOf(finding));
    return;
  }
  const decided = decideAct(finding, event, evidenceId, configOf(workspace), at);
  if ('finding' in decided) {
    workspace.put(decided.finding);
    return;
  }
  const { actor } = event.data;
  const line = { at, act: namesOf(event).did, evidenceId, actor, refused: decided.refused };
  workspace.put(recorded(finding, finding, line));
}
