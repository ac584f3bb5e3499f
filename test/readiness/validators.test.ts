import { describe, expect, it } from 'vitest';

import { packetSchema, type Packet, type Validator } from '../../schemas/packets.js';
import { canonicalText } from '../../shared/core/kernel/canonical.js';
import { day, instantOf } from '../../shared/core/kernel/time.js';
import type { ExercisedDecision, ValidatorFacts } from '../../shared/core/readiness/validators/facts.js';
import { allValidators, packetOf } from '../../shared/core/readiness/validators/packet.js';
import { asOf, id, wholeFacts } from './whole-facts.js';

const where = { tenantId: 'harbour', position: 99 };
const packet = (validator: Validator, facts: ValidatorFacts): Packet => packetOf(validator, facts, where);
const blocked = ({ checks }: Packet): string[] =>
  checks.filter(({ status }) => status === 'blocker').map(({ name }) => name);
const ago = (days: number): string => instantOf(asOf - days * day);

type Change = (facts: ValidatorFacts) => Partial<ValidatorFacts>;
const element =
  (name: string, change: Partial<ExercisedDecision>): Change =>
  ({ exercise }) => {
    if (exercise === null) throw new Error('there is an exercise');
    const [first] = exercise.elements[name] ?? [];
    if (first === undefined) throw new Error(`there is no ${name}`);
    return {
      exercise: { ...exercise, elements: { ...exercise.elements, [name]: [{ ...first, ...change }] } },
    };
  };
const deployment =
  (change: object): Change =>
  (f) => ({
    deployment: f.deployment && { ...f.deployment, ...change },
  });
const inDeployment =
  (change: object): Change =>
  (f) => ({
    deployment: f.deployment && { ...f.deployment, data: { ...f.deployment.data, ...change } },
  });
const archive =
  (change: object): Change =>
  (f) => ({ archive: f.archive && { ...f.archive, ...change } });
const delivery =
  (change: object): Change =>
  (f) => ({ delivery: { ...f.delivery, ...change } });
const connector =
  (change: object | null): Change =>
  (f) => ({
    connectors: f.connectors.map((c) => ({
      ...c,
      validated: change === null || c.validated === null ? null : { ...c.validated, ...change },
    })),
  });

/** A defect, the validator that sees it, and the one check that it blocks. */
const defects: readonly [string, Validator, Change, string[]][] = [
  [
    'the archive’s period ended 101 days ago',
    'ga_operating_archive',
    (f) => ({
      archive: f.archive && {
        ...f.archive,
        closed: { ...f.archive.closed, data: { ...f.archive.closed.data, periodEnd: ago(101) } },
      },
    }),
    ['archive_recent'],
  ],
  ['the archive is stored no more', 'ga_operating_archive', archive({ stored: false }), ['archive_verified']],
  [
    'a sign-off refers to nothing',
    'ga_operating_archive',
    archive({
      resolved: [
        'publication_validation',
        'first_wave_activation',
        'customer_operating_review',
        'advisory_drill_closeout',
      ],
    }),
    ['signed_off_documentation_sync'],
  ],
  [
    'the tenant is a sample',
    'production_deployment_runtime',
    (f) => ({ tenant: { ...f.tenant, sample: true } }),
    ['tenant_configured'],
  ],
  [
    'one person alone can approve',
    'production_deployment_runtime',
    (f) => ({ tenant: { ...f.tenant, approvers: 1 } }),
    ['tenant_configured'],
  ],
  [
    'a connector never returned a nonce',
    'production_deployment_runtime',
    connector(null),
    ['connector_live:runtime'],
  ],
  [
    'a connector returned its nonce 31 days ago',
    'production_deployment_runtime',
    connector({ time: ago(31) }),
    ['connector_live:runtime'],
  ],
  [
    'a connector failed',
    'production_deployment_runtime',
    connector({
      data: { connector: 'runtime', outcome: 'failed', nonceDigest: id(9), issuedAt: ago(1), reason: 'late' },
    }),
    ['connector_live:runtime'],
  ],
  [
    'no connector is registered',
    'production_deployment_runtime',
    () => ({ connectors: [] }),
    ['connector_live'],
  ],
  [
    'another release was deployed',
    'production_deployment_runtime',
    inDeployment({ release: 'v0' }),
    ['release_deployed'],
  ],
  [
    'another build of the release was deployed',
    'production_deployment_runtime',
    inDeployment({ digest: id(6) }),
    ['release_deployed'],
  ],
  [
    'the deployment was validated before the build',
    'production_deployment_runtime',
    deployment({ time: ago(4) }),
    ['release_deployed'],
  ],
  [
    'the validation did not look at telemetry',
    'production_deployment_runtime',
    (f) => inDeployment({ checks: f.deployment?.data.checks.filter((c) => c.name !== 'telemetry') })(f),
    ['telemetry'],
  ],
  [
    'isolation was not tested',
    'production_deployment_runtime',
    () => ({ isolation: null }),
    ['isolation_proven'],
  ],
  [
    'one isolation proof is missing',
    'production_deployment_runtime',
    (f) => ({
      isolation: f.isolation && {
        ...f.isolation,
        data: { ...f.isolation.data, attempts: f.isolation.data.attempts.slice(1) },
      },
    }),
    ['isolation_proven'],
  ],
  [
    'isolation was tested against another deployment',
    'production_deployment_runtime',
    (f) => ({
      isolation: f.isolation && { ...f.isolation, data: { ...f.isolation.data, deployment: 'staging' } },
    }),
    ['isolation_proven'],
  ],
  [
    'no validation report arrived',
    'report_delivery_production',
    delivery({ validated: null }),
    ['validation_delivered', 'channel_proven'],
  ],
  [
    'a mail has no outcome',
    'report_delivery_production',
    delivery({ sent: { intents: 4, settled: 3 } }),
    ['audit_complete'],
  ],
  ['nothing was tried again', 'report_delivery_production', delivery({ retried: null }), ['retry_exercised']],
  [
    'nothing was escalated',
    'report_delivery_production',
    delivery({ escalated: null }),
    ['escalation_exercised'],
  ],
  [
    'the planted marker arrived',
    'report_delivery_production',
    delivery({ redaction: { evidenceId: id(33), removed: false } }),
    ['redaction_proven'],
  ],
  [
    'the session is not in the log',
    'runtime_workflow',
    (f) => ({ exercise: f.exercise && { ...f.exercise, sessionId: null } }),
    ['session_live'],
  ],
  [
    'a command was not high-risk',
    'runtime_workflow',
    element('high_risk_command', { highRisk: false }),
    ['high_risk_command'],
  ],
  [
    'an element is of another session',
    'runtime_workflow',
    element('mcp_call', { session: 'ses-2' }),
    ['mcp_call'],
  ],
  ['an element was not signed', 'runtime_workflow', element('file_read', { trusted: false }), ['file_read']],
  [
    'an element was decided before the build',
    'runtime_workflow',
    element('file_read', { time: ago(4) }),
    ['file_read'],
  ],
  [
    'what needed approval ran without one',
    'runtime_workflow',
    element('approval_routed', { approved: false }),
    ['approval_routed'],
  ],
  [
    'the bypass attempt succeeded',
    'runtime_workflow',
    element('bypass_attempt', { ran: true }),
    ['bypass_attempt'],
  ],
  [
    'the bypass attempt was only shadowed',
    'runtime_workflow',
    element('bypass_attempt', { mode: 'shadow' }),
    ['bypass_attempt'],
  ],
];

