import type { EventData } from '../../../schemas/events/types.js';
import { findingId, fingerprintOf } from '../projections/keys.js';
import type { Workspace } from '../projections/workspace.js';
import { syncFindings } from './findings.js';
import { configOf } from './settle.js';
import { severityOfRule } from './severities.js';

const rule = 'verification_failed';
const subject = 'tenant:log';
const id = findingId(fingerprintOf(rule, subject));

/** A failed check of what is stored is one critical finding of the tenant, closed by a later check that passes. */
export function applyIntegrity(
  workspace: Workspace,
  { outcome, failed, parts }: EventData<'integrity.checked'>,
  evidenceId: string,
  at: string,
): void {
  // What could not be checked neither shows a fault nor disproves one.
  if (outcome === 'incomplete') return;
  const detail = `What is stored is not what was logged: ${failed} in ${parts.join(', ')}`;
  const severity = severityOfRule(rule);
  const causes = outcome === 'failed' ? [{ rule, subject, detail, severity, evidenceId }] : [];
  const before = workspace.find('finding', id) === null ? {} : { [id]: '' };
  syncFindings(workspace, configOf(workspace), before, causes, at);
}
