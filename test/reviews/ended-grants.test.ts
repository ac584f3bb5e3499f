import { beforeEach, describe, expect, it } from 'vitest';

import { endedWords } from '../../shared/core/delivery/ended-grants.js';
import { pseudonymOf } from '../../shared/core/ingest/people.js';
import { day, hour, instantOf, minute } from '../../shared/core/kernel/time.js';
import { findingId, fingerprintOf } from '../../shared/core/projections/keys.js';
import { tellEnded } from '../../shared/usecases/delivery/tell-ended.js';
import { deliverMail, planDelivery } from '../../shared/usecases/reports/deliver-report.js';
import type { ReportDeps, ReportRecord } from '../../shared/usecases/reports/report-record.js';
import { newPost } from '../delivery/posted.js';
import { processWith, type Death } from '../faults/dying.js';
import { tenantId } from '../laws/tenant-events.js';
import { mailDeps, plantedWorld, start, type PlantedWorld } from './planted.js';

/* At expiry a finding is open again as of that instant; the next tick tells those who must act, once. */

let world: PlantedWorld;
const own = { sourceId: 'aispm', signed: false };
const secret = 'because the vault token is hunter2-hunter2';
const fingerprint = (agent: string): string =>
  fingerprintOf('control_unmet', `agent:${agent}`, 'destructive-commands');
const ofAgent = async (agent: string) => {
  const id = findingId(fingerprint(agent));
  const found = (await world.deps.stores.ledger.read([id])).get(id);
  if (found?.kind !== 'finding') throw new Error(`there is no finding on ${agent}`);
  return found;
};
const person = async (address: string): Promise<string> =>
  pseudonymOf(await world.deps.keys.macKey(tenantId), `${address}@harbour.example`);

/** What an agent did unasked is a finding; two persons accept it until an instant. */
async function accepted(agent: string, owner: string, until: number): Promise<void> {
  await world.tell('decision.recorded', {
    decision: 'allow',
    mode: 'enforce',
    policy: { id: 'baseline', version: '1', rule: 'r9' },
    surface: 'command',
    risks: ['destructive'],
    agent,
    severity: 'high',
    ran: true,
  });
  await acceptedAgain(agent, owner, until);
}
async function acceptedAgain(agent: string, owner: string, until: number): Promise<void> {
  const about = { finding: fingerprint(agent), reason: secret, owner: await person(owner) };
  const [requestedBy, approvedBy] = [await person('asker'), await person('second')];
  const expiresAt = instantOf(until);
  const request = await world.tell(
    'finding.requested',
    { ...about, actor: requestedBy, change: 'acceptance', expiresAt },
    own,
  );
  await world.tell('finding.accepted', { ...about, actor: approvedBy, request, requestedBy, expiresAt }, own);
}

const produced = new Map<string, ReportRecord>();
const depsOf = (process = processWith(null)): Parameters<typeof tellEnded>[0] => {
  // As the framework does: what is started under an id again is the one that runs.
  const orchestrations = process.wrap('orchestrations', {
    start: (record: ReportRecord): Promise<void> => {
      produced.set(record.id, record);
      return Promise.resolve();
    },
  });
  return {
    ...world.deps,
    ...mailDeps(),
    stores: process.wrap('stores', world.deps.stores),
    produce: (record) => orchestrations.start(record),
  };
};
/** Who is told of which agents, a line for each mail. */
async function mails(): Promise<string[]> {
  const names = new Map<string, string>();
  for (const name of ['operator', 'linus', 'ada']) names.set(await person(name), name);
  const agents = new Map(['a', 'b', 'c'].map((agent) => [fingerprint(agent), agent]));
  return [...produced.values()]
    .flatMap(({ recipients, notice }) =>
      recipients.map(
        (one) =>
          `${names.get(one) ?? ''}: ${(notice?.kind === 'grants_ended' ? notice.grants : [])
            .map(({ finding }) => agents.get(finding))
            .sort()
            .join(' ')}`,
      ),
    )
    .sort();
}
const expired = async () =>
  (
    await world.deps.stores.evidence.search({ type: 'aispm.finding.expired', limit: 50, order: 'oldest' })
  ).items.flatMap(({ event }) => (event.type === 'aispm.finding.expired' ? [event.data] : []));

