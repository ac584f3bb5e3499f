import type { ControlDetail, Posture } from './answers.js';
import { cast } from './cast.js';
import { checkInclusion, type Check, type LogKeys, type Proof, type StoredEvent } from './inclusion.js';
import type { Service } from './service.js';

export type DrillDown = {
  control: Posture['controls'][number];
  item: ControlDetail['items'][number];
  stored: StoredEvent;
  proof: Proof;
  checks: Check[];
};

/** From the score to one event: control, item, event, and its proof checked without the service's help. */
export const drillDown = async (service: Service, posture: Posture): Promise<DrillDown> => {
  const control = posture.controls.find(({ id }) => id === 'destructive-commands');
  if (control === undefined) throw new Error('the posture has no control for destructive commands');
  const { items } = await service.ask<ControlDetail>(cast.auditor, 'GET', control.link);
  const item = items.find(({ name, evidenceId }) => name === 'payments-builder' && evidenceId !== null);
  const { evidence, proof: proofLink } = item?.links ?? {};
  if (item === undefined || evidence === undefined || proofLink === undefined)
    throw new Error('the control names no event for payments-builder');
  const stored = await service.ask<StoredEvent>(cast.auditor, 'GET', evidence);
  const proof = await service.ask<Proof>(cast.auditor, 'GET', proofLink);
  const keys = await service.ask<LogKeys>(cast.auditor, 'GET', '/keys');
  return { control, item, stored, proof, checks: checkInclusion(stored, proof, keys) };
};
