import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { z } from 'zod';

import { reportDocumentSchema, referencesIn, type ReportDocument } from '../../schemas/report-document.js';
import { lintDocument } from '../../shared/core/reports/wording.js';

const { paths } = z
  .object({ paths: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync(new URL('../../schemas/openapi.json', import.meta.url), 'utf8')));
const routes = Object.keys(paths).map(
  (path) => new RegExp(`^(/api)?${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
);
const isRoute = (href: string): boolean => {
  const [path = ''] = href.split('?');
  return routes.some((route) => route.test(path) || route.test(path.replace(/^\/api/, '')));
};

/** What every report keeps, whatever the month was like. */
export function lawful(built: ReportDocument): ReportDocument {
  const document = reportDocumentSchema.parse(built);
  expect(lintDocument(document)).toEqual([]);
  for (const block of document.blocks) {
    if (block.kind === 'kpiTable')
      for (const row of block.rows)
        if (row.figure.state === 'not_observed') expect(row.status).toBe('not_observed');
    if (block.kind === 'table' && block.totals) {
      block.columns.forEach((column, i) => {
        if (column.kind !== 'number') return;
        const cells = block.rows.map((row) => row[i]);
        const sum = cells.reduce((n, cell) => n + (cell?.kind === 'number' ? cell.value : 0), 0);
        expect(block.totals?.[i]).toEqual({ kind: 'number', value: sum });
      });
    }
  }
  for (const { href } of referencesIn(document.blocks)) expect(isRoute(href), href).toBe(true);
  return document;
}
