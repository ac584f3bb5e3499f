import { deployment, deploymentHelp } from './deployment.js';
import { exercise, exerciseHelp } from './exercise.js';
import { exportHelp, exportTenant } from './export.js';
import { gate, gateHelp } from './gate.js';
import { packet, packetHelp } from './packet.js';
import { post, postHelp } from './post.js';
import { CannotTell, plain, type ExitCode, type Terminal } from './terminal.js';
import { verify, verifyHelp } from './verify.js';

type Command = {
  about: string;
  help: string;
  run: (args: readonly string[], terminal: Terminal) => Promise<ExitCode>;
};

const commands: Readonly<Record<string, Command>> = {
  verify: { about: 'checks a report, a proof or an export, offline', help: verifyHelp, run: verify },
  packet: { about: 'downloads a report with its manifest, and verifies it', help: packetHelp, run: packet },
  export: { about: 'downloads everything a tenant has', help: exportHelp, run: exportTenant },
  gate: { about: 'asks whether a tenant is ready, for a pipeline', help: gateHelp, run: gate },
  post: { about: 'posts evidence', help: postHelp, run: post },
  exercise: { about: 'runs a session through a runtime as proof', help: exerciseHelp, run: exercise },
  deployment: { about: 'looks at what runs, as proof', help: deploymentHelp, run: deployment },
};

const usage = [
  'aispm COMMAND …, each with --help',
  ...Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(12)}${about}`),
].join('\n');

/** Runs one command line. Whatever goes wrong is told in one line and is 2, never 0. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name = '', ...rest] = args;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const asked = ['--help', '-h', 'help'].includes(name);
    if (!asked && name !== '') terminal.err(plain(`aispm: there is no command ${name}`));
    (asked ? terminal.out : terminal.err)(usage);
    return asked ? 0 : 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(command.help);
    return 0;
  }
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    terminal.err(plain(`aispm ${name}: ${reasonOf(error)}`));
    return 2;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof CannotTell) return error.message;
  // parseArgs names the option it does not know; anything else is ours.
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    return error.message;
  return `an error of its own: ${error instanceof Error ? error.message : 'unknown'}`;
}
