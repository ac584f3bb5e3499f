import type { EventData, EventName } from '../../schemas/events/types.js';
import { archiveSignOffs, operatingReviewSections } from '../../schemas/sign-offs.js';
import { tenantSettingsSchema } from '../../schemas/tenant.js';
import { memoryBlobs } from '../../shared/adapters/memory/blobs.js';
import { memoryKeyRing } from '../../shared/adapters/memory/key-ring.js';
import { memoryStores } from '../../shared/adapters/memory/stores.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { hour, instantOf, second } from '../../shared/core/kernel/time.js';
import { isolationProofs } from '../../shared/core/readiness/validators/deployment.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import { closeArchive } from '../../shared/usecases/archive/close-archive.js';
import { foldEvents } from '../../shared/usecases/log/fold.js';
import { putTenant } from '../../shared/usecases/tenants/manage-tenants.js';
import type { ReadinessDeps } from '../../shared/usecases/readiness/gate.js';
import { recordStatement } from '../../shared/usecases/log/record.js';
import { addMember } from '../add-member.js';
import { newSigner, source } from '../ingest/intake.js';
import { evidenceOf, start, tenantId } from '../laws/tenant-events.js';
import { command, person } from '../posture/told.js';
import { passedDrill, quarterNow, signedOff } from '../reviews/signed-off.js';
import { suiteTelemetry } from '../suite-logs/keep.js';
import { registerSource } from '../register-source.js';

/* Doing what a plan lists, each item by the evidence it leaves in the log of a tenant that has nothing yet. */

export const release = { name: 'v1', digest: 'd'.repeat(64), builtAt: instantOf(start) };
const { builtAt: _builtAt, ...build } = release;
const settings = (recipients: string[]) =>
  tenantSettingsSchema.parse({
    displayName: 'Harbour',
    timeZone: 'UTC',
    reports: {
      allowedDomains: ['harbour.example'],
      recipients: recipients.map((address) => ({ address, audience: ['ciso'] })),
    },
  });

export type Bare = Awaited<ReturnType<typeof bareTenant>>;

/** A tenant that was taken in, and nothing more; outside production until that is done too. */
export async function bareTenant() {
  let now = start + hour;
  let told = 0;
  const deps: ReadinessDeps = {
    stores: memoryStores().open(tenantId),
    blobs: memoryBlobs().open(tenantId),
    keys: memoryKeyRing('plan'),
    clock: { now: () => now },
    rehearsal: true,
    telemetry: suiteTelemetry(),
    renderer: reportRenderer,
  };
  await putTenant(deps, settings([]), 'ada');
  /** What a source of the tenant says, signed. @returns its evidence id */
  const tell = async <N extends EventName>(name: N, data: EventData<N>): Promise<string> => {
    const of = { environment: 'production' } as const;
    const evidence = evidenceOf(name, data, (now += second), `told-${told++}`, of);
    await deps.stores.evidence.create(evidence);
    await foldEvents({ ledger: deps.stores.ledger, now: () => now }, [{ evidence }]);
    return evidence.id;
  };
  /** What the service concludes. @returns its evidence id */
  const conclude = async <N extends EventName>(name: N, data: EventData<N>): Promise<string> => {
    now += second;
    return (await recordStatement(deps, { name, id: `concluded-${told++}`, data })).evidence.id;
  };
  return { deps, tell, conclude };
}

/** By the check of an item, or the blocker of one that is about no check. */
type Done = (item: string) => boolean;

/** Does those items of the plan for production that are told, in its order. @returns the tenant as it is then. */
export async function carryOut(bare: Bare, done: Done): Promise<ReadinessDeps> {
  await configure(bare, done);
  await prove(bare, done);
  await deliver(bare, done);
  await exercise(bare, done);
  await archive(bare, done);
  return { ...bare.deps, rehearsal: !done('rehearsal_environment') };
}

