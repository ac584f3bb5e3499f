import { deployment, deploymentHelp } from './deployment.js';
import { exercise, exerciseHelp } from './exercise.js';
import { exportHelp, exportTenant } from './export.js';
import { gate, gateHelp } from './gate.js';
import { packet, packetHelp } from './packet.js';
import { post, postHelp } from './post.js';
import { CannotTell, plain, type ExitCode, type Terminal } from './terminal.js';
import { verify, verifyHelp } from './verify.js';

type Command = { help: string; run: (args: readonly string[], terminal: Terminal) => Promise<ExitCode> };

const commands: Readonly<Record<string, Command>> = {
  verify: { help: verifyHelp, run: verify },
  packet: { help: packetHelp, run: packet },
  export: { help: exportHelp, run: exportTenant },
  gate: { help: gateHelp, run: gate },
  post: { help: postHelp, run: post },
  exercise: { help: exerciseHelp, run: exercise },
  deployment: { help: deploymentHelp, run: deployment },
};

const usage = `aispm verify | packet | export | gate | post | exercise | deployment, each with --help`;

/** Runs one command line. Whatever goes wrong is told in one line and is 2, never 0. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name = '', ...rest] = args;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const asked = name === '--help' || name === '-h';
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
