import type { EventData } from '../../../schemas/events/types.js';
import type { DrillSummary } from '../../../schemas/review.js';
import { minute, millisOf, type Millis } from '../kernel/time.js';

export type DrillStep = { step: string; title: string; withinMinutes: number };

/**
 * The script of an advisory drill: an advisory says that a tool which agents use can be misused. Each step is done when
 * somebody says so and the service takes the time; minutes count from the start.
 */
export const advisoryDrill: readonly DrillStep[] = [
  {
    step: 'advisory_read',
    title: 'The advisory was read, and the tool it is about is named',
    withinMinutes: 30,
  },
  {
    step: 'exposure_known',
    title: 'Agents that used the tool are listed from the evidence',
    withinMinutes: 60,
  },
  { step: 'owners_told', title: 'Owners of these agents were told', withinMinutes: 120 },
  {
    step: 'use_stopped',
    title: 'A policy version that blocks the tool is published to enforce',
    withinMinutes: 240,
  },
  { step: 'stop_proven', title: 'A blocked attempt in the log shows the policy at work', withinMinutes: 480 },
  {
    step: 'use_restored',
    title: 'The tool is registered anew or replaced, and work goes on',
    withinMinutes: 1440,
  },
];

/** A drill that runs: when it began, and what was done so far. */
export type RunningDrill = {
  drill: string;
  startedAt: string;
  startedBy: string;
  steps: Readonly<Record<string, { at: string; by: string; notes: string; evidenceIds: string[] }>>;
};

/** The step that comes next; null where all are done. */
export const nextStep = ({ steps }: RunningDrill): DrillStep | null =>
  advisoryDrill.find(({ step }) => steps[step] === undefined) ?? null;

/** Whether a step was done within its minutes. */
const inTime = (startedAt: string, { withinMinutes }: DrillStep, at: string | undefined): boolean =>
  at !== undefined && millisOf(at) <= millisOf(startedAt) + withinMinutes * minute;

/** The record of a drill that ends now. It passed where every step was done in its time. */
export function drillRecord(
  { drill, startedAt, steps }: RunningDrill,
  followUps: readonly string[],
  endedAt: string,
): EventData<'drill.recorded'> {
  const passed = advisoryDrill.every((step) => inTime(startedAt, step, steps[step.step]?.at));
  return {
    drill,
    startedAt,
    endedAt,
    outcome: passed ? 'passed' : 'failed',
    followUps: [...followUps],
    steps: Object.entries(steps).map(([step, done]) => ({ step, ...done })),
  };
}

/** A drill as a review shows it: every step of the script, done in its time or not. */
export function drillSummary(data: EventData<'drill.recorded'>, evidenceId: string): DrillSummary {
  const { drill, startedAt, endedAt, outcome, followUps = [], steps = [] } = data;
  const script = steps.length === 0 ? [] : advisoryDrill;
  return {
    drill,
    startedAt,
    endedAt,
    outcome,
    steps: script.map((one) => {
      const at = steps.find(({ step }) => step === one.step)?.at;
      return { ...one, at: at ?? null, inTime: inTime(startedAt, one, at) };
    }),
    followUps,
    evidenceId,
  };
}

/** Instant by which a step is to be done. */
export const dueOf = (startedAt: string, { withinMinutes }: DrillStep): Millis =>
  millisOf(startedAt) + withinMinutes * minute;
