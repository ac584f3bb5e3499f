import { StoreUnavailable } from '../../shared/ports.js';
import type { Services } from '../../shared/services.js';

/** Work of a function that answers nobody: a failure is counted and thrown, so that whoever delivered delivers again. */
export async function delivered<T>(
  { telemetry }: Services,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof StoreUnavailable ? 'store_unavailable' : 'internal';
    telemetry.measure('aispm.requests.failed', 1, { function: name, code });
    throw error;
  }
}
