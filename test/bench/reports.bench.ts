import { reportRenderer } from '../../shared/adapters/render/renderer.js';
import { context } from '../reports/fixtures.js';
import { longMonth } from '../reports/registers.js';
import { processorSeconds } from './rate.js';

/** One format of a report with so many findings: seconds of processor time once its library is loaded, and its size. */
export type ReportRow = { format: string; seconds: number; bytes: number };

/** Renders a report of 10,000 findings in every format. The first rendering of a small one loads the library. */
export async function reportsBench(findings = 10_000): Promise<ReportRow[]> {
  const [small, large] = [longMonth(10), longMonth(findings)];
  const rows: ReportRow[] = [];
  for (const format of ['pdf', 'html', 'xlsx', 'csv', 'md', 'json', 'jsonl'] as const) {
    await reportRenderer.render(format, small, context);
    const start = processorSeconds();
    const { bytes } = await reportRenderer.render(format, large, context);
    rows.push({ format, seconds: processorSeconds() - start, bytes: bytes.length });
  }
  return rows;
}
