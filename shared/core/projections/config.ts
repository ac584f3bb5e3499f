import type { EventData } from '../../../schemas/events/types.js';
import type { Stamp } from './facts.js';

/** What a tenant changed of a control, until it expires. Without `items` it is for every item. */
export type Override = Stamp & {
  approvedBy: string;
  reason: string;
  expiresAt: string;
  applicable?: boolean;
  freshnessHours?: number;
  weight?: number;
  items?: string[];
};

/** What indicators are judged by, as two people approved it. Reports read it; no state and no score follows from it. */
export type Appetite = Stamp &
  Pick<EventData<'appetite.approved'>, 'limits' | 'setBy' | 'setOn' | 'approvedBy' | 'expiresAt'> & {
    requestedBy: string;
  };

/** Which controls a tenant is judged by. */
export type Adopted = {
  /** Catalogue version in force. */
  catalogue: string;
  /** Control id → what is overridden of it now. */
  overrides: Record<string, Override>;
};

/** What derivation reads besides facts: policies and catalogue in force, settings. All of it stands in the log. */
export type Config = Adopted & {
  id: 'config';
  /** The next end of an override. */
  dueAt?: string;
  kind: 'config';
  settings: EventData<'tenant.configured'>['settings'];
  revision: number;
  /** Sample tenants count sample evidence. */
  sample: boolean;
  /** `policy@version` → what it carries. The 200 last published. */
  policies: Record<string, { at: Stamp; mode: 'enforce' | 'shadow'; rules: Record<string, string[]> }>;
  /** Limits of indicators as they were approved last, whether that stands or has ended. */
  appetite?: Appetite;
  /** The adoption that `catalogue` comes from. */
  adopted?: Stamp;
  /** Control id → its last override that is over: one that was made before it cannot stand any more. */
  ended: Record<string, Stamp>;
};
