/** References of one event whose targets were not in the log when it came in. Judged for good when their time is over. */
export type References = {
  id: string;
  dueAt?: string;
  kind: 'references';
  waiting: string[];
  unresolved: string[];
  /** How an index finds those whose time is over. */
  status?: 'unresolved';
};
