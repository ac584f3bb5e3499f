import type { z } from 'zod';

import { eventTypePrefix, isEvidenceOf } from '../../../schemas/evidence.js';
import type { EventName } from '../../../schemas/events/types.js';
import type {
  acceptFindingSchema,
  assignFindingSchema,
  dismissFindingSchema,
  reopenFindingSchema,
  resolveFindingSchema,
} from '../../../schemas/findings.js';
import { asPseudonym, isPseudonym, pseudonymOf } from '../../core/ingest/people.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { evidenceIdOf, uuidOf } from '../../core/kernel/ids.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf, millisOf, type Millis } from '../../core/kernel/time.js';
import { decideAct, longestGrant } from '../../core/posture/finding-acts.js';
import { legalCommands, type FindingAct, type FindingCommand } from '../../core/posture/finding-commands.js';
import { defaultConfig } from '../../core/posture/settle.js';
import type { Config } from '../../core/projections/config.js';
import type { Finding } from '../../core/projections/documents.js';
import { findingId } from '../../core/projections/keys.js';
import { utc } from '../../core/projections/stamps.js';
import type { TenantStores } from '../../ports.js';
import { foldUntil } from '../log/fold.js';
import { recordStatement, serviceSource, type RecordDeps, type Statement } from '../log/record.js';

/*
 * An operator's command on a finding: most of what the state does not allow is refused before anything is written; the
 * rest becomes evidence and is decided in the conditional batch, and the answer is what the batch decided. Of two
 * commands at once both are in the log, and the second is there as refused.
 */

type Bodies = {
  assign: z.infer<typeof assignFindingSchema>;
  accept: z.infer<typeof acceptFindingSchema>;
  resolve: z.infer<typeof resolveFindingSchema>;
  dismiss: z.infer<typeof dismissFindingSchema>;
  reopen: z.infer<typeof reopenFindingSchema>;
};
/** A command with its body, as it was authorised. */
export type FindingOrder = { [C in FindingCommand]: { command: C; body: Bodies[C] } }[FindingCommand];

export type Operator = { subject: string; roles: readonly string[] };

/** Who may ask, and who may agree to what another asked for. `reopen` is for both: it only ever opens. */
const asking = ['operator', 'admin'];
const agreeing = ['approver', 'admin'];

/**
 * Does a command once, however often it is repeated under its key.
 * @throws Refusal `not_found`; `forbidden` without the role; `separation_of_duties` for who agrees to their own;
 * `invalid_request` for a time out of bounds; `conflict` where the state does not allow it, naming what it does.
 */
export async function actOnFinding(
  deps: RecordDeps,
  fingerprint: string,
  order: FindingOrder,
  operator: Operator,
  nonce: string,
): Promise<void> {
  const { stores, keys, clock } = deps;
  refuseWithoutRole(order, operator.roles);
  refuseTimes(order, clock.now());
  await foldUntil({ ledger: stores.ledger, now: () => clock.now() }, clock.now());
  const { finding, config } = await load(stores, fingerprint);
  const key = uuidOf(stores.tenantId, fingerprint, order.command, order.body.idempotencyKey ?? nonce);
  const id = `finding-${order.command}-${key}`;
  const evidenceId = evidenceIdOf(serviceSource.uri, id);
  const macKey = await keys.macKey(stores.tenantId);
  const pseudonym = (name: string): string => asPseudonym(macKey, name);
  const act = await actOf(stores, fingerprint, order, pseudonymOf(macKey, operator.subject), pseudonym);
  // A repeat is answered by what its first try came to, not by what is possible now.
  if ((await stores.evidence.get(evidenceId)) === null) {
    const decided = decideAct(finding, act, evidenceId, config, instantOf(clock.now()));
    if ('refused' in decided) throw refusalOf(decided.refused, decided.detail, finding);
  }
  const owner = 'owner' in order.body ? order.body.owner : undefined;
  const named = owner === undefined || isPseudonym(owner) ? [] : [owner];
  await stores.tenant.remember(
    [operator.subject, ...named].map((name) => ({ pseudonym: pseudonymOf(macKey, name), name })),
  );
  await recordStatement(deps, { ...statementOf(act), id, subject: `finding:${fingerprint}` });
  const { finding: after } = await load(stores, fingerprint);
  const line = after.history.find((l) => l.evidenceId === evidenceId && l.actor !== undefined);
  if (!line) throw refusalOf('conflict', 'it was decided long ago; what it came to is no longer kept', after);
  if (line.refused) throw refusalOf(line.refused, 'it came too late: another change was first', after);
}

function refuseWithoutRole({ command, body }: FindingOrder, roles: readonly string[]): void {
  const agrees = ('approves' in body && body.approves !== undefined) || isVerification(body);
  const needed = command === 'reopen' ? [...asking, ...agreeing] : agrees ? agreeing : asking;
  if (!needed.some((role) => roles.includes(role)))
    throw new Refusal('forbidden', `this needs one of the roles ${[...new Set(needed)].join(', ')}`);
}

