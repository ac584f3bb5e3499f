import { basename, isAbsolute, relative, resolve } from 'node:path';

export type Risk = 'secret' | 'destructive' | 'protected_branch' | 'tool_write' | 'outside_workspace';
export type Severity = 'low' | 'medium' | 'high' | 'critical';
export type Surface = 'file' | 'command' | 'git' | 'mcp';
export type Operation = 'read' | 'write' | 'execute' | 'other';

/** What the policy engine is told about an action. Its conditions know no globs, so paths and names are judged here. */
export type Facts = {
  surface: Surface;
  operation: Operation;
  path: { secret: boolean; outside: boolean };
  command: { destructive: boolean; release: boolean };
  branch: { protected: boolean; push: boolean };
  tool: { writes: boolean };
};

const nothing: Omit<Facts, 'surface' | 'operation'> = {
  path: { secret: false, outside: false },
  command: { destructive: false, release: false },
  branch: { protected: false, push: false },
  tool: { writes: false },
};

const secretNames = [
  /^\.env(\..+)?$/,
  /\.(pem|key|p12|pfx)$/,
  /^id_(rsa|ed25519|ecdsa)$/,
  /^credentials(\..+)?$/,
];
const destructivePrograms = new Set(['rm', 'rmdir', 'dd', 'mkfs', 'shred', 'truncate']);
const protectedBranches = new Set(['main', 'release']);

const pathFacts = (workspace: string, path: string): Facts['path'] => {
  const inside = relative(workspace, resolve(workspace, path));
  return {
    secret: secretNames.some((pattern) => pattern.test(basename(path))),
    outside: inside.startsWith('..') || isAbsolute(inside),
  };
};

/** Reading or writing one file, named relative to the workspace. */
export const fileFacts = (workspace: string, path: string, operation: 'read' | 'write'): Facts => ({
  ...nothing,
  surface: 'file',
  operation,
  path: pathFacts(workspace, path),
});

/** Running a program. A release is whatever changes what customers get; here, the release script. */
export const commandFacts = (argv: readonly string[]): Facts => ({
  ...nothing,
  surface: 'command',
  operation: 'execute',
  command: {
    destructive: destructivePrograms.has(basename(argv[0] ?? '')),
    release: argv.some((word) => basename(word) === 'release.mjs'),
  },
});

/** Work in the repository; a branch is given where the step reaches one at the remote. */
export const gitFacts = (pushedBranch?: string): Facts => ({
  ...nothing,
  surface: 'git',
  operation: 'write',
  branch: {
    protected: pushedBranch !== undefined && protectedBranches.has(pushedBranch),
    push: pushedBranch !== undefined,
  },
});

/** One call of a tool on one path. A tool that does not say that it only reads is taken to write. */
export const toolFacts = (workspace: string, path: string, readOnly: boolean): Facts => ({
  ...nothing,
  surface: 'mcp',
  operation: readOnly ? 'read' : 'write',
  path: pathFacts(workspace, path),
  tool: { writes: !readOnly },
});

/** The same facts in the words of the evidence: what makes the action high-risk, whatever is decided about it. */
export const risksOf = (facts: Facts): Risk[] => {
  const risks: [Risk, boolean][] = [
    ['secret', facts.path.secret],
    ['outside_workspace', facts.path.outside],
    ['destructive', facts.command.destructive],
    ['protected_branch', facts.branch.protected],
    ['tool_write', facts.tool.writes],
  ];
  return risks.filter(([, present]) => present).map(([risk]) => risk);
};

export const severityOf = (facts: Facts): Severity => {
  if (facts.path.secret || facts.command.destructive) return 'critical';
  if (risksOf(facts).length > 0 || facts.command.release) return 'high';
  return facts.branch.push ? 'medium' : 'low';
};
