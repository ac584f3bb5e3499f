import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { cast } from '../../infra/local/demo/cast.js';
import type { CosmosRequest } from '../../infra/local/cosmos/server.js';
import type { ReportView } from '../../schemas/reports.js';
import { evidenceIdOf, uuidOf } from '../../shared/core/kernel/ids.js';
import { serviceSource } from '../../shared/usecases/log/record.js';
import { logHolds, reportHolds } from './holds.js';
import {
  idOf,
  isUp,
  killAfter,
  killAtMail,
  killBefore,
  onboard,
  productionOf,
  speakOf,
  startSystem,
  type Story,
  type System,
} from './system.js';

/*
 * The process that runs the app is killed (SIGKILL) at a named point of the running system and started again; then the
 * story finishes by itself, and what a control owner relies on must hold. test/faults does the same at every I/O, in
 * process; here nothing is simulated but the cloud.
 */

let system: System;
beforeAll(async () => {
  system = await startSystem();
}, 120_000);
afterAll(() => system.close(), 60_000);
// A test that failed leaves the next one a running system.
afterEach(async () => {
  system.stack.cosmos.clearFaults();
  if (!(await isUp(system))) await system.stack.startHost();
}, 60_000);

const tenantOf = ({ partitionKey }: CosmosRequest): unknown => partitionKey[0];

/** It is really gone; then it comes back, as a supervisor would have it. */
async function comesBack(killed: Promise<void>): Promise<void> {
  await killed;
  expect(await isUp(system)).toBe(false);
  await system.stack.startHost();
}

const batchFor =
  (tenant: string, ...ids: string[]) =>
  (request: CosmosRequest): boolean =>
    request.operation === 'batch' &&
    request.container === 'ledger' &&
    tenantOf(request) === tenant &&
    ids.some((id) => JSON.stringify(request.body).includes(`"entry:${idOf(id)}"`));

const requestReport = async ({ service }: Story): Promise<string> =>
  (await service.ask<ReportView>(cast.operator, 'POST', '/reports', { type: 'ciso' })).id;

const ids = (prefix: string): string[] => [1, 2, 3, 4, 5].map((n) => `${prefix}-${n}`);

describe('the running system, killed', () => {
  it('in admission, after evidence was stored and before the receipt, keeps it and counts the resend once', async () => {
    const story = await onboard(system, 'killed-admitting');
    const killed = killAfter(system, {
      match: (request) =>
        request.operation === 'create' &&
        request.container === 'evidence' &&
        request.id === idOf('a-3') &&
        tenantOf(request) === 'killed-admitting',
    });
    const [sent] = await Promise.all([story.post(ids('a')), comesBack(killed)]);
    expect(sent.unanswered).toBeGreaterThan(0);
    await logHolds(story);
  }, 120_000);

  it('in the fold, before a batch commits, folds it when it is back', async () => {
    const story = await onboard(system, 'killed-folding');
    const killed = killBefore(system, {
      match: batchFor('killed-folding', 'b-1'),
    });
    await story.post(ids('b'));
    await killed;
    expect(await story.stores.ledger.entryOf(idOf('b-1'))).toBeNull();
    await comesBack(killed);
    await logHolds(story);
  }, 120_000);

  it('in the fold, after a batch committed and before its checkpoint, skips what is in the log', async () => {
    const story = await onboard(system, 'killed-folded');
    const killed = killAfter(system, {
      match: batchFor('killed-folded', 'c-1'),
      done: async () => (await story.stores.ledger.entryOf(idOf('c-1'))) !== null,
    });
    await story.post(ids('c'));
    await killed;
    expect(await story.stores.ledger.entryOf(idOf('c-1'))).not.toBeNull();
    await comesBack(killed);
    await logHolds(story);
  }, 120_000);

  it('in a request for a report, before its production starts, produces it once when asked again', async () => {
    const tenant = 'killed-asking';
    const story = await onboard(system, tenant);
    await story.post(ids('r'));
    const report = uuidOf('report', tenant, 'november');
    const requested = evidenceIdOf(serviceSource.uri, `report-requested-${report}`);
    const killed = killAfter(system, {
      match: ({ operation, container }) => operation === 'batch' && container === 'ledger',
      done: async () => (await story.stores.ledger.entryOf(requested)) !== null,
    });
    const ask = () =>
      story.service.call<ReportView>(cast.operator, 'POST', '/reports', {
        type: 'ciso',
        idempotencyKey: 'november',
      });
    await Promise.all([expect(ask()).rejects.toThrow(), comesBack(killed)]);
    // Two at once, and one while it is produced: all are one request.
    const answers = [...(await Promise.all([ask(), ask()])), await ask()];
    expect(answers.map(({ status, body: { id } }) => [status, id])).toEqual(answers.map(() => [202, report]));
    await reportHolds(system, story, report);
  }, 180_000);

  it('in a report, after its artifacts are rendered, delivers those artifacts', async () => {
    const story = await onboard(system, 'killed-rendering');
    await story.post(ids('d'));
    const killed = killAfter(system, {
      match: (request) =>
        request.operation === 'replace' &&
        request.container === 'reports' &&
        tenantOf(request) === 'killed-rendering' &&
        JSON.stringify(request.body).includes('"rendered":'),
    });
    const reportId = await requestReport(story);
    await comesBack(killed);
    await reportHolds(system, story, reportId);
  }, 180_000);

  it('in a mail, after the provider took it and before its answer, asks for it and sends no second one', async () => {
    // Of this one no delivery report comes, so only the provider can tell that it has the mail.
    const silent = 'silent.audit@harbour.example';
    const recipients = ['ciso@harbour.example', 'bounce.board@harbour.example', silent];
    const story = await onboard(system, 'killed-mailing', { recipients });
    await story.post(ids('e'));
    const killed = killAtMail(system, silent);
    const reportId = await requestReport(story);
    await comesBack(killed);
    // A send that may still be under way is left alone for half a minute.
    await story.service.until('every mail to be with the provider', 90_000, async () =>
      (await productionOf(system, reportId)).step === 'waiting for delivery reports' ? true : undefined,
    );
    const [mail, ...more] = system.stack.mail.inbox().filter(({ recipient }) => recipient === silent);
    if (mail === undefined || more.length > 0) throw new Error(`${more.length} mails too many, or none`);
    await speakOf(system, mail);
    await reportHolds(system, story, reportId);
  }, 180_000);

  it('while a report waits for its approval, delivers it after the approval', async () => {
    const story = await onboard(system, 'killed-waiting', { approvalRequired: true });
    await story.post(ids('f'));
    const reportId = await requestReport(story);
    const { service } = story;
    await service.until('the report to be rendered', 60_000, async () => {
      const { status } = await service.ask<ReportView>(cast.auditor, 'GET', `/reports/${reportId}`);
      return status === 'rendered' ? status : undefined;
    });
    const mails = system.stack.mail.inbox().length;
    await comesBack(system.stack.killHost());
    expect(system.stack.mail.inbox().length).toBe(mails);
    await service.ask(cast.approver, 'POST', `/reports/${reportId}/approve`, {});
    await reportHolds(system, story, reportId);
  }, 180_000);
});
