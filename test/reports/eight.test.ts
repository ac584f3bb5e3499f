import { describe, expect, it } from 'vitest';

import { canonicalText } from '../../shared/core/kernel/canonical.js';
import type { KpiRow } from '../../schemas/report-figures.js';
import type { ReportDocument } from '../../schemas/report-document.js';
import { lawful } from './document-laws.js';
import { reportOf, types } from './eight.js';
import { fromUtf8 } from '../../shared/core/kernel/bytes.js';
import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { context } from './fixtures.js';
import { plainText } from './plain-text.js';

const months = ['good', 'bad', 'thin'] as const;
const kpis = ({ blocks }: ReportDocument): KpiRow[] =>
  blocks.flatMap((block) => (block.kind === 'kpiTable' ? block.rows : []));
const headings = ({ blocks }: ReportDocument): string[] =>
  blocks.flatMap((block) => (block.kind === 'heading' ? [block.text] : []));

describe.each(types)('the %s report', (type) => {
  it.each(months)('of a %s month keeps the laws of every report and reads as approved', async (month) => {
    const document = lawful(await reportOf(type, month));
    await expect(plainText(document)).toMatchFileSnapshot(`golden/${type}-${month}.txt`);
  });

  it('answers first: verdict, messages, decisions before anything else', async () => {
    const kinds = (await reportOf(type, 'bad')).blocks.map(({ kind }) => kind);
    expect(kinds.slice(0, 2)).toEqual(['verdict', 'messages']);
    expect(kinds.indexOf('decisions')).toBeLessThan(4);
  });

  it('gives each indicator its target, prior, trend, sample and status, and no figure to what is not observed', async () => {
    for (const month of months)
      for (const row of kpis(await reportOf(type, month))) {
        expect(row.sample.length).toBeGreaterThan(0);
        if (row.figure.state === 'not_observed') expect(row.figure.words.length).toBeGreaterThan(0);
        if (row.prior.state === 'not_observed') expect(row.trend).toBe('no_comparison');
      }
  });

  it('names no activity as an outcome', async () => {
    const labels = kpis(await reportOf(type, 'bad')).map(({ label }) => label);
    expect(labels.join('\n')).not.toMatch(/events received|actions blocked|alerts|scans|mails sent|logins/i);
  });

  it('in the public-safe scope names nobody and nothing, leads nowhere and says so on its cover', async () => {
    const document = lawful(await reportOf(type, 'bad', true));
    const said = canonicalText(document);
    expect(document.classification).toMatchObject({ mark: 'PUBLIC-SAFE SAMPLE', publicSafe: true });
    expect(document.tenant).toBe('Sample tenant');
    for (const secret of [
      'harbour',
      'Harbour',
      'builder',
      'deployer',
      'shadow-7',
      'unknown-server',
      'claims-core',
      'billing',
      'nightly',
      'tickets',
      'E-118',
      'INC-0042',
      'undeclared agent wrote',
      'build network',
      'source code',
      'registry of tool servers',
      'nightly run',
      'psn:',
      '/api/',
      '@',
    ])
      expect(said, secret).not.toContain(secret);
    expect(said).not.toMatch(/[0-9a-f]{64}/);
  });

  it('carries its registers whole, with a meaning for every column', async () => {
    const { registers } = await reportOf(type, 'bad');
    expect(registers.length).toBeGreaterThan(0);
    for (const { rows, total } of registers) expect(total).toBeGreaterThanOrEqual(rows.length);
  });
});

describe('the CSO report', () => {
  it('tells how long closing took, by severity, and what stands before production', async () => {
    const rows = kpis(await reportOf('cso', 'bad'));
    expect(rows.find(({ id }) => id === 'K11')).toMatchObject({
      label: 'Time to close, medium, longest',
      figure: { state: 'observed' },
    });
    expect(rows.find(({ id }) => id === 'K22')).toMatchObject({ figure: { state: 'observed' } });
  });

  it('tells findings apart in the public-safe scope too', async () => {
    const { blocks } = await reportOf('cso', 'bad', true);
    const asked = blocks.flatMap((block) => (block.kind === 'decisions' ? block.items : []));
    const named = asked[0]?.action.match(/F-\d+/g) ?? [];
    expect(named).toEqual(['F-0000000001', 'F-0000000002', 'F-0000000003']);
  });
});

