import type { EventData } from '../../../../schemas/events/types.js';
import type { ReleaseBody } from '../../../../schemas/readiness.js';
import type { Build } from '../../../../schemas/release.js';
import type { PacketCheck } from '../../../../schemas/packets.js';
import { Refusal } from '../../kernel/refusal.js';
import { day, millisOf } from '../../kernel/time.js';
import type { Environment, Surface } from '../../../../schemas/primitives.js';

/*
 * What the validators look at, gathered from the log at one position. Nothing here was entered by hand: each fact is an
 * event with its id, or absent. References in it were resolved by whoever gathered; what did not resolve is not here.
 */

/**
 * An event that may serve as proof. `trusted`: live, and signed by a key that was valid when made and when received.
 * `environment`: of which it says that it is; absent where it says none, and of what the service says itself.
 */
export type Evidenced<T> = {
  id: string;
  time: string;
  trusted: boolean;
  environment?: Environment | undefined;
  data: T;
};

/** A decision that an exercise names as one of its elements, as the log has it. */
export type ExercisedDecision = {
  id: string;
  time: string;
  trusted: boolean;
  environment?: Environment | undefined;
  session: string | null;
  surface: Surface;
  decision: EventData<'decision.recorded'>['decision'];
  mode: 'enforce' | 'shadow';
  operation: EventData<'decision.recorded'>['operation'];
  /** What the action was about, as the runtime worded it. */
  target: string;
  highRisk: boolean;
  ran: boolean;
  /** An approval by another than the requester stands behind it. */
  approved: boolean;
};

/** What is to be released, as the pipeline names it. Digest and build time hold the evidence to the very build. */
export type Release = { name: string; digest: string | null; builtAt: string | null };

/** A packet from outside, signed by a trusted source: the last of its validator while it counts. */
export type Submitted = {
  id: string;
  validator: string;
  /** What it says blocks, in its own words. */
  blocking: readonly string[];
  /** Every event that it refers to is in the log, and it refers to some under each check. */
  resolves: boolean;
};

export type ValidatorFacts = {
  /** The instant that is judged. */
  asOf: string;
  release: Release | null;
  /** The build of the service that judges; null where it does not know it. */
  running: Build | null;
  tenant: {
    sample: boolean;
    keyedSources: number;
    recipients: number;
    approvers: number;
    /** Days that a packet counts, and no older may be the verification of what it rests on. */
    packetDays: number;
  };
  /** Sources that evidence is expected from, each with the last nonce it returned or failed to. */
  connectors: readonly { id: string; validated: Evidenced<EventData<'connector.validated'>> | null }[];
  isolation: Evidenced<EventData<'isolation.tested'>> | null;
  deployment: Evidenced<EventData<'deployment.validated'>> | null;
  archive: {
    closed: Evidenced<EventData<'archive.closed'>>;
    /** It is still stored under its digest. */
    stored: boolean;
    /** The last time its bytes were held against that digest and verified file by file. */
    verification: Evidenced<EventData<'archive.verified'>> | null;
    /** The last check of everything stored, which holds each archive against its digest. */
    checked: Evidenced<EventData<'integrity.checked'>> | null;
    /** Sign-offs whose reference is an event of the log. */
    resolved: readonly string[];
  } | null;
  exercise: {
    exercised: Evidenced<EventData<'workflow.exercised'>>;
    elements: Readonly<Record<string, readonly ExercisedDecision[]>>;
    /** Evidence of the session, sent by the runtime itself. */
    sessionId: string | null;
  } | null;
  submitted: readonly Submitted[];
  delivery: {
    /** The last validation report that its provider says arrived, and what carried it. */
    validated: {
      evidenceId: string;
      time: string;
      channel: EventData<'delivery.validated'>['channel'];
      build: Build | undefined;
    } | null;
    /** Mails with an intent, and of those the ones whose outcome is recorded. */
    sent: { intents: number; settled: number };
    /** A mail that was tried again, and one that was given to a person, in the window. */
    retried: string | null;
    escalated: string | null;
    /** The validation report planted a marker; `removed` where what was delivered does not hold it. */
    redaction: { evidenceId: string; removed: boolean } | null;
  };
};

