import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson, urlOf } from '../exchange.js';
import type { DeliveryReports } from './delivery-reports.js';
import { outcomeOf } from './delivery-reports.js';
import type { Mailbox, ReceivedMail } from './mailbox.js';
import { fileNameParameter } from './mime.js';

type Inbox = { mailbox: Mailbox; reports: DeliveryReports };

/** The page itself: no script, no form, nothing from elsewhere; mail only inside its own sandboxed frame. */
const pagePolicy =
  "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A mail's HTML is a stranger's: no script, no network, an origin of its own, even when opened by itself. */
const mailPolicy =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** Answers the inbox's pages; false when the path is not one of them. */
export const answerInbox = (request: IncomingMessage, response: ServerResponse, inbox: Inbox): boolean => {
  const { pathname } = urlOf(request);
  if (request.method !== 'GET') return false;
  if (pathname === '/' || pathname === '/inbox') return sendPage(response, listPage(inbox));
  if (pathname === '/inbox.css') return send(response, 'text/css; charset=utf-8', css, {});
  if (pathname === '/inbox.json') {
    const mails = inbox.mailbox.mails().map((mail) => ({ ...mail, report: inbox.reports.stateOf(mail) }));
    sendJson(response, 200, { mails }, safe);
    return true;
  }
  const [, id = '', part = '', index = ''] =
    /^\/inbox\/([\w-]+)(?:\/(html|attachments)(?:\/(\d+))?)?$/.exec(pathname) ?? [];
  const mail = inbox.mailbox.mails().find((one) => one.id === id);
  if (mail === undefined) return false;
  if (part === '') return sendPage(response, mailPage(mail, inbox));
  if (part === 'html') {
    return send(response, 'text/html; charset=utf-8', mail.html ?? '', {
      'content-security-policy': mailPolicy,
    });
  }
  const file = index === '' ? undefined : inbox.mailbox.attachment(id, Number(index));
  if (file === undefined) return false;
  // Always a download of unnamed bytes: the sender's content type is a wish, not a fact.
  return send(response, 'application/octet-stream', file.content, {
    'content-disposition': `attachment; ${fileNameParameter(file.name)}`,
  });
};

const safe = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const send = (
  response: ServerResponse,
  type: string,
  body: string | Buffer,
  headers: Record<string, string>,
): true => {
  response.writeHead(200, { 'content-type': type, ...safe, ...headers }).end(body);
  return true;
};

const sendPage = (response: ServerResponse, body: string): true =>
  send(response, 'text/html; charset=utf-8', body, { 'content-security-policy': pagePolicy });

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>` +
  '<meta name="viewport" content="width=device-width, initial-scale=1">' +
  `<link rel="stylesheet" href="/inbox.css"></head><body><main>${body}</main></body></html>`;

const listPage = (inbox: Inbox): string => {
  const mails = inbox.mailbox.mails().reverse();
  const rows = mails.map(
    (mail) =>
      `<tr><td><a href="/inbox/${mail.id}">${escape(mail.subject || '(no subject)')}</a></td>` +
      `<td>${escape(mail.recipient)}</td><td>${badge(mail, inbox)}</td>` +
      `<td>${mail.attachments.length || ''}</td><td class="quiet">${when(mail)}</td></tr>`,
  );
  const table =
    '<table><thead><tr><th>Subject</th><th>Recipient</th><th>Outcome</th><th>Files</th><th>Received (UTC)</th></tr>' +
    `</thead><tbody>${rows.join('')}</tbody></table>`;
  const count = mails.length === 1 ? '1 mail' : `${mails.length} mails`;
  return page(
    'Inbox',
    `<header><h1>Inbox</h1><p class="quiet">${count}. Sent on this machine only; nothing left it.</p></header>` +
      (mails.length === 0 ? '<p class="empty">No mail yet.</p>' : table),
  );
};

const mailPage = (mail: ReceivedMail, inbox: Inbox): string => {
  const facts: [string, string][] = [
    ['From', escape(mail.sender)],
    ['Recipient', escape(mail.recipient)],
    ['Received (UTC)', when(mail)],
    ['Outcome', badge(mail, inbox)],
    ['Operation', `<code>${escape(mail.operationId)}</code>`],
    ['Message-ID', `<code>${escape(mail.internetMessageId)}</code>`],
    ...Object.entries(mail.headers).map(([name, value]): [string, string] => [escape(name), escape(value)]),
  ];
  const files = mail.attachments.map(
    (file, index) =>
      `<li><a href="/inbox/${mail.id}/attachments/${index}">${escape(file.name)}</a> ` +
      `<span class="quiet">${escape(file.contentType)}, ${file.size} bytes, SHA-256 <code>${file.sha256}</code></span></li>`,
  );
  return page(
    mail.subject,
    `<header><p><a href="/inbox">Inbox</a></p><h1>${escape(mail.subject || '(no subject)')}</h1></header>` +
      `<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>` +
      (files.length === 0 ? '' : `<h2>Attachments</h2><ul>${files.join('')}</ul>`) +
      (mail.html === undefined
        ? ''
        : `<h2>HTML</h2><iframe sandbox title="The mail's HTML" src="/inbox/${mail.id}/html"></iframe>`) +
      (mail.text === undefined ? '' : `<h2>Text</h2><pre>${escape(mail.text)}</pre>`),
  );
};

const badge = (mail: ReceivedMail, inbox: Inbox): string => {
  const { status, copies } = outcomeOf(mail.recipient);
  const good = status === 'Delivered' && copies > 0;
  const label = copies === 0 ? 'Silent' : status;
  const report = escape(inbox.reports.stateOf(mail));
  return `<span class="${good ? 'good' : 'bad'}">${label}</span> <span class="quiet">report: ${report}</span>`;
};

const when = (mail: ReceivedMail): string =>
  `<time datetime="${mail.receivedAt}">${mail.receivedAt.slice(0, 19).replace('T', ' ')}</time>`;

const css = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f6f7f9; color: #1d2530; font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { margin: 0; font-size: 1.6rem; overflow-wrap: anywhere; }
h2 { margin: 1.75rem 0 0.5rem; font-size: 1rem; }
header { margin-bottom: 1.25rem; }
header p { margin: 0.25rem 0; }
a { color: #0b57a4; }
table { width: 100%; border-collapse: collapse; background: #fff; border: 1px solid #dde1e7; border-radius: 8px; }
th, td { padding: 0.6rem 0.9rem; text-align: left; border-bottom: 1px solid #e8ebef; overflow-wrap: break-word; }
tbody tr:last-child td { border-bottom: 0; }
th { white-space: nowrap; font-size: 0.8rem; color: #566171; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1.5rem; margin: 0; padding: 1rem 1.25rem; background: #fff; border: 1px solid #dde1e7; border-radius: 8px; }
dt { color: #566171; }
dd { margin: 0; overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 1.25rem; }
code { font-size: 0.85em; overflow-wrap: anywhere; }
iframe { width: 100%; height: 36rem; background: #fff; border: 1px solid #dde1e7; border-radius: 8px; }
pre { margin: 0; padding: 1rem 1.25rem; background: #fff; border: 1px solid #dde1e7; border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
.quiet { color: #566171; font-size: 0.85rem; }
.good, .bad { display: inline-block; padding: 0 0.5rem; border-radius: 4px; font-size: 0.85rem; font-weight: 600; }
.good { background: #def3e4; color: #14532d; }
.bad { background: #fde4e1; color: #7f1d1d; }
td time { white-space: nowrap; }
.empty { padding: 3rem; text-align: center; background: #fff; border: 1px solid #dde1e7; border-radius: 8px; }
`;
