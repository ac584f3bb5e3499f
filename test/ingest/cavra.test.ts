import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evidenceIdOf } from '../../shared/core/kernel/ids.js';
import { acme, newSigner, openDesk, source, tenantWith, type Desk } from './intake.js';

type Document = Record<string, unknown>;
const uri = 'urn:cavra:cc-build-1';
const connector = source({
  id: 'claude-on-build-1',
  uri,
  provenance: 'sample',
  connectorType: 'claude_code',
  environments: ['dev'],
});
const desk = (): Promise<Desk> => openDesk(tenantWith([connector]));
const json = { contentType: 'application/json' };
const fixture = (name: string): Document =>
  JSON.parse(readFileSync(new URL(`../fixtures/cavra/${name}.json`, import.meta.url), 'utf8')) as Document;

/** Posts one fixture and reads back what one of its events became. */
async function admitted(name: string, id: string): Promise<Document> {
  const opened = await desk();
  const receipt = await opened.post(fixture(name), json);
  expect(receipt).toMatchObject({ status: 202, rejected: [] });
  const stored = await opened.stores.open(acme).evidence.get(evidenceIdOf(uri, id));
  expect(stored?.admission.provenance).toBe('sample');
  return { ...stored?.event, normalisedFrom: stored?.admission.normalisedFrom };
}

describe("a CAVRA document becomes evidence in this service's own form", () => {
  it('a blocked command from the live envelope', async () => {
    expect(await admitted('envelope-blocked-command', 'envelope:evt-7001')).toMatchObject({
      type: 'aispm.decision.recorded',
      time: '2026-06-01T09:00:00Z',
      environment: 'dev',
      normalisedFrom: 'cavra.aispm.enterprise_live_ingestion_envelope.v1',
      data: {
        decision: 'block',
        mode: 'enforce',
        surface: 'command',
        risks: ['destructive'],
        policy: { id: 'acme-runtime', version: 'unstated' },
        agent: 'shop-builder',
        tool: 'bash',
        severity: 'critical',
        ran: false,
        evidence: ['evidence://ses-41/7001'],
      },
    });
  });

  it('an action that nobody decided on happened unchecked, so it is noted only in shadow', async () => {
    expect(await admitted('envelope-unchecked-file', 'envelope:evt-7002')).toMatchObject({
      data: { decision: 'audit_only', mode: 'shadow', surface: 'file', severity: 'low', ran: true },
    });
  });

  it('an envelope about neither action nor decision shows that the session runs, and nothing more', async () => {
    expect(await admitted('envelope-evidence', 'envelope:evt-7003')).toMatchObject({
      type: 'aispm.session.recorded',
      data: { session: 'ses-41', agent: 'shop-builder', state: 'started' },
    });
  });

  it('a decision record keeps tool, capability, approval and references', async () => {
    expect(await admitted('decision-approval-required', 'decision:dec_a1b2c3d4e5f6')).toMatchObject({
      normalisedFrom: 'cavra.decision.v1',
      data: {
        decision: 'require_approval',
        surface: 'mcp',
        operation: 'write',
        risks: ['tool_write'],
        tool: 'filesystem',
        capability: 'write_file',
        approval: 'apr-9',
        correlation: 'corr_0a1b2c3d4e5f',
        evidence: ['approval://apr-9', 'evidence://ses-42/1'],
        ran: false,
      },
    });
  });

  it('and its declared intent becomes a statement of its own', async () => {
    expect(await admitted('decision-approval-required', 'decision:dec_a1b2c3d4e5f6:intent')).toMatchObject({
      type: 'aispm.intent.declared',
      data: { session: 'ses-42', intent: 'update the changelog', surfaces: ['mcp'] },
    });
  });

  it('a severity that is not ours counts as high, a time without offset is UTC', async () => {
    expect(await admitted('decision-blocked-secret', 'decision:dec_ffeeddccbbaa')).toMatchObject({
      time: '2026-06-01T10:05:00Z',
      data: { severity: 'high', risks: ['secret'], surface: 'file' },
    });
  });

  it('a session record, each time it was rewritten', async () => {
    const opened = await desk();
    await opened.post([fixture('session-active'), fixture('session-completed')], json);
    const { items } = await opened.stores.open(acme).evidence.search({ session: 'ses-42', limit: 10 });
    expect(items.map((e) => e.event.data)).toMatchObject([
      { state: 'completed' },
      { state: 'started', decisions: 2 },
    ]);
  });

  it('an approval sent at each step adds the step and repeats the request as a duplicate', async () => {
    const opened = await desk();
    expect((await opened.post(fixture('approval-pending'), json)).accepted).toHaveLength(1);
    const later = await opened.post(fixture('approval-approved'), json);
    expect(later).toMatchObject({ status: 202, rejected: [] });
    expect(later.duplicates).toEqual([{ id: evidenceIdOf(uri, 'approval:apr-9:requested') }]);
    expect(later.accepted).toMatchObject([{ id: evidenceIdOf(uri, 'approval:apr-9:decided') }]);
  });

  it('break-glass shows that the requester approved it', async () => {
    const { data } = await admitted('approval-break-glass', 'approval:apr-10:decided');
    const { decidedBy, requestedBy, breakGlass } = data as Document;
    expect(breakGlass).toBe(true);
    expect(decidedBy).toMatch(/^psn:[0-9a-f]{32}$/);
    expect(decidedBy).toBe(requestedBy);
    expect(await admitted('approval-break-glass', 'approval:apr-10:break-glass')).toMatchObject({
      data: { breakGlass: true, breakGlassReason: 'checkout is down', externalReference: 'incident://INC-3' },
    });
  });
});

