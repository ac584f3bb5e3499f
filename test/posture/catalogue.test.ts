import { describe, expect, it } from 'vitest';

import { controlStateSchema } from '../../schemas/posture.js';
import { catalogue, controlsOf } from '../../shared/core/posture/catalogue.js';
import { frameworks } from '../../shared/core/posture/clause-catalogue.js';
import { catalogueVersions, type Domain } from '../../shared/core/posture/control.js';

const clauses = catalogue.flatMap((control) => control.clauses);
const key = ({ framework, id }: { framework: string; id: string }): string => `${framework} ${id}`;

describe('the control catalogue', () => {
  it('holds about thirty controls, over every domain that is asked for', () => {
    expect(catalogue.length).toBeGreaterThanOrEqual(30);
    const domains: Domain[] = [
      'identity and inventory',
      'commands',
      'files and secrets',
      'source control',
      'MCP and tools',
      'infrastructure change',
      'approvals',
      'exceptions',
      'evidence',
      'operations',
    ];
    expect(new Set(catalogue.map((c) => c.domain))).toEqual(new Set(domains));
  });

  it('says of each control what it demands, what satisfies it and what to do, in one sentence each', () => {
    expect(new Set(catalogue.map((c) => c.id)).size).toBe(catalogue.length);
    for (const { id, demand, satisfiedBy, remediation, title } of catalogue) {
      for (const sentence of [demand, satisfiedBy, remediation])
        expect(sentence, id).toMatch(/^[A-Z][^.]*\.$/);
      expect(title, id).not.toMatch(/\.$/);
    }
  });

  it('gives each control a window, a weight and a severity of its own', () => {
    for (const { id, freshnessHours, weight, severity } of catalogue) {
      expect(freshnessHours, id).toBeGreaterThanOrEqual(24);
      expect(freshnessHours, id).toBeLessThanOrEqual(366 * 24);
      expect([1, 2, 3, 4, 5], id).toContain(weight);
      expect(['low', 'medium', 'high', 'critical'], id).toContain(severity);
    }
  });

  it('keeps the ids that reports, gate and tenants’ policies name', () => {
    expect((controlsOf('1') ?? []).map((c) => c.id).sort()).toEqual(
      [
        'agent-registered',
        'approvals-in-time',
        'approvals-separated',
        'break-glass-reviewed',
        'commands-evaluated',
        'destructive-commands',
        'evidence-fresh',
        'evidence-signed',
        'exceptions-owned',
        'mcp-registered',
        'mcp-writes',
        'protected-branches',
        'report-delivery',
        'repository-enrolled',
        'secret-files',
        'workflow-enrolled',
      ].sort(),
    );
  });

  it('never takes a control from a later version, and knows no version that was not published', () => {
    const sizes = catalogueVersions.map((version) => controlsOf(version)?.length ?? 0);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes.at(-1)).toBe(catalogue.length);
    expect(controlsOf('0')).toBeNull();
    expect(controlsOf('constructor')).toBeNull();
  });

  it('speaks in state words, worst first', () => {
    expect(controlStateSchema.options).toEqual([
      'blocked',
      'missing',
      'stale',
      'shadowed',
      'enforced',
      'not_applicable',
    ]);
  });
});

describe('clauses', () => {
  const table = new Map<string, string>(
    frameworks.flatMap(({ name, clauses: rows }) =>
      rows.map(({ id, title }): [string, string] => [key({ framework: name, id }), title]),
    ),
  );

  it('are at least sixty, in seven frameworks, each control answering at least one', () => {
    expect(new Set(clauses.map(key)).size).toBeGreaterThanOrEqual(60);
    expect(new Set(clauses.map((c) => c.framework)).size).toBe(7);
    for (const control of catalogue) expect(control.clauses.length, control.id).toBeGreaterThan(0);
  });

  it('stand in the table of clauses with a title, so none is guessed', () => {
    for (const clause of clauses) expect(table.get(key(clause)), key(clause)).toMatch(/\w{3}/);
    for (const { id, clauses: answered } of catalogue)
      expect(new Set(answered.map(key)).size, id).toBe(answered.length);
  });

  it('have an id once in a framework, in the form that its framework gives ids', () => {
    const forms: Record<(typeof frameworks)[number]['id'], RegExp> = {
      'soc2-2017': /^(CC\d\.\d|A1\.\d|C1\.\d)$/,
      'nist-ai-rmf-1.0': /^(GOVERN|MAP|MEASURE|MANAGE) \d\.\d{1,2}$/,
      'iso-42001-2023': /^A\.\d{1,2}\.\d(\.\d)?$/,
      'owasp-asi-2026': /^ASI(0[1-9]|10)$/,
      'owasp-llm-2026': /^LLM(0[1-9]|10):2026$/,
      'mitre-atlas-2026.09': /^AML\.[TM]\d{4}(\.\d{3})?$/,
      'eu-ai-act': /^Art\. \d{1,2}(\(\d\))?(\([a-z]\))?$/,
    };
    for (const { id, clauses: rows } of frameworks) {
      expect(new Set(rows.map((row) => row.id)).size, id).toBe(rows.length);
      for (const row of rows) expect(row.id).toMatch(forms[id]);
    }
  });

  it('of the LLM Top 10 name the number they had in 2025, each once', () => {
    const llm = frameworks.find(({ id }) => id === 'owasp-llm-2026');
    const formerly = (llm?.clauses ?? []).map((row) => ('formerly' in row ? row.formerly : ''));
    expect([...formerly].sort()).toEqual(
      Array.from({ length: 10 }, (_, i) => `LLM${String(i + 1).padStart(2, '0')}:2025`),
    );
    expect(llm?.clauses.find((row) => row.id === 'LLM03:2026')).toMatchObject({ formerly: 'LLM06:2025' });
  });

  it('of techniques that ATLAS folded away are not cited', () => {
    const ids = [...table.keys()].join();
    for (const gone of ['AML.T0104', 'AML.T0058', 'AML.T0019']) expect(ids).not.toContain(gone);
  });
});
