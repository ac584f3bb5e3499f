import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cast, tenant } from './demo/cast.js';
import { gatherEvidence } from './demo/gather.js';
import { openPage } from './demo/page.js';
import { openService } from './demo/service.js';
import { sampleRoles } from './issuer/server.js';
import { localPorts, localState, startStack, type Stack } from './stack.js';
import { stateDirectory } from './state.js';

// `npm start`: the system of the demo, left running on fixed ports with its state in `.local/system/`.

const cavraFolder = join(dirname(stateDirectory()), 'test/fixtures/cavra');
const restartDelayMs = 1_000;

const main = async (): Promise<void> => {
  let stopping = false;
  const restart = async (how: string): Promise<void> => {
    console.error(how);
    while (!stopping) {
      await sleep(restartDelayMs);
      try {
        await stack.startHost();
        return console.error('the host runs again');
      } catch (error) {
        console.error(wordsOf(error));
      }
    }
  };
  const stack = await startStack({
    directory: localState,
    ports: localPorts,
    onHostDeath: (how) => void restart(how),
  });
  const stop = (): void => {
    stopping = true;
    console.log('\nStopping.');
    stack.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(wordsOf(error));
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  tell(stack);
  await fillIfEmpty(stack).catch((error: unknown) => {
    // Stopped in the middle of it, its requests find nobody any more.
    if (!stopping) throw error;
  });
};

/** A system without the demo's tenant gets it, with the agents' work as its first evidence. */
const fillIfEmpty = async (stack: Stack): Promise<void> => {
  const service = openService({ hostUrl: stack.hostUrl, issuer: stack.issuer, tenant });
  if ((await service.call(cast.admin, 'GET', '')).status !== 404) return;
  console.log(`\nThere is no tenant yet: "${tenant}" is taken in, and its agents go to work …`);
  const work = await mkdtemp(join(tmpdir(), 'aispm-start-'));
  try {
    const { admitted } = await gatherEvidence(service, { work, cavra: cavraFolder });
    console.log(`Its log has ${admitted.length} events of theirs.`);
  } finally {
    await rm(work, { recursive: true });
  }
};

const tell = ({ hostUrl, mail, issuer, settings }: Stack): void => {
  const page = openPage((line) => console.log(line));
  console.log('AISPM runs on this machine. Ctrl-C stops it; `npm run reset` forgets what it keeps.');
  page.heading('Where to look');
  page.row('console', `${hostUrl}/api/console`);
  page.row('API', `${hostUrl}/api`);
  page.row('health', `${hostUrl}/api/health`);
  page.row('contract', `${hostUrl}/api/openapi.json`);
  page.row('inbox', `${mail.endpoint}/inbox`);
  page.row('token issuer', `${issuer.issuer}/.well-known/openid-configuration`);
  page.row('state and logs', localState);
  page.heading(`A token: the role is one of ${sampleRoles.join(', ')}`);
  console.log(
    `  TOKEN=$(curl -s -d role=viewer -d tenant=${tenant} ${issuer.issuer}/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
  );
  console.log(`  curl -s -H "Authorization: Bearer $TOKEN" ${hostUrl}/api/tenants/${tenant}/posture`);
  page.heading('For local.settings.json, should Core Tools run the app instead');
  for (const name of ['COSMOS__accountKey', 'KEY_VAULT_TOKEN', 'MAIL_ACCESS_KEY'])
    page.row(name, ` ${settings[name] ?? ''}`);
};

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

main().catch((error: unknown) => {
  console.error(wordsOf(error));
  process.exit(1);
});
