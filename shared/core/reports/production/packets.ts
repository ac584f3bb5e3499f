import type { Validator } from '../../../../schemas/packets.js';
import type { Block, Cell } from '../../../../schemas/report-blocks.js';
import { digest } from '../format.js';
import type { Gate } from '../gated-input.js';
import { counted, link, text, withheld, type Refs } from '../text.js';

const titles: Readonly<Record<Validator, string>> = {
  ga_operating_archive: 'GA operating archive closeout',
  production_deployment_runtime: 'Production deployment runtime',
  report_delivery_production: 'Report delivery production',
  runtime_workflow: 'Runtime workflow',
};

type Packet = Gate['packets'][number];

export const packetsReady = (packets: readonly Packet[]): number =>
  packets.filter(({ ready }) => ready).length;

const foundIn = ({ blocker_count: blocking, warning_count: warning }: Packet): string =>
  [
    blocking === 0
      ? 'no check blocks'
      : `${counted(blocking, 'check')} ${blocking === 1 ? 'blocks' : 'block'}`,
    ...(warning === 0 ? [] : [counted(warning, 'warning')]),
  ].join(', ');

/** The four packets as their validators would issue them at the report's position: what the gate itself rests on. */
export const packetsTable = (packets: readonly Packet[], publicSafe: boolean, refs: Refs): Block => ({
  kind: 'table',
  caption: 'What production asks for, as the validators find it (n = 4 packets)',
  columns: [
    { key: 'packet', title: 'Packet', kind: 'text', weight: 3 },
    { key: 'evidence', title: 'Evidence', kind: 'text', weight: 1 },
    { key: 'found', title: 'Found', kind: 'text', weight: 2 },
    { key: 'status', title: 'Status', kind: 'status' },
    { key: 'digest', title: 'Digest', kind: 'text', weight: 1 },
    { key: 'ref', title: 'Reference', kind: 'ref' },
  ],
  rows: packets.map((packet): Cell[] => [
    text(titles[packet.validator]),
    text(packet.evidence_mode),
    text(foundIn(packet)),
    { kind: 'status', status: statusOf(packet) },
    text(publicSafe ? withheld : digest(packet.digest, 8)),
    link(refs.readiness('production')),
  ]),
  empty: 'No packet is defined.',
});

const statusOf = ({ ready, evidence_mode }: Packet): 'on_target' | 'off_target' | 'not_observed' =>
  ready ? 'on_target' : evidence_mode === 'none' ? 'not_observed' : 'off_target';
