import type { ReportDocument } from '../../../schemas/report-document.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { parseEvent } from '../../core/ingest/parse.js';
import { redactEvent } from '../../core/ingest/redact.js';
import { canonicalBytes } from '../../core/kernel/canonical.js';
import { hmacSha256Hex } from '../../core/kernel/hash.js';
import { instantOf } from '../../core/kernel/time.js';
import { buildValidation, type Planted } from '../../core/reports/validation/validation.js';
import { gatherPosture } from './gather-posture.js';
import type { ReportDeps, ReportRecord } from './report-record.js';

/** What is planted and must not arrive. It follows from the validation, cannot be guessed, and is kept nowhere. */
export const markerOf = (macKey: Uint8Array, reportId: string): string =>
  hmacSha256Hex(macKey, canonicalBytes(['planted marker', reportId])).slice(0, 40);

/** The validation report at the log's position of now. */
export async function buildValidationReport(
  deps: ReportDeps,
  tenant: Tenant,
  { id, period }: Pick<ReportRecord, 'id' | 'period'>,
): Promise<ReportDocument> {
  const { stores, keys, clock, rehearsal } = deps;
  const input = await gatherPosture({ stores }, tenant, period, { rehearsal, publicSafe: false });
  const macKey = await keys.macKey(stores.tenantId);
  return buildValidation(input, id, plantedIn(markerOf(macKey, id), macKey, instantOf(clock.now())));
}

/**
 * An event as a runtime would send it, the marker in it where a secret, an address and a prompt would stand, after the
 * redaction that every event goes through on admission. The event itself goes nowhere: an invented action is no evidence.
 */
function plantedIn(marker: string, macKey: Uint8Array, time: string): Planted {
  const event = {
    specversion: '1.0',
    id: 'planted',
    source: 'urn:aispm:validation',
    type: 'aispm.decision.recorded',
    time,
    data: {
      decision: 'block',
      mode: 'enforce',
      policy: { id: 'validation', version: '1', rule: 'planted' },
      surface: 'command',
      agent: 'validation',
      severity: 'low',
      ran: false,
      target: `deploy --token sk-${marker} --notify planted-${marker}@redaction.example`,
      raw: { prompt: `the secret is ${marker}` },
    },
  };
  const { event: left, redactions } = redactEvent(parseEvent(event, ''), macKey, '');
  const target = 'target' in left.data ? (left.data.target ?? '') : '';
  return { target, removed: redactions.map(({ kind }) => kind.replaceAll('_', ' ')) };
}
