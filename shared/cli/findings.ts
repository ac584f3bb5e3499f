import type { CheckResult } from '../core/log/checks.js';

/** What was checked about one thing, in order; the first check that failed is the last. */
export type Section = { subject: string; checks: CheckResult[] };

/** All that was found: checks, what could not be told, and what checks like these cannot prove. */
export type Findings = { sections: Section[]; unclear: string[]; limits: string[] };
