import type { Risk } from '../../../schemas/events/decisions.js';
import type { Severity, Surface } from '../../../schemas/primitives.js';
import type { Item } from '../projections/documents.js';
import type { ProofName } from '../projections/facts.js';
import type { Clause } from './clause-catalogue.js';

/** A key of an item's facts: a surface, or a surface and a risk. */
export type FactKey = Surface | `${Surface}+${Risk}`;

/** How a control is judged. Each kind has one function in judges.ts, proof-states.ts or approval-states.ts. */
export type Judgement =
  /** The item is declared, active and owned. */
  | { by: 'inventory' }
  /** One trusted source alone spoke for the agent within the window. */
  | { by: 'identity' }
  /**
   * The latest decision under any of these fact keys stands in the state table. `attested`: an `allow` is not enough, it
   * takes an approval or an attestation that resolves.
   */
  | { by: 'decision'; facts: readonly FactKey[]; highRisk: boolean; attested?: true }
  /** The latest decisions carried a version that was in force. */
  | { by: 'policy' }
  /** The tool's registry record. */
  | { by: 'registry' }
  /** What was used of the tool within the window is what its registry record approves. */
  | { by: 'capability' }
  /** The latest action was signed by a trusted source. */
  | { by: 'signature' }
  /** There was an action within the window. */
  | { by: 'activity' }
  /** The tenant declared its inventory within the window that its settings name. */
  | { by: 'declaration' }
  /** The last report reached its recipient. */
  | { by: 'delivery' }
  /** The latest proof of this kind passed. `down`: a failed one means that nothing can operate. */
  | { by: 'proof'; of: ProofName; down?: true }
  | { by: 'incident' }
  | { by: 'review' }
  | { by: 'approval'; demand: 'separated' | 'in_time' | 'break_glass' }
  | { by: 'exception' };

export type Scope = {
  kind: Item['itemKind'] | 'approval' | 'exception';
  /** One of these surfaces must be open to the item. Undeclared ones are open, unless `seen`: then declared or observed. */
  surfaces?: readonly Surface[];
  seen?: true;
  /** Only tools that can change something. */
  writes?: true;
};

export type Domain =
  | 'identity and inventory'
  | 'commands'
  | 'files and secrets'
  | 'source control'
  | 'MCP and tools'
  | 'infrastructure change'
  | 'approvals'
  | 'exceptions'
  | 'evidence'
  /** The one domain that what the service itself concludes may satisfy (no-evidence law). */
  | 'operations';

/** What the service demands of a tenant, as data. */
export type Control = {
  id: string;
  /** The catalogue version that first carried it. */
  since: CatalogueVersion;
  title: string;
  domain: Domain;
  /** One sentence: what must hold for each item. */
  demand: string;
  /** One sentence: which evidence shows that it holds. */
  satisfiedBy: string;
  /** One sentence. */
  remediation: string;
  scope: Scope;
  judgement: Judgement;
  /** Evidence older than this is stale. */
  freshnessHours: number;
  weight: number;
  /** Severity of a finding while the control is unmet. */
  severity: Severity;
  clauses: readonly Clause[];
};

/** Published versions of the catalogue, oldest first. */
export const catalogueVersions = ['1', '2'] as const;
export type CatalogueVersion = (typeof catalogueVersions)[number];
