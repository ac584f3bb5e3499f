import { describe, expect, it } from 'vitest';

import { fromUtf8 } from '../../shared/core/kernel/bytes.js';
import { escape, inert } from '../../shared/core/reports/escape.js';
import { style } from '../../shared/core/reports/html-style.js';
import { renderHtml } from '../../shared/adapters/render/html-report.js';
import { badMonth, context, goodMonth, hostileMonth, thinMonth } from './fixtures.js';

const html = async (document = badMonth()) => fromUtf8(await renderHtml(document, context));
/** What a reader sees, in order. */
const text = (source: string) =>
  source
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('\u00a0', ' ')
    .replace(/\s+/g, ' ');

describe('the report file', () => {
  it('reaches nothing: no script, no frame, no form, no address to load from', async () => {
    for (const source of [await html(), await html(hostileMonth())]) {
      expect(source).not.toMatch(/<(script|iframe|form|object|embed|link|base|img)\b/i);
      expect(source).not.toMatch(/\b(src|srcset|action|on[a-z]+)\s*=\s*["']/i);
      expect(source).not.toMatch(/url\(|@import|https?:/i);
      expect(source).toContain("default-src 'none'");
    }
  });

  it('has no style but its stylesheet, the one that a console lets in', async () => {
    for (const source of [await html(), await html(hostileMonth())]) {
      expect(source.match(/<style/gi)).toHaveLength(1);
      expect(source).toContain(`<style>${style}</style>`);
      expect(source.replace(/<style>.*?<\/style>/s, '')).not.toMatch(/<[^>]*\sstyle\s*=/i);
    }
  });

  it('has one title, a language, captions and scoped headers, and no repeated id', async () => {
    const source = await html();
    expect(source.match(/<h1\b/g)).toHaveLength(1);
    expect(source).toContain('<html lang="en">');
    const count = (pattern: RegExp) => source.match(pattern)?.length ?? 0;
    expect(count(/<table\b/g)).toBe(count(/<caption>/g));
    expect(count(/<th\b/g)).toBe(count(/<th scope="(col|row)"/g));
    const ids = [...source.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('leads every reference to a line that exists', async () => {
    const source = await html();
    const ids = new Set([...source.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]));
    for (const [, target] of source.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it('says verdict, reason and qualification before anything else', async () => {
    const seen = text(await html());
    const order = [
      'CONFIDENTIAL · live evidence',
      'Off target — October 2026',
      '1 of 38 open findings',
      'Qualified: 2 of 14',
      'Messages',
      'Decisions asked',
    ];
    const places = order.map((words) => seen.indexOf(words));
    expect(places.every((place, i) => place >= 0 && place > (places[i - 1] ?? -1))).toBe(true);
  });

  it('shows the score with its counts and says what is not observed with the reason', async () => {
    const bad = text(await html());
    expect(bad).toContain('81.4 of 100 points');
    for (const fact of ['28 of 31 controls observed', '1 critical open', 'prior 78.9 (+2.5 points)'])
      expect(bad).toContain(fact);
    const thin = text(await html(thinMonth()));
    expect(thin).toContain('not observed — inventory 41 days old (limit 30)');
    expect(thin).toContain('PUBLIC-SAFE SAMPLE · REHEARSAL — NOT A PRODUCTION RECORD');
    expect(text(await html(goodMonth()))).toContain('No decision is asked.');
  });

  it('never prints a raw value where something is unknown', async () => {
    for (const document of [badMonth(), goodMonth(), thinMonth()])
      expect(text(await html(document))).not.toMatch(/\b(undefined|NaN|null)\b|\[object|N\/A/);
  });

  it('shows hostile names as text', async () => {
    const source = await html(hostileMonth());
    expect(source).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(source).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(source).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });
});

describe('escaping', () => {
  it('makes markup, line breaks, controls and reordering marks harmless', () => {
    expect(escape(`<a href="x">'&`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;');
    expect(inert('a\r\nBcc: b\u0000\u202ec\u2066')).toBe('a Bcc: b\ufffdc\ufffd');
    expect(inert('\ud800')).toBe('\ufffd');
  });
});
