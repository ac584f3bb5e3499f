import type { z } from 'zod';

import type { controlListSchema } from '../../../schemas/answers/posture.js';
import type { Posture } from '../../../schemas/posture.js';
import type { Millis } from '../../core/kernel/time.js';
import { postureOf } from '../../core/posture/posture.js';
import { summaryAt, type Past, type ReplayDeps } from '../log/replay.js';

/** Posture of now, in one point read however large the tenant; or of the past, by replay. @throws Refusal as `replay`. */
export async function readPosture(deps: ReplayDeps, past: Past, now: Millis): Promise<Posture> {
  return postureOf(deps.stores.tenantId, await summaryAt(deps, past, now));
}

/** The controls alone, with the position and instant they are judged at. @throws Refusal as `replay`. */
export async function readControls(
  deps: ReplayDeps,
  past: Past,
  now: Millis,
): Promise<z.infer<typeof controlListSchema>> {
  const { position, asOf, controls, links } = await readPosture(deps, past, now);
  return { position, asOf, controls, links };
}
