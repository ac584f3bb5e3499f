import type { PacketCheck } from '../../../../schemas/packets.js';
import type { Build } from '../../../../schemas/release.js';
import {
  blocker,
  look,
  notOfProduction,
  notOfRelease,
  pass,
  windowDays,
  type Evidenced,
  type ValidatorFacts,
} from './facts.js';

/** What a deployment's own validation must have found, by the names of its checks. */
export const ofTheDeployment = ['identity', 'key_custody', 'telemetry'] as const;
/** The proofs of tenant isolation, as `isolation.tested` names them. */
export const isolationProofs = [
  'evidence',
  'policies',
  'recipients',
  'connector-failures',
  'posture',
] as const;

/** Production deployment runtime: this tenant, these connectors, this deployment and this release, each proven live. */
export function validateDeployment(facts: ValidatorFacts): PacketCheck[] {
  return [
    tenantConfigured(facts),
    ...connectorsLive(facts),
    ...deploymentRuns(facts),
    isolationProven(facts),
  ];
}

function tenantConfigured({ tenant }: ValidatorFacts): PacketCheck {
  const { sample, keyedSources, recipients, approvers } = tenant;
  const wrong = sample
    ? 'the tenant is a sample'
    : keyedSources === 0
      ? 'no registered source signs'
      : recipients === 0
        ? 'no recipient of reports is set'
        : approvers < 2
          ? 'fewer than two people can approve, so nothing can be approved by a second one'
          : null;
  const holds = `${keyedSources} sources sign, ${recipients} recipients, ${approvers} approvers`;
  return look('tenant_configured', wrong, holds);
}

type Proof = Evidenced<{ release?: Build | undefined }>;
const uncounted = (proof: Proof, facts: ValidatorFacts): string | null =>
  notOfRelease(proof, proof.data.release, facts, windowDays.production_deployment_runtime);

function connectorsLive(facts: ValidatorFacts): PacketCheck[] {
  if (facts.connectors.length === 0)
    return [blocker('connector_live', 'no connector that signs live evidence is registered')];
  return facts.connectors.map(({ id, validated }) => {
    const name = `connector_live:${id}`;
    if (validated === null) return blocker(name, 'it has returned no nonce');
    const wrong =
      validated.data.outcome !== 'passed'
        ? (validated.data.reason ?? 'it failed')
        : uncounted(validated, facts);
    return look(name, wrong, 'returned its nonce over its real path and key', validated.id);
  });
}

function deploymentRuns(facts: ValidatorFacts): PacketCheck[] {
  const { deployment, release, running } = facts;
  const names = ['release_deployed', ...ofTheDeployment];
  if (deployment === null) return names.map((name) => blocker(name, 'no deployment was validated'));
  const { data, id, trusted } = deployment;
  const wrong = !trusted
    ? 'the validation was not signed by a trusted source'
    : data.outcome !== 'passed'
      ? 'the validation failed'
      : release !== null && data.release !== release.name
        ? `the validation is of release ${data.release}`
        : running !== null && data.digest !== running.digest
          ? `what runs is another build: ${running.name}, digest ${running.digest}`
          : (notOfProduction(deployment) ??
            notOfRelease(
              deployment,
              { name: data.release, digest: data.digest },
              facts,
              windowDays.production_deployment_runtime,
            ));
  const found = (name: string): PacketCheck => {
    const check = data.checks.find((one) => one.name === name);
    if (check === undefined) return blocker(name, 'the validation did not look at it', id);
    return check.status === 'pass' && trusted
      ? pass(name, check.message, id)
      : blocker(name, check.message, id);
  };
  return [look('release_deployed', wrong, `release ${data.release} runs`, id), ...ofTheDeployment.map(found)];
}

function isolationProven(facts: ValidatorFacts): PacketCheck {
  const { isolation, deployment } = facts;
  if (isolation === null) return blocker('isolation_proven', 'the five proofs were not run');
  const { data, id } = isolation;
  const failed = isolationProofs.filter(
    (proof) =>
      !data.attempts.some((a) => a.proof === proof) ||
      data.attempts.some((a) => a.proof === proof && !a.passed),
  );
  const wrong =
    data.outcome !== 'passed' || failed.length > 0
      ? `not shown: ${failed.join(', ') || 'the run failed'}`
      : deployment !== null && deployment.data.deployment !== data.deployment
        ? 'the proofs were run against another deployment'
        : uncounted(isolation, facts);
  return look('isolation_proven', wrong, 'all five proofs hold for this deployment', id);
}
