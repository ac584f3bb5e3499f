import type { StoredEvidence } from '../../shared/ports.js';
import type { Account } from './account.js';
import { admissionUnits, bytesOf, foldUnits } from './units.bench.js';
import { decisions, narrow } from './workload.js';

/*
 * What a million events cost in Azure, from what is counted here and a price list. The prices are assumptions: list
 * prices of one region in US dollars, before any discount or free grant. Whoever decides by them reads the day's own.
 */

/** US dollars. */
export const prices = {
  /** Cosmos DB, serverless. Autoscale is paid by the hour instead. */
  millionRequestUnits: 0.25,
  /** Cosmos DB, a month, indexes aside. */
  gigabyteMonth: 0.25,
  /** Functions, Flex Consumption on demand. */
  millionExecutions: 0.4,
  gigabyteSecond: 0.000026,
  /** Blob Storage, hot, locally redundant. */
  tenThousandWrites: 0.055,
} as const;

/** As the production parameters have it. */
const instanceGigabytes = 2;
/** One that answers HTTP and one that folds: they scale apart. */
const instances = 2;
const million = 1_000_000;

/** How events arrive, of the whole deployment: the faster, the more of them share a request, a fold and an instance. */
export const arrivals = [
  { name: 'one a second, each its own request', perSecond: 1, perRequest: 1, perFold: 1 },
  { name: '16 a second, each its own request', perSecond: 16, perRequest: 1, perFold: 16 },
  { name: '400 a second, by the hundred', perSecond: 400, perRequest: 100, perFold: 40 },
] as const;

/** Of a million events. `dollars`: request units, executions, memory time, blobs, a month of keeping them; and all. */
export type CostRow = {
  name: string;
  requestUnits: number;
  executions: number;
  gigabyteSeconds: number;
  blobWrites: number;
  gigabytes: number;
  dollars: number;
};

/**
 * Counted: request units, executions, blob writes, bytes. Assumed: an instance is busy as long as events arrive, so its
 * memory is paid for the whole time; one instance of each kind is enough, as the measured rates say. Not in it: reads,
 * reports, telemetry, private endpoints, always-ready instances, whatever is paid by the hour.
 */
export async function costBench(account: Account): Promise<CostRow[]> {
  const [admitted, folded] = [await admissionUnits(account), await foldUnits(account)];
  const kept = (events: readonly StoredEvidence[]) => bytesOf(events) / events.length;
  const evidenceBytes = kept(decisions(0, 100, narrow));
  return arrivals.map(({ name, perSecond, perRequest, perFold }) => {
    const admission = admitted.find(({ events }) => events === perRequest);
    const fold = folded.find(({ events }) => events === perFold);
    if (!admission || !fold) throw new Error(`nothing measured for: ${name}`);
    const requestUnits = million * (admission.unitsPerEvent + fold.unitsPerEvent);
    const executions = million / perRequest + million / perFold;
    const gigabyteSeconds = (million / perSecond) * instances * instanceGigabytes;
    const blobWrites = (million * fold.blobWrites) / fold.events;
    const gigabytes = (million * (evidenceBytes + fold.entryBytes / fold.events)) / 1e9;
    const dollars =
      (requestUnits / million) * prices.millionRequestUnits +
      (executions / million) * prices.millionExecutions +
      gigabyteSeconds * prices.gigabyteSecond +
      (blobWrites / 10_000) * prices.tenThousandWrites +
      gigabytes * prices.gigabyteMonth;
    return { name, requestUnits, executions, gigabyteSeconds, blobWrites, gigabytes, dollars };
  });
}
