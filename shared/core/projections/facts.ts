import type { Decision, Risk } from '../../../schemas/events/decisions.js';
import type { ControlState } from '../../../schemas/posture.js';
import type { Severity } from '../../../schemas/primitives.js';

/* What documents hold of evidence: who said it when, what decides a control, and which findings stand because of it. */

/** When and by which evidence something was said. Of two facts the later (`time`, `id`) wins, never arrival. */
export type Stamp = { time: string; id: string };

/** The registered source that says something, and whether a valid key of it signed. */
export type Origin = { source: string; trusted: boolean };

/** The deciding evidence for one (control, item): enough of the decision to judge it again when other facts change. */
export type DecisionFact = Stamp & {
  decision: Decision;
  mode: 'enforce' | 'shadow';
  policy: string;
  rule: string;
  severity: Severity;
  risks: Risk[];
  ran: boolean;
  approval?: string;
  attestation?: string;
  trusted: boolean;
};

/** The latest decision on an item under one policy and mode: what drift is told from. */
export type PolicyUse = Stamp & { policy: string; version: string; mode: 'enforce' | 'shadow' };

/** Proofs about the operation, by the event that brings them. */
export type ProofName =
  | 'connector.validated'
  | 'isolation.tested'
  | 'delivery.validated'
  | 'deployment.validated'
  | 'workflow.exercised'
  | 'drill.recorded'
  | 'archive.closed'
  | 'archive.verified'
  | 'integrity.checked'
  | 'packet.submitted';
export type Proof = Stamp & { passed: boolean };

export type ItemState = {
  state: ControlState;
  /** The evidence that decides; null where there is none. */
  evidenceId: string | null;
  since: string;
  /** While it is not enforced: the evidence that last showed it enforced, and the instant at which it fell from there. */
  fell?: { from: string | null; at: string };
};

/** Findings open because of a document: id → what it was last told. Unchanged words need no look at the finding. */
export type OpenFindings = Record<string, string>;