describe('bad news', () => {
  it.each(['cso', 'ciso', 'board-kpi', 'incident'] as const)(
    'does not wait: %s issues as qualified',
    async (type) => {
      const { issue } = await reportOf(type, 'bad');
      expect(issue).toMatchObject({ state: 'qualified' });
      expect(issue.state === 'qualified' && issue.text).toMatch(/^Qualified: /);
    },
  );

  it('stands at the head of the page, of the mail and of the text, as in the PDF', async () => {
    const packet = await reportOf('soc2-evidence', 'bad');
    const cso = await reportOf('cso', 'bad');
    for (const format of ['html', 'md'] as const) {
      const head = async (document: ReportDocument) =>
        fromUtf8((await reportRenderer.render(format, document, context)).bytes)
          .replace(/<style>.*<\/style>/s, '')
          .slice(0, 1200);
      expect(await head(packet)).toContain(' · OPEN BLOCKERS');
      expect(await head(cso)).toContain(' · QUALIFIED');
    }
    const mail = await reportRenderer.mail(cso, context, { attachmentName: 'report.pdf', code: 'k7fd' });
    expect(mail.text).toContain(' · QUALIFIED');
  });

  it('in the SOC 2-style packet is “issued with open blockers”, because “qualified” is a type of opinion there', async () => {
    const { issue } = await reportOf('soc2-evidence', 'bad');
    expect(issue.state === 'qualified' && issue.text).toMatch(
      /^Issued with open blockers \(not an auditor’s opinion\): /,
    );
  });

  it.each(['trial-handoff', 'pilot-launch', 'production-readiness'] as const)(
    'holds %s, which says for what it waits',
    async (type) => {
      const { issue, verdict } = await reportOf(type, 'bad');
      expect(issue).toMatchObject({ state: 'waiting' });
      expect(issue.state === 'waiting' && issue.text).toMatch(/^Waiting for \d+: /);
      expect(['incomplete', 'no_go', 'not_ready']).toContain(verdict.code);
    },
  );
});

describe('mandatory sections', () => {
  it.each([
    [
      'cso',
      [
        'Top risks',
        'Exceptions and break-glass',
        'Outlook',
        'Appendix: open findings',
        'Appendix: controls not observed',
      ],
    ],
    ['ciso', ['What changed since 31 Oct 2026', 'Controls', 'Findings and coverage', 'Who acts next']],
    ['board-kpi', ['Material incidents', 'Appetite', 'Indicators']],
    [
      'soc2-evidence',
      [
        'Criteria',
        'System boundary',
        'Population and completeness',
        'CC6.3: Access granted, changed, removed by role; least privilege, duty separation',
        'Register of exceptions',
        'Not tested',
        'How to verify',
      ],
    ],
    ['incident', ['Timeline', 'Root cause', 'Remediation', 'Lessons', 'Follow-ups', 'Closure']],
    ['trial-handoff', ['Access', 'Labs', 'Evidence collected', 'Delivery', 'Open items', 'Next step']],
    ['pilot-launch', ['Scope', 'Control readiness', 'Risks accepted', 'Success measures', 'Reasons against']],
    [
      'production-readiness',
      ['The four packets', 'Blockers', 'Proofs', 'Decision', 'Appendix: plan', 'Appendix: checks'],
    ],
  ] as const)('of %s are all there', async (type, sections) => {
    const found = headings(await reportOf(type, 'bad')).map((text) => text.replaceAll('\u00a0', ' '));
    for (const section of sections) expect(found).toContain(section);
  });

  it('of the board pack hold at most twelve indicators over four periods', async () => {
    const document = await reportOf('board-kpi', 'good');
    expect(kpis(document)).toHaveLength(12);
    const periods = document.registers.find(({ sheet }) => sheet === 'Periods');
    expect(periods?.rows).toHaveLength(12);
    expect(kpis(document).every(({ spark }) => spark.length <= 4)).toBe(true);
    expect(periods?.columns.map(({ title }) => title)).toEqual([
      'Indicator',
      'Unit',
      'August 2026',
      'September 2026',
      'October 2026',
      '1–24 Nov 2026',
      'Target',
      'Limit',
      'Set',
      'Change',
    ]);
  });
});
