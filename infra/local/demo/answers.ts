import type { Envelope } from './envelope.js';

/** The parts of the service's answers that the demo reads. The whole is in the service's own contract, openapi.json. */

export type Posture = {
  position: number;
  asOf: string;
  verdict: string;
  reasons: string[];
  score: {
    tenths: number | null;
    notObserved: string | null;
    target: number;
    controlsObserved: number;
    controlsApplicable: number;
    itemsEnforced: number;
    itemsInScope: number;
  };
  layers: {
    coverage: Record<
      'agents' | 'repositories' | 'workflows' | 'tools',
      { declared: number; covered: number }
    >;
    findings: { open: Record<string, number> };
    reports: { delivered: number };
    evidence: { events: number; live: number; signedByTrusted: number; sample: number; decisions: number };
  };
  approvals: Record<string, number>;
  controls: {
    id: string;
    title: string;
    state: string;
    counts: Record<string, number>;
    inScope: number;
    link: string;
  }[];
};

export type ControlDetail = {
  items: {
    kind: string;
    name: string;
    state: string;
    evidenceId: string | null;
    links: Record<string, string>;
  }[];
};

export type Report = {
  id: string;
  status: string;
  artifacts: { format: string; digest: string; bytes: number; link: string }[];
  deliveries: { operation: string; status: string; at: string }[];
  links: Record<string, string>;
};

export type Health = { release: { name: string; digest: string } };

export type Readiness = {
  ready_for_aispm_production: boolean;
  blockers: { id: string; title: string }[];
  position: number;
  digest: string;
  decision: string | null;
  checkpoint: string | null;
  signature: Envelope | null;
};
