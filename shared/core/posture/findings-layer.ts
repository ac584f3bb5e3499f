import type { Posture } from '../../../schemas/posture.js';
import type { Severity } from '../../../schemas/primitives.js';
import { judged, type Count } from './layers.js';

type Layer = Posture['layers']['findings'];

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** No finding is a good sign only where there is evidence that could have shown one. Every finding has a due date. */
export function findingsLayer(base: string, n: Count, observed: boolean): Layer {
  const bySeverity = (state: string) => ({
    critical: n(`findings/${state}/critical`),
    high: n(`findings/${state}/high`),
    medium: n(`findings/${state}/medium`),
    low: n(`findings/${state}/low`),
  });
  const [open, overdue, unowned] = [bySeverity('open'), bySeverity('overdue'), bySeverity('unowned')];
  return {
    ...judged(
      'critical_findings_owned_none_overdue',
      'each critical finding has an owner and a due date, and no finding is overdue',
      observed,
      [
        {
          name: 'critical_unowned',
          words: 'critical findings without an owner',
          count: unowned.critical,
          link: `${base}/findings?state=open&severity=critical&owned=false`,
        },
        // A claim is no proof: until it is verified somebody answers for the finding.
        {
          name: 'critical_claimed_unowned',
          words: 'critical findings claimed resolved, without an owner',
          count: n('findings/claimed-unowned/critical'),
          link: `${base}/findings?state=resolved&severity=critical&owned=false`,
        },
        ...severities.map((severity) => ({
          name: `${severity}_overdue`,
          words: `${severity} findings overdue`,
          count: overdue[severity],
          link: `${base}/findings?severity=${severity}&overdue=true`,
        })),
      ],
    ),
    link: `${base}/findings`,
    open,
    claimed: bySeverity('resolved'),
    overdue,
    unowned,
    accepted: Object.values(bySeverity('accepted')).reduce((a, b) => a + b, 0),
  };
}
