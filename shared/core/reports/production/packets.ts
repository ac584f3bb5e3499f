import { day, millisOf } from '../../kernel/time.js';
import type { EventName } from '../../../../schemas/events/types.js';
import type { ReportInput } from '../input.js';
import { counts, isLive, ofType, timeOf, type Proof, type Proofs } from '../proof.js';

/** The four packets of production, each with the evidence that closes it and how old that may be. */
const packets = [
  { title: 'GA operating archive closeout', type: 'archive.closed', windowDays: 100 },
  { title: 'Production deployment runtime', type: 'deployment.validated', windowDays: 7 },
  { title: 'Report delivery production', type: 'report.delivered', windowDays: 35 },
  { title: 'Runtime workflow', type: 'workflow.exercised', windowDays: 7 },
] as const satisfies readonly { title: string; type: EventName; windowDays: number }[];

export type PacketRow = {
  title: string;
  windowDays: number;
  proof: Proof | undefined;
  ageDays: number;
  live: boolean;
  ready: boolean;
  /** What the newest evidence says, in a few words. */
  found: string;
};

type Input = Pick<ReportInput, 'posture'> & { proofs: Proofs };

/** Ready: the newest evidence is live, within its window and says passed. Anything unknown is not ready. */
export function packetRows({ proofs, posture }: Input): PacketRow[] {
  return packets.map(({ title, type, windowDays }) => {
    const newest = ofType(proofs, type)[0];
    if (!newest)
      return {
        title,
        windowDays,
        proof: undefined,
        ageDays: 0,
        live: false,
        ready: false,
        found: 'no evidence',
      };
    const { proof, data } = newest;
    const ageDays = Math.max(0, Math.floor((millisOf(posture.asOf) - millisOf(timeOf(proof))) / day));
    const failed = 'outcome' in data && data.outcome === 'failed';
    const fresh = ageDays <= windowDays;
    const counted = counts(proof, posture.sample);
    return {
      title,
      windowDays,
      proof,
      ageDays,
      live: isLive(proof),
      ready: fresh && counted && !failed,
      found: failed ? 'failed' : !counted ? 'sample evidence does not count' : fresh ? 'proven' : 'too old',
    };
  });
}

export const packetsReady = (input: Input): number => packetRows(input).filter(({ ready }) => ready).length;