/** How old the evidence under each validator's checks may be, in days. */
export const windowDays = {
  ga_operating_archive: 100,
  production_deployment_runtime: 30,
  report_delivery_production: 35,
  runtime_workflow: 30,
} as const;

/**
 * The release that a caller names; null where it names none.
 * @throws Refusal `invalid_request` for a build of no release: it must not be taken for no build at all.
 */
export function releaseOf({ release, digest, builtAt }: ReleaseBody): Release | null {
  if (release !== undefined) return { name: release, digest: digest ?? null, builtAt: builtAt ?? null };
  if (digest === undefined && builtAt === undefined) return null;
  throw new Refusal('invalid_request', 'digest and builtAt are of a release, which is not named');
}

/** A release of which the pipeline told no more than the name. */
export const releaseNamed = (name: string | null): Release | null =>
  name === null ? null : { name, digest: null, builtAt: null };

/** The parts of a check, so that each validator reads as a list of what it looks for. */
export const pass = (name: string, message: string, ...evidenceIds: string[]): PacketCheck => ({
  name,
  status: 'pass',
  message,
  evidenceIds,
});
export const blocker = (name: string, message: string, ...evidenceIds: string[]): PacketCheck => ({
  name,
  status: 'blocker',
  message,
  evidenceIds,
});

/** Looks for one thing: what is wrong with it, or that it holds. */
export const look = (
  name: string,
  wrong: string | null,
  holds: string,
  ...evidenceIds: string[]
): PacketCheck => (wrong === null ? pass(name, holds, ...evidenceIds) : blocker(name, wrong, ...evidenceIds));

/** Why what happened then does not count for what is released now: too old, or from before its build. */
export function outdated(
  { time }: Pick<Evidenced<unknown>, 'time'>,
  { asOf, release }: Pick<ValidatorFacts, 'asOf' | 'release'>,
  limit: number,
): string | null {
  if (release?.builtAt != null && millisOf(time) < millisOf(release.builtAt))
    return 'it is older than the build of the release';
  return millisOf(asOf) - millisOf(time) > limit * day ? `it is more than ${limit} days old` : null;
}

/** Why what a source showed says nothing of production: it was shown elsewhere, or does not say where. */
export function notOfProduction({ environment }: Pick<Evidenced<unknown>, 'environment'>): string | null {
  if (environment === undefined) return 'it names no environment, and only production counts';
  return environment === 'production' ? null : `it is of the environment ${environment}, not of production`;
}

/**
 * The digest that proofs must name: that which the caller names, or for a release by name alone the one that its
 * deployment was validated with. Null: the caller asks about no release, or nothing says which build it is.
 */
export function digestAsked({
  release,
  deployment,
}: Pick<ValidatorFacts, 'release' | 'deployment'>): string | null {
  if (release === null) return null;
  if (release.digest !== null) return release.digest;
  return deployment?.trusted === true && deployment.data.release === release.name
    ? deployment.data.digest
    : null;
}

/**
 * Why a proof does not count for what is released now: outdated, or not of its build. The rule for every proof but the
 * operating archive: that is the record of a quarter, in which many builds ran.
 * @param named the build that the proof names; undefined where it names none
 */
export function notOfRelease(
  proof: Pick<Evidenced<unknown>, 'time'>,
  named: Build | undefined,
  facts: ValidatorFacts,
  limit: number,
): string | null {
  const digest = digestAsked(facts);
  if (digest !== null && named === undefined) return 'it names no release';
  if (digest !== null && named?.digest !== digest)
    return `it is of another build: ${named?.name ?? ''}, digest ${named?.digest ?? ''}`;
  return outdated(proof, facts, limit);
}
