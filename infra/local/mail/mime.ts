import type { EmailAddress, EmailMessage } from './message.js';

export type Envelope = { recipient: string; internetMessageId: string; date: Date; boundary: string };

/**
 * The message as one recipient receives it (RFC 5322, MIME RFC 2045–2047, 2231): text and HTML as
 * alternatives, then the attachments. Bcc is left out, as any sender must. Bodies travel as base64, which
 * survives every line-length rule.
 */
export const composeMime = (message: EmailMessage, envelope: Envelope): string => {
  const { content } = message;
  const alternatives = [
    ...(content.plainText ? [textPart('plain', content.plainText)] : []),
    ...(content.html ? [textPart('html', content.html)] : []),
  ];
  const body = multipart('alternative', `${envelope.boundary}-body`, alternatives);
  const files = (message.attachments ?? []).map(filePart);
  const whole = files.length === 0 ? body : multipart('mixed', `${envelope.boundary}-all`, [body, ...files]);
  return `${[...headerLines(message, envelope), 'MIME-Version: 1.0'].join('\r\n')}\r\n${whole}`;
};

const headerLines = (message: EmailMessage, envelope: Envelope): string[] => {
  const addresses = (name: string, list: EmailAddress[] | undefined): string[] =>
    list === undefined || list.length === 0 ? [] : [`${name}: ${list.map(mailbox).join(',\r\n ')}`];
  return [
    `Delivered-To: ${envelope.recipient}`,
    `From: ${message.senderAddress}`,
    ...addresses('To', message.recipients.to),
    ...addresses('Cc', message.recipients.cc),
    ...addresses('Reply-To', message.replyTo),
    `Subject: ${encodeWords(message.content.subject)}`,
    `Date: ${envelope.date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${envelope.internetMessageId}`,
    ...Object.entries(message.headers ?? {}).map(([name, value]) => `${name}: ${encodeWords(value)}`),
  ];
};

const mailbox = ({ address, displayName }: EmailAddress): string => {
  if (!displayName) return address;
  const plain = /^[A-Za-z0-9 ]+$/.test(displayName) && displayName.length < 60;
  return `${plain ? `"${displayName}"` : encodeWords(displayName, true)} <${address}>`;
};

/** RFC 2047: at most 75 characters a word, never cutting a character; plain ASCII stays as it is. */
const encodeWords = (text: string, always = false): string => {
  if (!always && /^[\x20-\x7e]{0,900}$/.test(text)) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > 42) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((one) => `=?utf-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
};

const multipart = (kind: string, boundary: string, parts: string[]): string =>
  [
    `Content-Type: multipart/${kind}; boundary="${boundary}"\r\n`,
    ...parts.map((part) => `--${boundary}\r\n${part}`),
    `--${boundary}--\r\n`,
  ].join('\r\n');

const textPart = (kind: 'plain' | 'html', text: string): string =>
  base64Part([`Content-Type: text/${kind}; charset=utf-8`], Buffer.from(text).toString('base64'));

const filePart = (file: { name: string; contentType: string; contentInBase64: string }): string =>
  base64Part(
    [`Content-Type: ${file.contentType}`, `Content-Disposition: attachment; ${fileNameParameter(file.name)}`],
    file.contentInBase64,
  );

const base64Part = (headers: string[], base64: string): string =>
  [...headers, 'Content-Transfer-Encoding: base64', '', ...(base64.match(/.{1,76}/g) ?? [])].join('\r\n');

/** `filename*=` as RFC 2231 (mail) and RFC 6266 (HTTP) both read it: no quote or line end can leave it. */
export const fileNameParameter = (name: string): string => {
  const encoded = encodeURIComponent(name).replace(/['()*!]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return `filename*=utf-8''${encoded}`;
};