async function recipients(): Promise<void> {
  const found = await world.deps.stores.tenant.get();
  if (found === null) throw new Error('there is no tenant');
  await world.change({
    reports: {
      ...found.tenant.settings.reports,
      allowedDomains: ['harbour.example'],
      recipients: [
        { address: 'operator@harbour.example', audience: ['operator'] },
        { address: 'linus@harbour.example', audience: ['cso'] },
        { address: 'ada@harbour.example', audience: [] },
        { address: 'ada@elsewhere.example', audience: ['operator'] },
      ],
    },
  });
}

/** Two acceptances, of `a` by Ada and of `b` by Linus, that have ended; the first of them a minute before. */
async function twoEnded(): Promise<void> {
  world = await plantedWorld();
  produced.clear();
  await recipients();
  world.at(start + hour);
  await accepted('a', 'ada', start + 5 * day);
  await accepted('b', 'linus', start + 5 * day + minute);
  world.at(start + 5 * day + 2 * minute);
}

beforeEach(twoEnded);

describe('when an acceptance ends', () => {
  it('the next tick tells all that ended in one mail to the operators, and each owner what is theirs', async () => {
    expect(await tellEnded(depsOf())).toBe(2);
    expect(await mails()).toEqual(['ada: a', 'linus: b', 'operator: a b']);
    const told = await expired();
    expect(told.map(({ finding, expiredAt }) => [finding, expiredAt])).toEqual(
      expect.arrayContaining([
        [fingerprint('a'), instantOf(start + 5 * day)],
        [fingerprint('b'), instantOf(start + 5 * day + minute)],
      ]),
    );
    for (const { notices } of told) expect(new Set(notices)).toEqual(new Set(produced.keys()));
    expect([...produced.values()].map(({ type, approvalRequired }) => [type, approvalRequired])).toEqual(
      Array(3).fill(['notice', false]),
    );
    expect(await ofAgent('a')).toMatchObject({ state: 'open', openedAt: instantOf(start + 5 * day) });
  });

  it('nothing is told twice, by later ticks or by two at once', async () => {
    await Promise.all([tellEnded(depsOf()), tellEnded(depsOf())]);
    expect(await tellEnded(depsOf())).toBe(0);
    expect(await mails()).toEqual(['ada: a', 'linus: b', 'operator: a b']);
    expect(await expired()).toHaveLength(2);
  });

  it('nobody is told twice or left out, wherever a tick dies and whatever ends before the next', async () => {
    await accepted('c', 'ada', start + 6 * day);
    const whole = processWith(null);
    await tellEnded(depsOf(whole));
    const deaths = whole.calls.flatMap((_, at): Death[] => [
      { at, when: 'before' },
      { at, when: 'after' },
    ]);
    for (const death of deaths) {
      await twoEnded();
      await accepted('c', 'ada', start + 6 * day);
      await expect(tellEnded(depsOf(processWith(death)))).rejects.toThrow('died');
      world.at(start + 6 * day + minute);
      await tellEnded(depsOf());
      const told = await mails();
      const to = (who: string): string =>
        told
          .filter((mail) => mail.startsWith(`${who}:`))
          .flatMap((mail) => mail.slice(who.length + 2).split(' '))
          .sort()
          .join(' ');
      expect([to('operator'), to('ada'), to('linus')], JSON.stringify(death)).toEqual(['a b c', 'a c', 'b']);
      expect(await expired()).toHaveLength(3);
    }
  }, 60_000);

  it('a renewal that ends is told of again, also where the first end was never told', async () => {
    world.at(start + 5 * day + 3 * minute);
    await acceptedAgain('a', 'ada', start + 9 * day);
    world.at(start + 9 * day);
    await tellEnded(depsOf());
    world.at(start + 9 * day + hour);
    await acceptedAgain('a', 'ada', start + 12 * day);
    world.at(start + 12 * day);
    await tellEnded(depsOf());
    expect(await mails()).toEqual(['ada: a', 'ada: a', 'linus: b', 'operator: a', 'operator: a b']);
    expect(await ofAgent('a')).toMatchObject({ state: 'open', openedAt: instantOf(start + 12 * day) });
  });

  it('evidence tells it where no recipient is to get a mail', async () => {
    const found = await world.deps.stores.tenant.get();
    if (found === null) throw new Error('there is no tenant');
    await world.change({ reports: { ...found.tenant.settings.reports, recipients: [] } });
    expect(await tellEnded(depsOf())).toBe(2);
    expect((await expired()).map(({ notices }) => notices)).toEqual([undefined, undefined]);
    expect(produced.size).toBe(0);
  });
});

