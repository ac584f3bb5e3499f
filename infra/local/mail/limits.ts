/** Requests allowed in a minute and in an hour; absent means as many as one likes. */
export type Rate = { perMinute?: number; perHour?: number };

/** Counts a request and answers the seconds to wait when it is over the rate. */
export type Meter = () => number | undefined;

/**
 * A sliding window, as Azure describes it: every request counts, the refused ones too ("avoid immediate
 * retries because all requests accrue"). Azure's own numbers for a custom domain: sends 30 a minute and 100
 * an hour, status requests 60 a minute and 200 an hour.
 */
export const openMeter = (rate: Rate): Meter => {
  const hour = 3_600_000;
  let seen: number[] = [];
  return () => {
    const now = Date.now();
    seen = [...seen.filter((at) => at > now - hour), now];
    const waits = [waitFor(seen, now, 60_000, rate.perMinute), waitFor(seen, now, hour, rate.perHour)];
    const longest = Math.max(...waits);
    return longest > 0 ? Math.ceil(longest / 1000) : undefined;
  };
};

/** Milliseconds until one more request fits the window, 0 when the newest one fits already. */
const waitFor = (seen: number[], now: number, windowMs: number, limit: number | undefined): number => {
  const inside = seen.filter((at) => at > now - windowMs);
  if (limit === undefined || inside.length <= limit) return 0;
  const leaving = inside[inside.length - limit] ?? now;
  return leaving + windowMs - now;
};
