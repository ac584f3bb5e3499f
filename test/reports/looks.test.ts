import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Block } from '../../schemas/report-blocks.js';
import { renderMail } from '../../shared/adapters/render/html-mail.js';
import { renderHtml } from '../../shared/adapters/render/html-report.js';
import { renderNotice } from '../../shared/adapters/render/notice-mail.js';
import { fromUtf8 } from '../../shared/core/kernel/bytes.js';
import { launchChromium } from '../console/browser.js';
import { badMonth, context, hostileMonth, thinMonth } from './fixtures.js';

/*
 * Mails and report files as a browser shows them: on a desk and in a hand, light, dark, and in the reader's own colours.
 * What no rule about markup can say is measured on what is drawn.
 */

const link = 'https://aispm.harbour.example/reports/r-1';
const wordy: Block = {
  kind: 'keyValues',
  rows: [
    {
      key: 'Work under another policy version than published',
      value: 'agent builder: baseline 3 · repository claims-core: baseline 2 · and 4 more',
    },
  ],
};
const thin = thinMonth();
const months = {
  bad: badMonth(),
  thin: { ...thin, blocks: [...thin.blocks, wordy] },
  hostile: hostileMonth(),
};
const notice = renderNotice({
  tenant: 'Harbour Mutual',
  title: 'A report waits for your approval',
  says: ['CSO report, 1–24 Nov 2026: half of the time is over.', 'Sign in to approve or reject it.'],
  link,
  code: 'ABCD-2345',
});

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser.close());

/**
 * Run in the page: texts whose colour does not stand out from the nearest ground behind them by 4.5:1, texts squeezed into a
 * column, and whether the page scrolls sideways.
 */
const measured = String.raw`(() => {
  const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = numbers(colour).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    if (element === null) return 'rgb(255, 255, 255)';
    const colour = getComputedStyle(element).backgroundColor;
    return numbers(colour)[3] === 0 ? groundOf(element.parentElement) : colour;
  };
  const found = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push('scrolls sideways by ' + (scrollWidth - clientWidth));
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let looked = 0;
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const [element, said] = [node.parentElement, node.textContent.trim()];
    const box = element.getBoundingClientRect();
    if (said === '' || element.closest('svg') !== null || box.width === 0 || box.right < 0) continue;
    looked += 1;
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(groundOf(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push(ratio.toFixed(2) + ':1 ' + said.slice(0, 30));
    if (said.length > 12 && box.width < 40) found.push(Math.round(box.width) + ' wide: ' + said.slice(0, 30));
  }
  return looked > 5 ? found : ['there is nothing to see'];
})()`;

const looks = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['in the reader’s own colours', { colorScheme: 'dark', forcedColors: 'active' }],
] as const;

async function faultsOf(html: string, width: number, look: (typeof looks)[number][1]): Promise<unknown> {
  const page = await browser.newPage({ viewport: { width, height: 800 }, ...look });
  await page.setContent(html);
  const found = await page.evaluate(measured);
  await page.close();
  return found;
}

describe.each(looks)('%s', (_, look) => {
  it('a mail is read whole at 600 and at 360 pixels, whatever its kind', async () => {
    const mails = [
      ...Object.values(months).map((document) => renderMail(document, context, { link })),
      renderMail(months.bad, context, { link, linkUntil: '2026-12-01T09:00:00Z', notice: true }),
      notice,
    ];
    for (const { html, subject } of mails)
      for (const width of [600, 360]) expect(await faultsOf(html, width, look), subject).toEqual([]);
  }, 60_000);

  it('a report file is read whole at 1200 and at 320 pixels', async () => {
    for (const [month, document] of Object.entries(months))
      for (const width of [1200, 320])
        expect(await faultsOf(fromUtf8(await renderHtml(document, context)), width, look), month).toEqual([]);
  }, 60_000);
});
