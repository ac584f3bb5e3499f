import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMail } from '../../infra/local/mail/server.js';
import {
  clientFor,
  messageTo,
  sender,
  startService,
  startWebhook,
  until,
  type MailService,
} from './mail-service.js';

let service: MailService;

beforeEach(async () => {
  service = await startService({ eventDelayMs: 20 });
});

afterEach(() => service.stop());

const send = (recipient: string, operationId = randomUUID()) =>
  clientFor(service.mail.connectionString).beginSend(messageTo(recipient), {
    operationId,
    updateIntervalInMs: 1,
  });

describe('delivery reports', () => {
  it('are CloudEvents of Event Grid, tied to the send by its operation id', async () => {
    const hook = await startWebhook();
    service.mail.setWebhook({ url: hook.url, headers: { 'x-functions-key': 'key' } });
    const operationId = randomUUID();
    await send('ada@example.org', operationId);
    await until(() => hook.posted.length === 1);
    const [{ headers, event } = { headers: {}, event: undefined }] = hook.posted;
    expect(headers).toMatchObject({
      'aeg-event-type': 'Notification',
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'x-functions-key': 'key',
    });
    expect(event).toMatchObject({
      specversion: '1.0',
      type: 'Microsoft.Communication.EmailDeliveryReportReceived',
      subject: `sender/${sender}/message/${operationId}`,
      data: { sender, recipient: 'ada@example.org', messageId: operationId, status: 'Delivered' },
    });
    expect(event?.data.internetMessageId).toBe(service.mail.inbox()[0]?.internetMessageId);
    await hook.close();
  });

  it('say what the recipient’s address asks for', async () => {
    const hook = await startWebhook();
    service.mail.setWebhook({ url: hook.url });
    const asked = ['silent', 'bounce', 'suppress', 'quarantine', 'spam', 'fail', 'ada', 'late', 'twice'];
    for (const name of asked) await send(`${name}.one@example.org`);
    await until(() => hook.posted.length === 9);
    const said = hook.posted.map(
      ({ event }) => `${event.data.recipient.split('.')[0]}: ${event.data.status}`,
    );
    expect(said.sort()).toEqual([
      'ada: Delivered',
      'bounce: Bounced',
      'fail: Failed',
      'late: Delivered',
      'quarantine: Quarantined',
      'spam: FilteredSpam',
      'suppress: Suppressed',
      'twice: Delivered',
      'twice: Delivered',
    ]);
    const twice = hook.posted.filter(({ event }) => event.data.recipient.startsWith('twice'));
    expect(new Set(twice.map(({ event }) => event.id)).size).toBe(1);
    await hook.close();
  });

  it('are tried again as the same event until the webhook accepts them', async () => {
    const hook = await startWebhook([500, 503]);
    service.mail.setWebhook({ url: hook.url });
    await send('ada@example.org');
    await until(() => hook.posted.length === 3);
    expect(new Set(hook.posted.map(({ event }) => event.id)).size).toBe(1);
    expect(hook.posted.map(({ headers }) => headers['aeg-delivery-count'])).toEqual(['0', '1', '2']);
    await hook.close();
  });

  it('are given up after the last attempt, or at once when the webhook says 400', async () => {
    const hook = await startWebhook([400, 500, 500, 500]);
    service.mail.setWebhook({ url: hook.url });
    const states = async (): Promise<string[]> => {
      const { mails } = (await (await fetch(`${service.mail.endpoint}/inbox.json`)).json()) as {
        mails: { report: string }[];
      };
      return mails.map((mail) => mail.report);
    };
    await send('ada@example.org');
    while ((await states())[0] !== 'given up');
    expect(hook.posted).toHaveLength(1);
    await send('ben@example.org');
    while ((await states())[1] !== 'given up');
    expect(hook.posted).toHaveLength(4);
    await hook.close();
  });

  it('wait for a webhook, also over a restart, and are not repeated once received', async () => {
    await send('ada@example.org');
    await service.mail.close();
    const hook = await startWebhook();
    const options = { port: 0, directory: service.directory, senders: [sender], webhook: { url: hook.url } };
    const second = await startMail(options);
    await until(() => hook.posted.length === 1);
    await expect
      .poll(async () => (await fetch(`${second.endpoint}/inbox.json`)).text())
      .toContain('"report":"received"');
    await second.close();
    service.mail = await startMail(options);
    await send('ben@example.org');
    await until(() => hook.posted.length === 2);
    expect(hook.posted.map(({ event }) => event.data.recipient)).toEqual([
      'ada@example.org',
      'ben@example.org',
    ]);
    await hook.close();
  });
});

