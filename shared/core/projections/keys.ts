import type { ItemKind } from '../../../schemas/primitives.js';
import { sha256Hex } from '../kernel/hash.js';
import type { OperationKind } from './documents.js';

/*
 * Ids of ledger documents. Names come from senders and may hold anything, and a store forbids some characters in ids, so
 * an id carries a digest of the name: 40 hexadecimal digits, 160 bits.
 */

const digestOf = (name: string): string => sha256Hex(name).slice(0, 40);

export const tenantItemId = 'item:tenant';
export const itemId = (kind: ItemKind | Exclude<OperationKind, 'tenant'>, name: string): string =>
  `item:${kind}:${digestOf(name)}`;
export const approvalId = (name: string): string => `approval:${digestOf(name)}`;
export const exceptionId = (name: string): string => `exception:${digestOf(name)}`;
export const sessionId = (name: string): string => `session:${digestOf(name)}`;
export const referencesId = (evidenceId: string): string => `references:${evidenceId}`;
export const reportId = (name: string): string => `report:${name}`;
export const deliveryId = (operation: string): string => `delivery:${operation}`;
export const recipientId = (pseudonym: string): string => `recipient:${pseudonym}`;
export const dayId = (date: string): string => `day:${date}`;

/** Fingerprint of a finding: one cause, one finding. The document's id is `finding:` and the fingerprint. */
export const fingerprintOf = (rule: string, subject: string, control = ''): string =>
  sha256Hex(`${rule}\n${subject}\n${control}`);
export const findingId = (fingerprint: string): string => `finding:${fingerprint}`;
