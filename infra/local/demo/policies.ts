/*
 * The policies of the demo, as their owner would write them for the governance runtime, and which of our controls each
 * rule serves. Control ids are those of the service's catalogue; they stand here as text, as in any sender's own files.
 */

/** What the runtime enforces. Of several rules that match, a denial wins, then the higher priority. */
export const enforcedPolicies: readonly string[] = [
  `
name: harbour-runtime
version: 1.4.0
agents: [payments-builder]
default_action: deny
rules:
  - { name: secret-paths, condition: path.secret, ruleAction: deny, priority: 100 }
  - { name: outside-workspace, condition: path.outside, ruleAction: deny, priority: 100 }
  - { name: destructive-commands, condition: command.destructive, ruleAction: deny, priority: 100 }
  - { name: protected-branches, condition: branch.protected, ruleAction: deny, priority: 100 }
  - { name: release-commands, condition: command.release, ruleAction: require_approval, approvers: [platform], priority: 50 }
  - { name: tool-writes, condition: tool.writes, ruleAction: require_approval, approvers: [platform], priority: 50 }
  - { name: commands, condition: surface == 'command', ruleAction: allow, priority: 10 }
  - { name: workspace-files, condition: surface == 'file', ruleAction: allow, priority: 10 }
  - { name: repository-work, condition: surface == 'git', ruleAction: allow, priority: 10 }
  - { name: tool-reads, condition: surface == 'mcp', ruleAction: allow, priority: 10 }
`,
  // A new agent on trial: destructive commands are denied to it as to any other, the rest is only written down.
  `
name: harbour-observe
version: 1.0.0
agents: [notes-writer]
default_action: deny
rules:
  - { name: destructive-commands, condition: command.destructive, ruleAction: deny, priority: 100 }
  - { name: commands, condition: surface == 'command', ruleAction: log, priority: 10 }
`,
];

/** The next version, stricter, evaluated beside the one in force and never obeyed. */
export const candidatePolicies: readonly string[] = [
  `
name: harbour-runtime
version: 1.5.0-rc.1
agents: ['*']
default_action: deny
rules:
  - { name: secret-paths, condition: path.secret, ruleAction: deny, priority: 100 }
  - { name: outside-workspace, condition: path.outside, ruleAction: deny, priority: 100 }
  - { name: destructive-commands, condition: command.destructive, ruleAction: deny, priority: 100 }
  - { name: protected-branches, condition: branch.protected, ruleAction: deny, priority: 100 }
  - { name: tool-writes, condition: tool.writes, ruleAction: deny, priority: 100 }
  - { name: release-commands, condition: command.release, ruleAction: require_approval, approvers: [platform], priority: 50 }
  - { name: feature-pushes, condition: branch.push, ruleAction: require_approval, approvers: [platform], priority: 50 }
  - { name: commands, condition: surface == 'command', ruleAction: allow, priority: 10 }
  - { name: workspace-files, condition: surface == 'file', ruleAction: allow, priority: 10 }
  - { name: repository-work, condition: surface == 'git', ruleAction: allow, priority: 10 }
  - { name: tool-reads, condition: surface == 'mcp', ruleAction: allow, priority: 10 }
`,
];

export type PublishedPolicy = {
  policy: string;
  version: string;
  mode: 'enforce' | 'shadow';
  rules: { rule: string; controls: string[] }[];
};

const runtimeRules: PublishedPolicy['rules'] = [
  { rule: 'secret-paths', controls: ['secret-files'] },
  { rule: 'destructive-commands', controls: ['destructive-commands'] },
  { rule: 'protected-branches', controls: ['protected-branches'] },
  { rule: 'tool-writes', controls: ['mcp-writes'] },
  { rule: 'release-commands', controls: ['commands-evaluated'] },
  { rule: 'commands', controls: ['commands-evaluated'] },
];

/** What is told to the service about the policies above: the rules that serve a control of its catalogue. */
export const publishedPolicies: readonly PublishedPolicy[] = [
  { policy: 'harbour-runtime', version: '1.4.0', mode: 'enforce', rules: runtimeRules },
  {
    policy: 'harbour-observe',
    version: '1.0.0',
    mode: 'enforce',
    rules: [
      { rule: 'destructive-commands', controls: ['destructive-commands'] },
      { rule: 'commands', controls: ['commands-evaluated'] },
    ],
  },
  { policy: 'harbour-runtime', version: '1.5.0-rc.1', mode: 'shadow', rules: runtimeRules },
];
