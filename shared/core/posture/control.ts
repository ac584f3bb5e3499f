import type { Severity, Surface } from '../../../schemas/primitives.js';
import type { Item } from '../projections/documents.js';

/** How a control is judged. Each kind has one function in item-states.ts or approval-states.ts. */
export type Judgement =
  /** The item is declared, active and owned. */
  | { by: 'inventory' }
  /** The latest decision under any of these fact keys (`surface` or `surface+risk`) stands in the state table. */
  | { by: 'decision'; facts: readonly string[]; highRisk: boolean }
  /** The tool's registry record. */
  | { by: 'registry' }
  /** The latest action was signed by a trusted source. */
  | { by: 'signature' }
  /** There was an action within the window. */
  | { by: 'activity' }
  /** The last report reached its recipient. */
  | { by: 'delivery' }
  | { by: 'approval'; demand: 'separated' | 'in_time' | 'break_glass' }
  | { by: 'exception' };

/** A clause of a framework that a control gives evidence toward; never "satisfies". */
export type Clause = { framework: Framework; id: string };
export type Framework =
  | 'SOC 2 2017-TSC/2022-PoF'
  | 'NIST AI RMF 1.0'
  | 'ISO/IEC 42001:2023'
  | 'OWASP ASI 2026'
  | 'OWASP LLM 2025'
  | 'MITRE ATLAS 2026.09'
  | 'EU AI Act 2024/1689 (alignment)';

/** What the service demands of a tenant, as data. */
export type Control = {
  id: string;
  title: string;
  domain:
    | 'identity and inventory'
    | 'commands'
    | 'files and secrets'
    | 'source control'
    | 'MCP and tools'
    | 'approvals'
    | 'exceptions'
    | 'evidence'
    | 'operations';
  /** One sentence: what must hold for each item. */
  demand: string;
  remediation: string;
  /** Kind of item it is judged for, and the surface an agent must have for the control to apply. */
  scope: { kind: Item['itemKind'] | 'approval' | 'exception'; surface?: Surface; writes?: true };
  judgement: Judgement;
  /** Evidence older than this is stale. */
  freshnessHours: number;
  weight: number;
  /** Severity of a finding while the control is unmet. */
  severity: Severity;
  clauses: readonly Clause[];
};
