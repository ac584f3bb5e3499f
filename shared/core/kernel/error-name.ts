/** What an error is called in telemetry: its name and none of its words, which may hold what somebody sent. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
