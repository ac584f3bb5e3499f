import type { TrendPoint } from '../../../schemas/answers/trend.js';
import type { Posture } from '../../../schemas/posture.js';
import type { Day, Summary } from '../projections/documents.js';
import { postureOf } from './posture.js';
import { share } from './record-layers.js';

/** A point of the trend, without its links: of a day that ended, or of the counters as they stand. */
export function trendPoint(tenantId: string, counters: Day | Summary): Omit<TrendPoint, 'links'> {
  const ended = counters.kind === 'day';
  const summary: Summary = ended ? { ...counters, id: 'summary', kind: 'summary' as const } : counters;
  const { score, layers, position, asOf } = postureOf(tenantId, summary);
  const covered = (kind: 'agents' | 'repositories' | 'workflows' | 'tools') =>
    share(layers.coverage[kind].covered, layers.coverage[kind].inScope);
  return {
    day: ended ? counters.day : asOf.slice(0, 10),
    ended,
    position,
    asOf,
    score,
    coverage: {
      agents: covered('agents'),
      repositories: covered('repositories'),
      workflows: covered('workflows'),
      tools: covered('tools'),
    },
    openFindings: layers.findings.open,
    overdue: sum(layers.findings.overdue),
    freshness: layers.evidence.shares.fresh,
  };
}

const sum = (counts: Posture['layers']['findings']['overdue']): number =>
  Object.values(counts).reduce((a, b) => a + b, 0);
