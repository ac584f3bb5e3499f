import type { TypedData } from '../host/worker.js';

/** Stands in the addresses where the real host names the task hub and the storage connection. */
const taskHub = 'LocalHub';

export const webhookPath = '/runtime/webhooks/durabletask';

/** Where the management API is reached: `origin` is scheme and authority, `key` the system key. */
export type Place = { origin: string; key: string };

/** The addresses of one instance, in the order and form of the real host. `{text}` and `{eventName}` are literal. */
export function managementUrls(place: Place, id: string): Record<string, string> {
  const instance = `${place.origin}${webhookPath}/instances/${id}`;
  const query = requiredQuery(place);
  return {
    id,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  };
}

/**
 * The value of a `durableClient` input binding, from which the library's `DurableClient` makes its requests.
 * `rpcBaseUrl` ends in a slash: the library resolves relative addresses against it.
 */
export function durableClientInput(place: Place, rpcBaseUrl: string): TypedData {
  const start = `${place.origin}${webhookPath}/orchestrators/{functionName}[/{instanceId}]`;
  const value = {
    taskHubName: taskHub,
    connectionName: null,
    creationUrls: {
      createNewInstancePostUri: `${start}?code=${place.key}`,
      createAndWaitOnNewInstancePostUri: `${start}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&code=${place.key}`,
    },
    managementUrls: managementUrls(place, 'INSTANCEID'),
    baseUrl: `${place.origin}${webhookPath}`,
    requiredQueryStringParameters: requiredQuery(place),
    rpcBaseUrl,
  };
  return { json: JSON.stringify(value) };
}

const requiredQuery = (place: Place): string => `taskHub=${taskHub}&connection=Storage&code=${place.key}`;