async function configure({ deps, tell }: Bare, done: Done): Promise<void> {
  if (done('recipients_set')) await putTenant(deps, settings(['ciso@harbour.example']), 'ada');
  if (done('tenant_configured') || done('connector_live')) {
    const { kid, jwk } = newSigner('k1');
    const keys = [{ kid, jwk, validFrom: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' }];
    await registerSource(deps, source({ id: 'runtime', uri: 'urn:test:runtime', keys }), 'ada');
  }
  if (done('tenant_configured'))
    for (const subject of ['grace', 'barbara'])
      await addMember(deps, { subject, roles: ['approver'] }, 'ada');
  const owner = person(9);
  if (done('insufficient_evidence'))
    await tell('inventory.declared', {
      items: [
        { kind: 'agent', id: 'builder', owner },
        { kind: 'repository', id: 'shop', owner },
      ],
    });
  if (!done('critical_control_unmet')) return;
  const rules = [
    { rule: 'commands', controls: ['destructive-commands', 'secret-files', 'protected-branches'] },
  ];
  await tell('policy.published', { policy: 'baseline', version: '1', mode: 'enforce', rules });
  await tell('decision.recorded', command());
  await tell('decision.recorded', command({ surface: 'file', risks: ['secret'] }));
  const branch = { surface: 'git', risks: ['protected_branch'], repository: 'shop' } as const;
  await tell('decision.recorded', command({ ...branch, risks: [...branch.risks] }));
}

async function prove({ deps, tell, conclude }: Bare, done: Done): Promise<void> {
  const at = instantOf(deps.clock.now());
  const proof = {
    connector: 'runtime',
    outcome: 'passed',
    nonceDigest: release.digest,
    issuedAt: at,
    release: build,
  } as const;
  if (done('connector_live')) await conclude('connector.validated', proof);
  const attempts = isolationProofs.map((name) => ({
    proof: name,
    request: 'GET …',
    status: 404,
    passed: true,
  }));
  if (done('isolation_proven'))
    await conclude('isolation.tested', { deployment: 'prod', outcome: 'passed', release: build, attempts });
  const checks = ['identity', 'key_custody', 'telemetry']
    .filter(done)
    .map((name) => ({ name, status: 'pass' as const, message: 'as it must be', evidenceIds: [] }));
  if (checks.length > 0 || done('release_deployed'))
    await tell('deployment.validated', {
      deployment: 'prod',
      release: release.name,
      digest: release.digest,
      outcome: done('release_deployed') ? 'passed' : 'failed',
      checks,
    });
}

async function deliver({ deps, conclude }: Bare, done: Done): Promise<void> {
  const [report, at] = ['rep-1', instantOf(deps.clock.now())];
  const mail = { report, operation: '11111111-1111-4111-8111-111111111111', recipient: person(1) };
  const by = { ...mail, provider: 'acs' as const };
  const period = { from: release.builtAt, to: at, zone: 'UTC' };
  const asked = { reportType: 'delivery-validation', approvalRequired: false, period } as const;
  await conclude('report.requested', { report, actor: person(2), recipients: [person(1)], ...asked });
  await conclude('report.sending', { ...by, intendedAt: at });
  const retried = await conclude('report.retried', { ...mail, attempt: 2, reason: 'held', exercised: true });
  const failed = { ...mail, outcome: 'dead_letter', detail: 'held', exercised: true } as const;
  const deadLetter = await conclude('report.failed', failed);
  const resumed = await conclude('report.resumed', { ...mail, round: 1, actor: person(3) });
  const arrived = done('report_delivery_unverified')
    ? [await conclude('report.delivered', { ...by, providerEvent: 'p1', deliveredAt: at })]
    : [];
  if (!done('audit_complete'))
    await conclude('report.sending', {
      ...by,
      operation: '22222222-2222-4222-8222-222222222222',
      intendedAt: at,
    });
  await conclude('delivery.validated', {
    report,
    outcome: done('validation_delivered') ? 'passed' : 'failed',
    release: build,
    channel: {
      provider: 'acs',
      sender: 'mail.example',
      transport: done('channel_proven') ? 'tls' : 'plain',
    },
    delivered: arrived,
    ...(done('retry_exercised') ? { retried } : {}),
    ...(done('escalation_exercised') ? { deadLetter, resumed } : {}),
    redaction: { markerDigest: release.digest, removed: done('redaction_proven'), searched: ['mail.text'] },
  });
}

const ordinary = { risks: [], severity: 'low', decision: 'allow', ran: true } as const;
const acts: Record<string, Partial<EventData<'decision.recorded'>>> = {
  file_read: { ...ordinary, risks: [], surface: 'file', operation: 'read' },
  file_write: { ...ordinary, risks: [], surface: 'file', operation: 'write' },
  high_risk_command: {},
  git_branch: { ...ordinary, risks: [], surface: 'git', target: 'git switch -c fix' },
  pull_request: { ...ordinary, risks: [], surface: 'git', target: 'open pull request' },
  mcp_call: { ...ordinary, risks: [], surface: 'mcp', tool: 'files' },
  approval_routed: { decision: 'require_approval' },
  bypass_attempt: { target: 'sh -c "$(printf rm)"' },
};

async function exercise({ tell }: Bare, done: Done): Promise<void> {
  const session = 'ses-1';
  if (done('session_live')) await tell('session.recorded', { session, agent: 'builder', state: 'started' });
  const elements = [];
  for (const [element, act] of Object.entries(acts))
    if (done(element))
      elements.push({
        element,
        evidenceIds: [await tell('decision.recorded', command({ session, ...act }))],
      });
  if (elements.length > 0)
    await tell('workflow.exercised', { exercise: 'ex-1', session, release: build, elements });
}

async function archive({ deps }: Bare, done: Done): Promise<void> {
  const found = await deps.stores.tenant.get();
  if (found === null) throw new Error('the tenant is not there');
  const own = { ...deps, renderer: reportRenderer };
  const drill = await passedDrill(own);
  const given = [...operatingReviewSections, ...archiveSignOffs.filter((name) => done(`signed_off_${name}`))];
  for (const name of given)
    await signedOff(own, found.tenant, name, name === 'advisory_drill_closeout' ? [] : [drill]);
  if (!done('archive_recent') || !done('archive_verified')) return;
  try {
    await closeArchive(own, found.tenant, quarterNow(deps.clock.now()), 'operator-1', 'key-1');
  } catch (error) {
    // Without one of its sign-offs there is no archive.
    if (!(error instanceof Refusal)) throw error;
  }
}
