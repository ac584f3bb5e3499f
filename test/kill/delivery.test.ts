import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { cast } from '../../infra/local/demo/cast.js';
import type { CosmosRequest } from '../../infra/local/cosmos/server.js';
import type { DeliveryValidation } from '../../schemas/delivery-validation.js';
import type { ReportView } from '../../schemas/reports.js';
import { logHolds, reportHolds } from './holds.js';
import { isUp, killAfter, onboard, productionOf, startSystem, type Story, type System } from './system.js';

/* The steps of a report's production and of its mails, each with the process killed in it (see kill.test.ts). */

let system: System;
beforeAll(async () => {
  system = await startSystem();
}, 120_000);
afterAll(() => system.close(), 60_000);
afterEach(async () => {
  system.stack.cosmos.clearFaults();
  if (!(await isUp(system))) await system.stack.startHost();
}, 60_000);

async function comesBack(killed: Promise<void>): Promise<void> {
  await killed;
  expect(await isUp(system)).toBe(false);
  await system.stack.startHost();
}

const storing =
  (tenant: string, words: string) =>
  (request: CosmosRequest): boolean =>
    request.container === 'reports' &&
    (request.operation === 'replace' || request.operation === 'create') &&
    request.partitionKey[0] === tenant &&
    JSON.stringify(request.body).includes(words);

const ids = (prefix: string): string[] => [1, 2, 3].map((n) => `${prefix}-${n}`);
const recipients = ['audit@harbour.example', 'ciso@harbour.example'];
const until = <T>({ service }: Story, what: string, look: () => Promise<T | undefined>): Promise<T> =>
  service.until(what, 90_000, look);
const ask = async ({ service }: Story): Promise<string> =>
  (await service.ask<ReportView>(cast.operator, 'POST', '/reports', { type: 'ciso' })).id;

describe('the production of a report, killed', () => {
  it('after it was frozen, renders and delivers what was frozen', async () => {
    const story = await onboard(system, 'killed-freezing', { recipients });
    await story.post(ids('a'));
    const killed = killAfter(system, { match: storing('killed-freezing', '"frozen":') });
    const id = await ask(story);
    await comesBack(killed);
    await reportHolds(system, story, id);
  }, 180_000);

  it('while its mails are planned, plans each once', async () => {
    const story = await onboard(system, 'killed-planning', { recipients });
    await story.post(ids('b'));
    const killed = killAfter(system, { match: storing('killed-planning', '"intendedAt":') });
    const id = await ask(story);
    await comesBack(killed);
    await reportHolds(system, story, id);
  }, 180_000);

  it('while it waits for the provider’s word, hears it when it is back', async () => {
    const late = ['late.audit@harbour.example', 'late.ciso@harbour.example'];
    const story = await onboard(system, 'killed-hearing', { recipients: late });
    await story.post(ids('c'));
    const id = await ask(story);
    await until(story, 'the mails to have left', async () =>
      (await productionOf(system, id)).step === 'waiting for delivery reports' ? true : undefined,
    );
    await comesBack(system.stack.killHost());
    await reportHolds(system, story, id);
  }, 180_000);
});

describe('a delivery validation on the running system', () => {
  it('passes though the process is killed before and after a person takes up its dead letter', async () => {
    const story = await onboard(system, 'killed-validating', { recipients });
    await story.post(ids('d'));
    const { service } = story;
    const begun = await service.ask<DeliveryValidation>(cast.operator, 'POST', '/validations/delivery', {});
    const path = `/validations/delivery/${begun.validation}`;
    const view = () => service.ask<DeliveryValidation>(cast.auditor, 'GET', path);
    const dead = await until(story, 'the validation to wait for a person', async () => {
      const now = await view();
      return now.waitingFor === 'person' ? now : undefined;
    });
    await comesBack(system.stack.killHost());
    const operation = dead.exercise.operation ?? '';
    await service.ask(cast.operator, 'POST', `/deliveries/${operation}/resume`, {});
    await comesBack(system.stack.killHost());
    const end = await until(story, 'the validation to end', async () => {
      const now = await view();
      return now.status === 'waiting' ? undefined : now;
    });
    expect(end).toMatchObject({
      status: 'passed',
      mails: { planned: 2, arrived: 2 },
      redaction: { removed: true },
    });
    const mails = system.stack.mail.inbox().filter(({ text }) => text?.includes(begun.validation) === true);
    expect(mails.map(({ recipient }) => recipient).sort()).toEqual(recipients);
    await logHolds(story);
  }, 180_000);

  it('is cancelled at any step: a mail that has not left does not leave', async () => {
    const story = await onboard(system, 'cancelled', { recipients, approvalRequired: true });
    await story.post(ids('e'));
    const id = await ask(story);
    const { service } = story;
    const path = `/reports/${id}`;
    await until(story, 'the report to wait for its approval', async () => {
      const { progress } = await service.ask<ReportView>(cast.auditor, 'GET', path);
      return progress.step === 'approval' ? true : undefined;
    });
    const before = system.stack.mail.inbox().length;
    await service.ask(cast.operator, 'POST', `${path}/cancel`, { reason: 'asked for by mistake' });
    await until(story, 'the production to end', async () =>
      (await productionOf(system, id)).at === 'Completed' ? true : undefined,
    );
    expect(await service.ask<ReportView>(cast.auditor, 'GET', path)).toMatchObject({
      status: 'cancelled',
      progress: { step: 'ended' },
    });
    expect(system.stack.mail.inbox().length).toBe(before);
  }, 120_000);
});