describe('faults on demand', () => {
  it('before: the status is answered or the connection lost, and nothing was accepted', async () => {
    const remaining = { match: () => true, times: 1 };
    service.mail.addFault({ ...remaining, effect: { status: 503, retryAfterSeconds: 7 } });
    await expect(send('ada@example.org')).rejects.toMatchObject({ statusCode: 503 });
    service.mail.addFault({ ...remaining, effect: { drop: 'before' } });
    await expect(send('ada@example.org')).rejects.toThrow();
    expect(service.mail.inbox()).toEqual([]);
    await send('ada@example.org');
    expect(service.mail.inbox()).toHaveLength(1);
  });

  it('after: the mail is in the inbox although the answer was lost or an error', async () => {
    const isSend = { match: (request: { operation: string }) => request.operation === 'send', times: 1 };
    service.mail.addFault({ ...isSend, effect: { drop: 'after' } });
    await expect(send('ada@example.org')).rejects.toThrow();
    service.mail.addFault({ ...isSend, effect: { status: 500, when: 'after' } });
    await expect(send('ada@example.org')).rejects.toMatchObject({ statusCode: 500 });
    let stored = 0;
    service.mail.addFault({
      ...isSend,
      effect: { call: () => void (stored = service.mail.inbox().length), when: 'after' },
    });
    await send('ada@example.org');
    expect(stored).toBe(3);
  });

  it('meets only the requests it matches, and can be taken away', async () => {
    const remove = service.mail.addFault({
      match: ({ operation, recipients }) => operation === 'send' && recipients.includes('ben@example.org'),
      effect: { status: 500 },
      times: Infinity,
    });
    await send('ada@example.org');
    await expect(send('ben@example.org')).rejects.toMatchObject({ statusCode: 500 });
    remove();
    await send('ben@example.org');
    expect(service.mail.inbox()).toHaveLength(2);
  });
});

describe('the inbox page', () => {
  const open = (path: string): Promise<Response> => fetch(`${service.mail.endpoint}${path}`);

  const sendHostile = async (): Promise<string> => {
    const content = {
      subject: '<script>alert(1)</script>',
      html: '<script>alert(2)</script>',
      plainText: '<b>x</b>',
    };
    const attachments = [{ name: '"a"\r\n.html', contentType: 'text/html', contentInBase64: 'PGI+' }];
    await clientFor(service.mail.connectionString).beginSend({
      ...messageTo('ada@example.org'),
      content,
      attachments,
    });
    return service.mail.inbox()[0]?.id ?? '';
  };

  it('lists and opens mail with everything escaped and no script allowed', async () => {
    const id = await sendHostile();
    for (const path of ['/inbox', `/inbox/${id}`]) {
      const response = await open(path);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      const body = await response.text();
      expect(body).toContain('&#60;script&#62;alert(1)');
      expect(body).not.toMatch(/<script|<b>/);
    }
    expect(await (await open(`/inbox/${id}`)).text()).toContain('<iframe sandbox title=');
  });

  it('serves a mail’s HTML only into a sandbox, and attachments only as downloads', async () => {
    const id = await sendHostile();
    const html = await open(`/inbox/${id}/html`);
    expect(html.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
    const file = await open(`/inbox/${id}/attachments/0`);
    expect(file.headers.get('content-type')).toBe('application/octet-stream');
    expect(file.headers.get('content-disposition')).toBe("attachment; filename*=utf-8''%22a%22%0D%0A.html");
    expect(await file.text()).toBe('<b>');
    expect((await open(`/inbox/${id}/attachments/1`)).status).toBe(404);
    expect((await open('/inbox/unknown')).status).toBe(404);
  });
});
