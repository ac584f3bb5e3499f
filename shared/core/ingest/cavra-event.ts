/** A CloudEvent from parts. CAVRA's instants without an offset are UTC. */
export function cavraEvent(parts: {
  id: string;
  source: string;
  time: string;
  type: string;
  environment?: string;
  data: Record<string, unknown>;
}): unknown {
  return { specversion: '1.0', ...parts, time: utcInstant(parts.time) };
}

/** An instant of CAVRA with its offset. */
export const utcInstant = (text: string): string => (/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);

/** The members that are there: CAVRA writes null for what it does not know. */
export const present = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
