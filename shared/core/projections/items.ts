import type { Evidence } from '../../../schemas/evidence.js';
import type { EventData } from '../../../schemas/events/types.js';
import type { ItemKind, Provenance } from '../../../schemas/primitives.js';
import type { Item } from './documents.js';
import type { Origin, Stamp } from './facts.js';
import { itemId, tenantItemId } from './keys.js';
import { isLater, utc } from './stamps.js';
import { wordsOf } from './words.js';
import type { Workspace } from './workspace.js';

/** What events say about agents, repositories, workflows and tools. Nothing is judged here. */

export function loadItem(workspace: Workspace, kind: ItemKind, name: string): Item {
  const id = itemId(kind, name);
  return workspace.find('item', id) ?? { ...emptyItem(id, kind, name), words: wordsOf(name) };
}

export function loadTenantItem(workspace: Workspace): Item {
  return workspace.find('item', tenantItemId) ?? emptyItem(tenantItemId, 'tenant', 'tenant');
}

export const emptyItem = (id: string, itemKind: Item['itemKind'], name: string): Item => ({
  id,
  kind: 'item',
  itemKind,
  name,
  facts: {},
  states: {},
  failing: [],
  findings: {},
  labels: [],
  words: [],
  rank: '',
});

/** Whether an item is one of the governed things, and not a part of the operation. */
export const isGoverned = (item: Item): item is Item & { itemKind: ItemKind } =>
  item.itemKind === 'agent' ||
  item.itemKind === 'repository' ||
  item.itemKind === 'workflow' ||
  item.itemKind === 'tool';

/** Evidence is trusted when a registered key signed it and was valid both when it happened and when it came in. */
export const isTrusted = ({ admission }: Evidence): boolean =>
  admission.signer !== null && admission.signer.validAtTime && admission.signer.validAtReceipt;

/**
 * Evidence of a source that is not trusted, as live or as sample; null for what is trusted and what the service itself says.
 * Each tenant counts one of the two: the public sample what is sample, any other what is live.
 */
export const untrustedAs = (evidence: Evidence): Provenance | null =>
  evidence.admission.sourceId === 'aispm' || isTrusted(evidence) ? null : evidence.admission.provenance;

/** Who says it. */
export const originOf = (evidence: Evidence): Origin => ({
  source: evidence.admission.sourceId,
  trusted: isTrusted(evidence),
});

export function withDeclaration(
  item: Item,
  declared: EventData<'inventory.declared'>['items'][number],
  stamp: Stamp,
): Item {
  if (!isLater(stamp, item.declared)) return item;
  const { kind: _kind, id: _id, ...rest } = declared;
  return { ...item, declared: { ...stamp, ...rest } };
}

/** Names of capabilities that change something. Unknown capabilities count as writing. */
const writing = /write|edit|create|move|delete|update|push|execute/i;

export function withRegistryCheck(item: Item, data: EventData<'registry.checked'>, stamp: Stamp): Item {
  if (!isLater(stamp, item.registry)) return item;
  return {
    ...item,
    registry: {
      ...stamp,
      registered: data.registered,
      verdict: data.verdict,
      writes:
        data.capabilities === undefined || data.capabilities.some((capability) => writing.test(capability)),
      ...(data.tier === undefined ? {} : { tier: data.tier }),
      ...(data.owner === undefined ? {} : { owner: data.owner }),
      ...(data.approvedUntil === undefined ? {} : { approvedUntil: utc(data.approvedUntil) }),
      ...(data.approvedCapabilities === undefined ? {} : { approvedCapabilities: data.approvedCapabilities }),
    },
  };
}

/** Recipients that a hard bounce disabled and nobody cleared since: pseudonym → the bounce. */
export const disabledRecipients = ({ bounces = {} }: Pick<Item, 'bounces'>): Map<string, Stamp> =>
  new Map(
    Object.entries(bounces).flatMap(([recipient, { bounced, cleared }]) =>
      bounced !== undefined && isLater(bounced, cleared) ? [[recipient, bounced] as const] : [],
    ),
  );
