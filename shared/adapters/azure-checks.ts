import { azureCalls, type AzureCheck } from '../core/readiness/azure-check.js';
import type { AzureChecks, Outbound } from '../ports.js';
import { sendJson, telling, toldBy } from './told.js';

/** Azure Pipelines' REST API, with the job's own token. */
export function azureChecks(outbound: Outbound): AzureChecks {
  return {
    complete: (check, token, result, lines) =>
      telling(async () => {
        const headers = { authorization: `Bearer ${token}` };
        await writeLog(outbound, check, headers, lines);
        return toldBy((await sendJson(outbound, azureCalls(check).completed(result), headers)).status);
      }),
  };
}

/** Create, append, attach: the documented order. What fails here is left out; the outcome is what counts. */
async function writeLog(
  outbound: Outbound,
  check: AzureCheck,
  headers: Readonly<Record<string, string>>,
  lines: readonly string[],
): Promise<void> {
  const calls = azureCalls(check);
  try {
    const created = await sendJson(outbound, calls.createLog(), headers);
    const log: unknown = created.ok ? await created.json() : null;
    const id = typeof log === 'object' && log !== null && 'id' in log ? log.id : null;
    if (typeof id !== 'number') return;
    const { method, url } = calls.appendLog(id);
    await outbound.fetch(url, {
      method,
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      body: `${lines.join('\n')}\n`,
    });
    const attach = calls.attachLog(id);
    if (attach !== null) await sendJson(outbound, attach, headers);
  } catch {
    // Slow, gone or refused: the run's page lacks the lines, the decision in the log of the tenant has them all.
  }
}
