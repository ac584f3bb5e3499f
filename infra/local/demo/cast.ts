import type { Party } from './service.js';

/** Who is who in the demo: one tenant, and a different person for each duty that must not fall together. */
export const tenant = 'harbour';

export const cast = {
  admin: { subject: 'ada.admin', role: 'admin' },
  collector: { subject: 'runtime-build-01', role: 'collector' },
  operator: { subject: 'olu.operator', role: 'operator' },
  approver: { subject: 'priya.approver', role: 'approver' },
  auditor: { subject: 'ines.auditor', role: 'auditor' },
  ciso: { subject: 'carla.ciso', role: 'viewer' },
} as const satisfies Record<string, Party>;

export const recipient = 'ciso@harbour.example';

/** What its agents report happens on a developer's machine, whatever the agents believe. */
export const environment = 'dev';

export const sources = {
  runtime: { id: 'runtime-build-01', uri: 'urn:harbour:runtime:build-01' },
  cmdb: { id: 'cmdb', uri: 'urn:harbour:cmdb' },
  cavra: { id: 'cc-build-1', uri: 'urn:cavra:cc-build-1' },
} as const;