describe('the mail', () => {
  const mailTo = async (name: string) => {
    const recipient = await person(name);
    const record = [...produced.values()].find(({ recipients: to }) => to.includes(recipient));
    const post = newPost();
    const deps: ReportDeps = { ...depsOf(), mail: post, publicUrl: 'https://aispm.example/api' };
    const { operationIds } = await planDelivery(deps, record?.id ?? '');
    await deliverMail(deps, record?.id ?? '', operationIds[0] ?? '');
    return post.sent;
  };

  it('says what ended, how severe and by when it is due, and neither what a finding says nor why it was accepted', async () => {
    await tellEnded(depsOf());
    const sent = await mailTo('operator');
    expect(sent.map(({ to }) => to.address)).toEqual(['operator@harbour.example']);
    const { subject = '', text = '', html = '' } = sent[0] ?? {};
    expect(subject).toBe('[Harbour] 2 acceptances ended');
    for (const body of [text, html]) expect(body).not.toMatch(/hunter2|harbour\.example|agent|Destructive/);
    const words = text.replace(/\s+/g, ' ');
    expect(words).toContain(
      'The findings are open again since then: 2 critical. The first is due on 14 Nov 2026.',
    );
    expect(words).toContain(
      `Finding ${fingerprint('a').slice(0, 10)}, critical: its acceptance ended at 7 Nov 2026, 08:00 UTC.`,
    );
    expect(words).toContain('https://aispm.example/api/console/tenants/harbour/findings');
  });

  it('to an owner tells of what is theirs, and where', async () => {
    await tellEnded(depsOf());
    const [mail] = await mailTo('ada');
    expect(mail?.subject).toBe('[Harbour] 1 acceptance ended');
    expect(mail?.text).not.toContain(fingerprint('b').slice(0, 10));
    expect(mail?.html).toContain(`/console/tenants/harbour/findings/${fingerprint('a')}`);
  });

  it('does not leave once all that it tells of is settled', async () => {
    await tellEnded(depsOf());
    await acceptedAgain('a', 'ada', start + 30 * day);
    expect(await mailTo('ada')).toEqual([]);
    expect(await mailTo('operator')).toHaveLength(1);
  });
});

describe('the words of many', () => {
  it('name the ten worst and count the rest', () => {
    const grants = Array.from({ length: 12 }, (_, i) => ({
      finding: fingerprint(`agent-${i}`),
      change: i < 4 ? ('dismissal' as const) : ('acceptance' as const),
      at: instantOf(start),
      severity: i < 2 ? ('high' as const) : ('low' as const),
      dueOn: instantOf(start + (20 - i) * day),
    }));
    const { title, says, path } = endedWords(grants);
    expect(title).toBe('8 acceptances and 4 dismissals ended');
    expect(says[0]?.replaceAll('\u00a0', ' ')).toBe(
      'The findings are open again since then: 2 high, 10 low. The first is due on 11 Nov 2026.',
    );
    expect(says).toHaveLength(13);
    expect(says.at(-2)).toBe('And 2 more findings.');
    expect(path).toEqual(['findings']);
  });
});