const isVerification = (body: FindingOrder['body']): boolean =>
  'verifies' in body && body.verifies !== undefined;

function refuseTimes({ body }: FindingOrder, now: Millis): void {
  const refuse = (pointer: string, detail: string): never => {
    throw new Refusal('invalid_request', 'the body does not match its schema', {
      errors: [{ pointer, detail }],
    });
  };
  if ('dueAt' in body && body.dueAt !== undefined && millisOf(body.dueAt) <= now)
    refuse('/dueAt', 'a due date lies ahead');
  if (!('expiresAt' in body) || body.expiresAt === undefined) return;
  const expiresAt = millisOf(body.expiresAt);
  if (expiresAt <= now) refuse('/expiresAt', 'an expiry lies ahead');
  if (expiresAt > now + longestGrant) refuse('/expiresAt', 'an expiry lies at most 180 days ahead');
}

/** The command as the event that it becomes. Agreement repeats the request as its evidence has it. */
async function actOf(
  stores: TenantStores,
  finding: string,
  order: FindingOrder,
  actor: string,
  pseudonym: (name: string) => string,
): Promise<FindingAct> {
  // As on admission: what a person types goes into the log for good.
  const common = { finding, actor, reason: removeSecretsAndAddresses(order.body.reason).text };
  switch (order.command) {
    case 'assign': {
      const { owner, dueAt } = order.body;
      const due = dueAt === undefined ? {} : { dueAt: utc(dueAt) };
      return { type: 'aispm.finding.assigned', data: { ...common, owner: pseudonym(owner), ...due } };
    }
    case 'accept': {
      const { owner, expiresAt = '', approves } = order.body;
      if (approves === undefined) {
        const asked = { change: 'acceptance', expiresAt: utc(expiresAt) } as const;
        const owned = owner === undefined ? {} : { owner: pseudonym(owner) };
        return { type: 'aispm.finding.requested', data: { ...common, ...asked, ...owned } };
      }
      const { owner: asked, ...agreed } = await requestOf(stores, finding, 'acceptance', approves);
      if (asked === undefined) throw new Refusal('conflict', 'what was asked for names no owner');
      return { type: 'aispm.finding.accepted', data: { ...common, ...agreed, owner: asked } };
    }
    case 'dismiss': {
      const { expiresAt = '', approves } = order.body;
      if (approves === undefined) {
        const asked = { change: 'dismissal', expiresAt: utc(expiresAt) } as const;
        return { type: 'aispm.finding.requested', data: { ...common, ...asked } };
      }
      const { owner: _none, ...agreed } = await requestOf(stores, finding, 'dismissal', approves);
      return { type: 'aispm.finding.dismissed', data: { ...common, ...agreed } };
    }
    case 'resolve': {
      const { verifies } = order.body;
      const claim = verifies === undefined ? {} : { claim: verifies };
      return { type: 'aispm.finding.resolved', data: { ...common, ...claim } };
    }
    case 'reopen':
      return { type: 'aispm.finding.reopened', data: common };
  }
}

/** What was asked for under an evidence id, from its evidence: the same on every repeat of the agreement. */
async function requestOf(
  stores: TenantStores,
  finding: string,
  change: 'acceptance' | 'dismissal',
  evidenceId: string,
) {
  const evidence = await stores.evidence.get(evidenceId);
  const asked = evidence && isEvidenceOf(evidence, 'finding.requested') ? evidence.event.data : null;
  if (asked?.finding !== finding || asked.change !== change)
    throw new Refusal('conflict', `no ${change} of this finding is asked for under this id`);
  const { actor: requestedBy, expiresAt, owner } = asked;
  return { request: evidenceId, requestedBy, expiresAt, owner };
}

/** The act as a statement of the service: the event's name is its type without the prefix. */
const statementOf = ({ type, data }: FindingAct) =>
  // as: the union keeps each name with its data, which a computed name loses.
  ({ name: type.slice(eventTypePrefix.length), data }) as Pick<Statement<EventName>, 'name' | 'data'>;

async function load(
  { ledger }: TenantStores,
  fingerprint: string,
): Promise<{ finding: Finding; config: Config }> {
  const id = findingId(fingerprint);
  const found = await ledger.read([id, 'config']);
  const [finding, config] = [found.get(id), found.get('config')];
  if (finding?.kind !== 'finding') throw new Refusal('not_found', 'there is no such finding');
  return { finding, config: config?.kind === 'config' ? config : defaultConfig };
}

const refusalOf = (code: 'conflict' | 'separation_of_duties', detail: string, finding: Finding): Refusal =>
  new Refusal(code, detail, code === 'conflict' ? { legal: legalCommands(finding) } : {});
