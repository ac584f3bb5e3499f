import type { Decision, Risk } from '../../../schemas/events/decisions.js';
import type { ControlState } from '../../../schemas/posture.js';
import type { Severity } from '../../../schemas/primitives.js';

/* What documents hold of evidence: who said it when, what decides a control, and which findings stand because of it. */

/** When and by which evidence something was said. Of two facts the later (`time`, `id`) wins, never arrival. */
export type Stamp = { time: string; id: string };

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

export type ItemState = {
  state: ControlState;
  /** The evidence that decides; null where there is none. */
  evidenceId: string | null;
  since: string;
};

/** Findings open because of a document: id → what it was last told. Unchanged words need no look at the finding. */
export type OpenFindings = Record<string, string>;