describe('the four validators', () => {
  it('each find all they look for in a tenant that has it all, and say so in a packet of its schema', () => {
    for (const validator of allValidators) {
      const found = packet(validator, wholeFacts());
      expect(packetSchema.parse(found)).toEqual(found);
      expect(found).toMatchObject({ ready: true, blocker_count: 0, evidence_mode: 'live' });
    }
  });

  it.each(defects)('block where %s', (_what, validator, change, names) => {
    const facts = { ...wholeFacts(), ...change(wholeFacts()) };
    const found = packet(validator, facts);
    expect(blocked(found)).toEqual(names);
    expect(found.ready).toBe(false);
  });

  it.each(defects)('and only the one validator, where %s', (_what, validator, change) => {
    const facts = { ...wholeFacts(), ...change(wholeFacts()) };
    const others = allValidators.filter((v) => v !== validator);
    for (const other of others) expect(blocked(packet(other, facts))).toEqual([]);
  });

  it('block on everything where the log holds nothing', () => {
    const facts: ValidatorFacts = {
      ...wholeFacts(),
      tenant: { sample: false, keyedSources: 0, recipients: 0, approvers: 0, packetDays: 7 },
      connectors: [],
      isolation: null,
      deployment: null,
      archive: null,
      exercise: null,
      delivery: {
        validated: null,
        sent: { intents: 0, settled: 0 },
        retried: null,
        escalated: null,
        redaction: null,
      },
    };
    for (const validator of allValidators) {
      const found = packet(validator, facts);
      expect(found.checks.every(({ status }) => status === 'blocker')).toBe(true);
      expect(found).toMatchObject({ ready: false, evidence_mode: 'none' });
    }
  });

  it('never count what a sender could not sign as live, whatever else holds', () => {
    const whole = wholeFacts();
    if (whole.exercise === null) throw new Error('there is an exercise');
    const exercised = { ...whole.exercise.exercised, trusted: false };
    const found = packet('runtime_workflow', { ...whole, exercise: { ...whole.exercise, exercised } });
    expect(found).toMatchObject({ evidence_mode: 'sample', ready: false });
  });

  it('give the same bytes for the same facts', () => {
    for (const validator of allValidators)
      expect(canonicalText(packet(validator, wholeFacts()))).toBe(
        canonicalText(packet(validator, wholeFacts())),
      );
  });
});
