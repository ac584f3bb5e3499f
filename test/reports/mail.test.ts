import { describe, expect, it } from 'vitest';

import type { ReportDocument } from '../../schemas/report-document.js';
import { renderMail } from '../../shared/adapters/render/html-mail.js';
import { renderNotice } from '../../shared/adapters/render/notice-mail.js';
import { keepDates } from '../../shared/core/reports/escape.js';
import { contrast } from '../../shared/core/reports/tokens.js';
import { mailSubject } from '../../shared/core/reports/subject.js';
import { badMonth, context, goodMonth, hostileMonth, thinMonth } from './fixtures.js';

const options = { link: 'https://aispm.harbour.example/reports/r-1', attachmentName: 'ciso-2026-10.pdf' };
const months: [string, ReportDocument][] = [
  ['bad', badMonth()],
  ['good', goodMonth()],
  ['thin', thinMonth()],
  ['hostile', hostileMonth()],
];

/** What holds for the HTML of every mail of ours. */
function lawsOfHtml(html: string, link: string): void {
  it('needs no image, script, font, form or request', () => {
    expect(html).not.toMatch(/<(img|svg|script|link|form|iframe|object|video)\b/i);
    expect(html).not.toMatch(/url\(|@import|data:|@font-face|\bclass=/i);
    const links = [...html.matchAll(/https?:[^"'\s<]+/g)].map(([link]) => link);
    expect(new Set(links)).toEqual(new Set([link]));
  });

  it('says face, size, line, colour and ground on every cell of text, and lays out with tables only', () => {
    for (const [, style = ''] of html.matchAll(/<td [^>]*align="(?:left|right)"[^>]*style="([^"]*)"/g))
      for (const property of ['font-family:', 'font-size:', 'line-height:', ';color:', 'background-color:'])
        expect(style).toContain(property);
    expect(html).not.toMatch(/[;"]\s*(float|display:\s*(flex|grid)|position|margin|background-image)\s*:/);
    expect(html.match(/<table\b/g)?.length).toBe(
      html.match(/<table role="presentation"[^>]*cellpadding="0" cellspacing="0" border="0"/g)?.length,
    );
  });

  it('keeps 4.5:1 on every cell', () => {
    for (const [, style = ''] of html.matchAll(/style="([^"]*background-color:#[^"]*)"/g)) {
      const colour = /;color:(#\w{6})/.exec(style)?.[1];
      const ground = /background-color:(#\w{6})/.exec(style)?.[1];
      if (colour && ground) expect(contrast(colour, ground)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('changes every colour together where a client asks for a dark mail, and keeps 4.5:1 there', () => {
    const [, style = ''] = /<style>(.*?)<\/style>/.exec(html) ?? [];
    const darker = (found: RegExp): Map<string, string> =>
      new Map([...style.matchAll(found)].map(([, before = '', after = '']) => [before, after]));
    const grounds = darker(/\[style\*="background-color:(#\w{6})"\]\{background-color:(#\w{6})!important\}/g);
    const inks = darker(/\[style\*=";color:(#\w{6})"\]\{color:(#\w{6})!important\}/g);
    const link = /[{}]a\{color:(#\w{6})!important\}/.exec(style)?.[1] ?? '';
    for (const [, said = ''] of html.matchAll(/style="([^"]*background-color:#[^"]*)"/g)) {
      const ground = grounds.get(/background-color:(#\w{6})/.exec(said)?.[1] ?? '') ?? '';
      expect(ground, said).toMatch(/^#/);
      const ink = /;color:(#\w{6})/.exec(said)?.[1];
      if (ink === undefined) continue;
      expect(contrast(inks.get(ink) ?? '', ground), said).toBeGreaterThanOrEqual(4.5);
      expect(contrast(link, ground), said).toBeGreaterThanOrEqual(4.5);
    }
  });
}

describe.each(months)('the mail of a %s month', (_, document) => {
  const { subject, html, text } = renderMail(document, context, options);

  it('stays far below the size at which clients clip', () => {
    expect(new TextEncoder().encode(html).length).toBeLessThan(40_000);
  });

  lawsOfHtml(html, options.link);

  it('has a subject of one line and at most 70 characters', () => {
    expect(Array.from(subject).length).toBeLessThanOrEqual(70);
    expect(subject).not.toMatch(/[\p{Cc}\u202a-\u202e\u2028\u2029]/u);
    expect(subject).toContain(document.verdict.words);
  });

  it('says the checkpoint whole, on one line, as aispm verify takes it', () => {
    const said = `Checkpoint: 48,212 / ${context.checkpoint.rootHash}`;
    expect(text.split('\n')).toContain(said);
    expect(html).toContain(said);
  });

  it('says the same in plain text, in lines of at most 76 characters', () => {
    for (const line of text.split('\n'))
      expect(line.length <= 76 || !line.trim().includes(' '), line).toBe(true);
    for (const words of [
      document.verdict.words,
      'MESSAGES',
      'DECISIONS ASKED',
      'INDICATORS',
      'sha256:3f9a41c2d07be511',
      options.link,
    ])
      expect(text).toContain(words);
    expect(text).not.toMatch(/[\u202a-\u202e]|<td/);
  });

  it('puts the verdict first and the way to check it last', () => {
    let place = html.indexOf('<table');
    for (const words of [
      document.verdict.words,
      'Messages',
      'Control score',
      'Decisions asked',
      'Indicators',
      options.attachmentName,
      'sha256:',
    ]) {
      const next = html.indexOf(words, place);
      expect(next, words).toBeGreaterThan(place);
      place = next;
    }
  });
});

describe('a notice', () => {
  const link = 'https://aispm.harbour.example/api/console/tenants/harbour/reports/r-1';
  const notice = {
    tenant: 'Harbour Mutual',
    title: 'A report waits for your approval',
    says: ['CSO report, 1–24 Nov 2026: half of the time is over.', 'Sign in to approve or reject it.'],
    link,
    code: 'ABCD-2345',
  };
  const { subject, html, text } = renderNotice(notice);
  lawsOfHtml(html, link);

  it('says in text what it says in HTML, in lines of at most 76 characters', () => {
    for (const words of [notice.title, ...notice.says, link, notice.code]) {
      expect(text).toContain(words);
      expect(html).toContain(keepDates(words));
    }
    for (const line of text.split('\n')) expect(line.length <= 76 || !line.trim().includes(' ')).toBe(true);
  });

  it('cannot be made to begin a header or to lead elsewhere, whatever the names hold', () => {
    expect(subject).toBe('[Harbour Mutual] A report waits for your approval');
    const hostile = { ...notice, tenant: `A\r\nBcc: victim@example.org\u2028${'x'.repeat(90)}<b>` };
    expect(renderNotice(hostile).subject).toMatch(
      /^\[A Bcc: victim@example\.org xx*…\] A report waits for your approval$/,
    );
    expect(Array.from(renderNotice(hostile).subject).length).toBeLessThanOrEqual(70);
    expect(renderNotice(hostile).html).not.toContain('<b>');
    expect(() => renderNotice({ ...notice, link: 'http://elsewhere.example/' })).toThrow(RangeError);
  });
});

describe('the subject', () => {
  it('reads as tenant, report, period and verdict', () => {
    expect(mailSubject(badMonth(), false)).toBe('[Harbour Mutual] CISO report, Oct 2026 — Off target');
  });

  it('keeps the verdict from lock screens where that is asked', () => {
    const { subject, html } = renderMail(badMonth(), context, { discreet: true });
    expect(subject).toBe('[Harbour Mutual] CISO report, Oct 2026');
    expect(/<div style="display:none[^>]*>([^&]*)/.exec(html)?.[1]).not.toContain('Off target');
  });

  it('cannot be made to begin a header, whatever the names hold', () => {
    const document = { ...badMonth(), tenant: 'A\r\nBcc: victim@example.org\u2028x' };
    expect(mailSubject(document, false)).toBe(
      '[A Bcc: victim@example.org x] CISO report, Oct 2026 — Off target',
    );
  });
});

describe('the mail of a confidential report', () => {
  it('says which report of which period waits behind the link, and nothing of what stands in it', () => {
    const document = badMonth();
    const { subject, html, text } = renderMail(document, context, { link: options.link, notice: true });
    for (const said of [subject, html, text]) {
      expect(said).toContain(document.title);
      for (const secret of [document.scope, document.verdict.words, document.verdict.sentence, 'QUALIFIED'])
        expect(said).not.toContain(secret);
    }
  });
});

describe('links', () => {
  it('are https with the host in the text', () => {
    expect(renderMail(goodMonth(), context, options).html).toContain(
      '>Open the report at aispm.harbour.example</a>',
    );
    expect(() => renderMail(goodMonth(), context, { link: 'javascript:alert(1)' })).toThrow(RangeError);
  });
});
