import type { Clause, Control, Framework } from './control.js';

/*
 * The control catalogue: data only. Clauses are those of the reference mapping, each read in its source; ISO, SOC 2 and
 * EU entries mean "gives evidence toward". Windows, weights and severities are the house's own parameters.
 */

export const catalogueVersion = '1';

const clauses = (rows: readonly (readonly [Framework, ...string[]])[]): Clause[] =>
  rows.flatMap(([framework, ...ids]) => ids.map((id) => ({ framework, id })));

const soc2 = 'SOC 2 2017-TSC/2022-PoF';
const nist = 'NIST AI RMF 1.0';
const iso = 'ISO/IEC 42001:2023';
const asi = 'OWASP ASI 2026';
const llm = 'OWASP LLM 2025';
const atlas = 'MITRE ATLAS 2026.09';
const eu = 'EU AI Act 2024/1689 (alignment)';

const month = 30 * 24;

export const catalogue: readonly Control[] = [
  {
    id: 'agent-registered',
    title: 'Agent registered and owned',
    domain: 'identity and inventory',
    demand: 'Every agent that acts is declared in the inventory, active, and has an owner.',
    remediation: 'Declare the agent with an owner, or stop it.',
    scope: { kind: 'agent' },
    judgement: { by: 'inventory' },
    freshnessHours: month,
    weight: 3,
    severity: 'high',
    clauses: clauses([
      [soc2, 'CC6.2'],
      [nist, 'GOVERN 1.6'],
      [iso, 'A.3.2'],
      [asi, 'ASI10'],
      [atlas, 'AML.T0103'],
    ]),
  },
  {
    id: 'repository-enrolled',
    title: 'Repository enrolled',
    domain: 'identity and inventory',
    demand: 'Every repository that an agent touches is declared and has an owner.',
    remediation: 'Declare the repository with an owner, or take away the agent’s access.',
    scope: { kind: 'repository' },
    judgement: { by: 'inventory' },
    freshnessHours: month,
    weight: 2,
    severity: 'medium',
    clauses: clauses([
      [soc2, 'CC6.1'],
      [nist, 'GOVERN 1.6'],
      [iso, 'A.4.2'],
      [atlas, 'AML.T0036'],
    ]),
  },
  {
    id: 'workflow-enrolled',
    title: 'Workflow enrolled',
    domain: 'identity and inventory',
    demand: 'Every pipeline or automation an agent runs in is declared and has an owner.',
    remediation: 'Declare the workflow with an owner.',
    scope: { kind: 'workflow' },
    judgement: { by: 'inventory' },
    freshnessHours: month,
    weight: 2,
    severity: 'medium',
    clauses: clauses([
      [soc2, 'CC6.1'],
      [nist, 'MAP 3.3'],
      [iso, 'A.9.4'],
      [asi, 'ASI02'],
    ]),
  },
  {
    id: 'commands-evaluated',
    title: 'Commands evaluated',
    domain: 'commands',
    demand: 'A policy decides, in enforce mode, on every command an agent runs.',
    remediation: 'Route the agent’s shell through the runtime in enforce mode.',
    scope: { kind: 'agent', surface: 'command' },
    judgement: { by: 'decision', facts: ['command'], highRisk: false },
    freshnessHours: month,
    weight: 3,
    severity: 'high',
    clauses: clauses([
      [soc2, 'CC6.8'],
      [iso, 'A.6.2.6'],
      [asi, 'ASI05'],
      [llm, 'LLM05:2025'],
      [atlas, 'AML.T0050'],
    ]),
  },
  {
    id: 'destructive-commands',
    title: 'Destructive commands blocked or approval-routed',
    domain: 'commands',
    demand: 'A destructive command is blocked, or runs only after another person approved it.',
    remediation:
      'Set the destructive-command rule to block or require approval, in enforce mode, and prove it with one attempt.',
    scope: { kind: 'agent', surface: 'command' },
    judgement: { by: 'decision', facts: ['command+destructive'], highRisk: true },
    freshnessHours: month,
    weight: 5,
    severity: 'critical',
    clauses: clauses([
      [asi, 'ASI02'],
      [llm, 'LLM06:2025'],
      [atlas, 'AML.T0101', 'AML.M0029'],
      [eu, 'Art. 14(4)(e)'],
    ]),
  },
  {
    id: 'secret-files',
    title: 'Secret files protected',
    domain: 'files and secrets',
    demand: 'An agent reads or writes a secret file only under a rule that blocks it or asks a person.',
    remediation: 'Block secret paths in enforce mode, and prove it with one attempt.',
    scope: { kind: 'agent', surface: 'file' },
    judgement: { by: 'decision', facts: ['file+secret'], highRisk: true },
    freshnessHours: month,
    weight: 5,
    severity: 'critical',
    clauses: clauses([
      [soc2, 'C1.1'],
      [asi, 'ASI03'],
      [llm, 'LLM02:2025'],
      [atlas, 'AML.T0055', 'AML.T0083'],
    ]),
  },
  {
    id: 'protected-branches',
    title: 'Protected branches protected',
    domain: 'source control',
    demand: 'An agent reaches a protected branch only by a decision that blocks it or asks a person.',
    remediation: 'Block direct pushes to protected branches in enforce mode, and prove it with one attempt.',
    scope: { kind: 'repository' },
    judgement: { by: 'decision', facts: ['git+protected_branch'], highRisk: true },
    freshnessHours: month,
    weight: 5,
    severity: 'critical',
    clauses: clauses([
      [soc2, 'CC8.1', 'CC6.3'],
      [iso, 'A.6.2.5'],
      [asi, 'ASI02'],
    ]),
  },
  {
    id: 'mcp-registered',
    title: 'MCP servers registered and trusted',
    domain: 'MCP and tools',
    demand:
      'Every tool or MCP server in use has a registry record, an owner, and a trusted tier or an unexpired approval.',
    remediation: 'Register the server with an owner and review it, or stop using it.',
    scope: { kind: 'tool' },
    judgement: { by: 'registry' },
    freshnessHours: month,
    weight: 3,
    severity: 'high',
    clauses: clauses([
      [soc2, 'CC9.2'],
      [nist, 'MAP 4.1', 'GOVERN 6.1'],
      [iso, 'A.4.4', 'A.10.3'],
      [asi, 'ASI04'],
      [atlas, 'AML.T0010.005', 'AML.T0110'],
    ]),
  },
  {
    id: 'mcp-writes',
    title: 'MCP writes governed',
    domain: 'MCP and tools',
    demand:
      'A tool call that changes something passes a rule that blocks it, asks a person, or allows it by a published policy.',
    remediation: 'Put the server’s write tools under an enforced rule of a published policy.',
    scope: { kind: 'tool', writes: true },
    judgement: { by: 'decision', facts: ['mcp+tool_write'], highRisk: true },
    freshnessHours: month,
    weight: 4,
    severity: 'high',
    clauses: clauses([
      [soc2, 'CC6.3'],
      [asi, 'ASI02'],
      [llm, 'LLM06:2025'],
      [atlas, 'AML.T0053', 'AML.M0028'],
    ]),
  },
  {
    id: 'approvals-separated',
    title: 'Approvals by another person',
    domain: 'approvals',
    demand: 'No one approves their own request.',
    remediation: 'Have another person decide, and review what ran on the self-approval.',
    scope: { kind: 'approval' },
    judgement: { by: 'approval', demand: 'separated' },
    freshnessHours: month,
    weight: 3,
    severity: 'high',
    clauses: clauses([
      [soc2, 'CC5.1', 'CC6.3'],
      [nist, 'MAP 3.5'],
      [asi, 'ASI09'],
      [atlas, 'AML.M0029'],
    ]),
  },
  {
    id: 'approvals-in-time',
    title: 'Approvals in time',
    domain: 'approvals',
    demand: 'Every approval request is answered before it expires.',
    remediation: 'Staff the approver group, or lengthen the expiry.',
    scope: { kind: 'approval' },
    judgement: { by: 'approval', demand: 'in_time' },
    freshnessHours: month,
    weight: 2,
    severity: 'medium',
    clauses: clauses([
      [soc2, 'CC5.3'],
      [nist, 'MAP 3.5'],
      [asi, 'ASI09'],
      [eu, 'Art. 26(2)'],
    ]),
  },
  {
    id: 'break-glass-reviewed',
    title: 'Break-glass reviewed in 24 hours',
    domain: 'approvals',
    demand: 'Another person reviews each use of break-glass within 24 hours.',
    remediation: 'Review the use and record whether it was justified.',
    scope: { kind: 'approval' },
    judgement: { by: 'approval', demand: 'break_glass' },
    freshnessHours: month,
    weight: 3,
    severity: 'high',
    clauses: clauses([
      [soc2, 'CC8.1', 'CC7.3'],
      [nist, 'MANAGE 2.3'],
      [asi, 'ASI03'],
    ]),
  },
  {
    id: 'exceptions-owned',
    title: 'Exceptions owned and unexpired',
    domain: 'exceptions',
    demand:
      'Every exception has an owner, an approver other than the requester, and an expiry that has not passed.',
    remediation: 'Renew the exception with an approver, or revoke it.',
    scope: { kind: 'exception' },
    judgement: { by: 'exception' },
    freshnessHours: month,
    weight: 2,
    severity: 'medium',
    clauses: clauses([
      [soc2, 'CC4.2', 'CC5.3'],
      [nist, 'MANAGE 1.4', 'GOVERN 2.3'],
      [eu, 'Art. 9(5)'],
    ]),
  },
  {
    id: 'evidence-signed',
    title: 'Evidence signed by a trusted source',
    domain: 'evidence',
    demand: 'What an agent does is reported by a source whose key is registered, valid and unrevoked.',
    remediation: 'Register a signing key for the runtime and have it sign.',
    scope: { kind: 'agent' },
    judgement: { by: 'signature' },
    freshnessHours: month,
    weight: 3,
    severity: 'high',
    clauses: clauses([
      [soc2, 'CC2.1'],
      [nist, 'MEASURE 2.8'],
      [atlas, 'AML.M0024'],
      [eu, 'Art. 12(1)'],
    ]),
  },
  {
    id: 'evidence-fresh',
    title: 'Evidence fresh',
    domain: 'evidence',
    demand: 'Every declared agent was heard from within 24 hours.',
    remediation: 'Check the agent’s runtime and connector, or retire the agent in the inventory.',
    scope: { kind: 'agent' },
    judgement: { by: 'activity' },
    freshnessHours: 24,
    weight: 2,
    severity: 'medium',
    clauses: clauses([
      [soc2, 'CC2.1', 'CC4.1'],
      [nist, 'MEASURE 2.4'],
      [iso, 'A.6.2.6'],
    ]),
  },
  {
    id: 'report-delivery',
    title: 'Report delivery proven',
    domain: 'operations',
    demand: 'The last report reached its recipient, on the provider’s word, within 35 days.',
    remediation: 'Deliver a report to an approved recipient and repair what made it bounce.',
    scope: { kind: 'tenant' },
    judgement: { by: 'delivery' },
    freshnessHours: 35 * 24,
    weight: 1,
    severity: 'medium',
    clauses: clauses([
      [soc2, 'CC2.2', 'CC2.3', 'CC4.2'],
      [iso, 'A.8.5'],
    ]),
  },
];

export const controlById: ReadonlyMap<string, Control> = new Map(
  catalogue.map((control) => [control.id, control]),
);
