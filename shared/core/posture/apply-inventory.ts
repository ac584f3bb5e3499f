import type { EventData } from '../../../schemas/events/types.js';
import type { Origin, Stamp } from '../projections/facts.js';
import { inOneMoreSession, namedItems, withSession } from '../projections/actions.js';
import { loadItem, loadTenantItem, withDeclaration, withRegistryCheck } from '../projections/items.js';
import { touching, withSessionState } from '../projections/sessions.js';
import { isLater } from '../projections/stamps.js';
import type { Workspace } from '../projections/workspace.js';
import { settleItem } from './settle.js';

/** What should be governed: the items that are named, and the tenant, which named them. */
export function applyInventory(
  workspace: Workspace,
  data: EventData<'inventory.declared'>,
  stamp: Stamp,
  at: string,
): void {
  for (const declared of data.items) {
    const item = loadItem(workspace, declared.kind, declared.id);
    settleItem(workspace, withDeclaration(item, declared, stamp), at);
  }
  const tenant = loadTenantItem(workspace);
  if (isLater(stamp, tenant.inventory)) settleItem(workspace, { ...tenant, inventory: stamp }, at);
}

export function applyRegistryCheck(
  workspace: Workspace,
  data: EventData<'registry.checked'>,
  stamp: Stamp,
  at: string,
): void {
  const item = loadItem(workspace, 'tool', data.tool);
  settleItem(workspace, withRegistryCheck(item, data, stamp), at);
}

/** A run of an agent: the run itself, and that its agent was heard from, and the repository and workflow it names. */
export function applySession(
  workspace: Workspace,
  data: EventData<'session.recorded'>,
  stamp: Stamp,
  origin: Origin,
  at: string,
): void {
  const items = namedItems(workspace, data).map((item) => withSession(item, stamp, origin));
  const { session, fresh } = touching(withSessionState(workspace, data, stamp), items);
  workspace.put(session);
  for (const item of items) settleItem(workspace, fresh.has(item.id) ? inOneMoreSession(item) : item, at);
}
