import type { Posture } from '../../../schemas/posture.js';
import type { TenantCheck } from '../../../schemas/readiness-settings.js';
import { points } from '../reports/format.js';

/* Checks that a tenant adds. They can only block: what the gate asks by itself is asked besides. */

/** What stands in the way of an added check, in words; null where nothing does. Unknown is never null. */
export function tenantCheckFails({ requires }: TenantCheck, posture: Posture): string | null {
  switch (requires.kind) {
    case 'control': {
      const state = posture.controls.find(({ id }) => id === requires.control)?.state;
      return state === 'enforced'
        ? null
        : `${requires.control} is ${(state ?? 'not known').replaceAll('_', ' ')}`;
    }
    case 'score': {
      const { tenths } = posture.score;
      return tenths !== null && tenths >= requires.atLeast
        ? null
        : `the score is ${tenths === null ? 'not observed' : points(tenths)}, asked is ${points(requires.atLeast)}`;
    }
    case 'findings': {
      const open = posture.layers.findings.open[requires.severity];
      return open <= requires.atMost
        ? null
        : `${open} ${requires.severity} ${open === 1 ? 'finding is' : 'findings are'} open`;
    }
  }
}