describe('a CAVRA document is refused', () => {
  const refusal = async (document: unknown, opened?: Desk): Promise<unknown> =>
    (await (opened ?? (await desk())).post(document, json)).rejected[0];
  const envelope = (): Document => fixture('envelope-blocked-command');

  it('where its contract is closed and a member is unknown', async () => {
    const event = { ...(envelope()['event'] as Document), mood: 'good' };
    expect(await refusal({ ...envelope(), event })).toMatchObject({
      code: 'schema_invalid',
      pointer: '/event/mood',
    });
  });

  it('when it claims to carry raw content', async () => {
    const redaction = { ...(envelope()['redaction'] as Document), raw_prompt_included: true };
    expect(await refusal({ ...envelope(), redaction })).toMatchObject({
      code: 'schema_invalid',
      pointer: '/redaction/raw_prompt_included',
    });
  });

  it('when its connector is registered as one of another type', async () => {
    const posed = { ...envelope(), source: { connector_type: 'cursor', connector_id: 'cc-build-1' } };
    expect(await refusal(posed)).toMatchObject({ code: 'unknown_source', pointer: '/source/connector_type' });
  });

  it('when its connector is not registered', async () => {
    const foreign = { ...envelope(), source: { connector_type: 'codex', connector_id: 'cx-9' } };
    expect(await refusal(foreign)).toMatchObject({ code: 'unknown_source', pointer: '/source/connector_id' });
  });

  it('when it names no connector and more than one is registered', async () => {
    const second = source({ id: 'codex-2', uri: 'urn:cavra:codex-2' });
    const opened = await openDesk(tenantWith([connector, second]));
    expect(await refusal(fixture('session-active'), opened)).toMatchObject({ code: 'unknown_source' });
  });

  it('when its source signs, for a CAVRA document carries no signature that can be checked here', async () => {
    const key = {
      kid: 'k1',
      jwk: newSigner('k1').jwk,
      validFrom: '2026-01-01T00:00:00Z',
      validUntil: '2027-01-01T00:00:00Z',
    };
    const opened = await openDesk(tenantWith([{ ...connector, keys: [key] }]));
    expect(await refusal(envelope(), opened)).toMatchObject({ code: 'signature_invalid' });
  });

  it('by the same rules as any event, with the document as the place of the fault', async () => {
    const old = { ...fixture('decision-blocked-secret'), timestamp: '2001-01-01T00:00:00' };
    expect(await refusal([fixture('session-active'), old])).toMatchObject({
      index: 1,
      code: 'time_too_old',
      pointer: '/1',
    });
  });

  it('when it decides without saying by whom', async () => {
    const nobody = { ...fixture('approval-approved'), decided_by: null };
    expect(await refusal(nobody)).toMatchObject({ code: 'schema_invalid', pointer: '/decided_by' });
  });

  it('when it is no document of CAVRA at all', async () => {
    expect(await refusal({ hello: 'world' })).toMatchObject({
      code: 'schema_invalid',
      pointer: '/specversion',
    });
    expect(await refusal({ schema_version: 'cavra.decision.v9' })).toMatchObject({ code: 'schema_invalid' });
  });
});
