import { problems, type ProblemCode } from '../../../schemas/problem.js';
import { reportTypeSchema } from '../../../schemas/events/service.js';
import { readinessTargetSchema } from '../../../schemas/readiness.js';

const problemCodes = Object.keys(problems) as ProblemCode[];

/** What the values of an attribute may be: a closed set, or the functions that the app registers. */
type Values = readonly string[] | 'functions';

type Definition = {
  /** A counter adds up; a histogram keeps count, sum, least and most. */
  kind: 'counter' | 'histogram';
  /** UCUM, as OpenTelemetry writes units. */
  unit: string;
  description: string;
  attributes: Readonly<Record<string, Values>>;
};

/**
 * Everything that is measured. No attribute is a tenant, an id or a name that a sender chose, so the number of series is
 * fixed by this table; per tenant there is the log.
 */
export const metrics = {
  'aispm.evidence.admitted': {
    kind: 'counter',
    unit: '{event}',
    description: 'Events admitted.',
    attributes: {},
  },
  'aispm.evidence.duplicates': {
    kind: 'counter',
    unit: '{event}',
    description: 'Events that were admitted before.',
    attributes: {},
  },
  'aispm.evidence.quarantined': {
    kind: 'counter',
    unit: '{event}',
    description: 'Events refused and kept in quarantine, by reason.',
    attributes: { code: problemCodes },
  },
  'aispm.requests.failed': {
    kind: 'counter',
    unit: '{request}',
    description: 'Requests and deliveries that failed for a reason of ours. The sender repeats them.',
    attributes: { function: 'functions', code: ['internal', 'store_unavailable'] },
  },
  'aispm.fold.lag': {
    kind: 'histogram',
    unit: 's',
    description: 'From the receipt of an event to its place in the log.',
    attributes: {},
  },
  'aispm.posture.age': {
    kind: 'histogram',
    unit: 's',
    description: 'Age of the posture that a reader of the present was given.',
    attributes: {},
  },
  'aispm.report.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'From the request of a report to its signed artifacts.',
    attributes: { type: reportTypeSchema.options },
  },
  'aispm.delivery.outcomes': {
    kind: 'counter',
    unit: '{mail}',
    description: 'How mails ended: on the provider’s word, or without it.',
    attributes: { outcome: ['delivered', 'bounced', 'failed', 'unconfirmed'] },
  },
  'aispm.gate.decisions': {
    kind: 'counter',
    unit: '{decision}',
    description: 'Recorded answers of the gate.',
    attributes: { target: readinessTargetSchema.options, answer: ['ready', 'blocked'] },
  },
} as const satisfies Readonly<Record<string, Definition>>;

export type MetricName = keyof typeof metrics;

type ValueOf<V extends Values> = V extends readonly (infer S)[] ? S : string;

/** The attributes of a metric: all of them, and no other. */
export type MetricAttributes<M extends MetricName> = {
  readonly [A in keyof (typeof metrics)[M]['attributes']]: (typeof metrics)[M]['attributes'][A] extends Values
    ? ValueOf<(typeof metrics)[M]['attributes'][A]>
    : never;
};
