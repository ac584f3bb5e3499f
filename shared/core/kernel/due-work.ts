/** Work that timers do for each tenant when it is due: reviews by cadence, report schedules, the check of what is stored. */
export const dueWork = ['daily', 'weekly', 'monthly', 'quarterly', 'schedules', 'custody'] as const;
export type DueWork = (typeof dueWork)[number];
