/**
 * Folders whose tests keep everything in memory and leave nothing behind: their files run one after another in one process,
 * which loads the code once for all of them. With each, the files that need a process of their own.
 */
export const inMemory: Readonly<Record<string, readonly string[]>> = {
  delivery: [],
  faults: [],
  http: ['entry', 'fuzz', 'local-host'],
  ingest: [],
  journey: [],
  laws: [],
  log: [],
  posture: [],
  readiness: [],
  reports: ['determinism', 'looks'],
  reviews: [],
};
