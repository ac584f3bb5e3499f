import type { ReportDocument } from '../../../../schemas/report-document.js';
import { day } from '../format.js';
import type { ReportInput } from '../input.js';
import { counted, isAre, quoted } from '../text.js';

type Own = Pick<ReportDocument, 'reportType' | 'title' | 'issue' | 'verdict' | 'blocks' | 'registers'> & {
  scope?: string;
};

/** The cover that every report has: scope, period, as-of, position, classification; and what is the report's own. */
export function frame(input: ReportInput, own: Own): ReportDocument {
  const { posture, period, publicSafe } = input;
  return {
    schemaVersion: 'aispm.report-document.v1',
    scope: 'All declared and observed agents, repositories, workflows and tools',
    ...own,
    tenant: publicSafe ? 'Sample tenant' : quoted(input.tenantName, 80),
    period: {
      label: quoted(period.label, 40),
      from: period.from,
      to: period.to,
      zone: quoted(period.zone, 60),
    },
    asOf: posture.asOf,
    position: posture.position,
    classification: {
      mark: publicSafe ? 'PUBLIC-SAFE SAMPLE' : 'CONFIDENTIAL · live evidence',
      rehearsal: input.rehearsal,
      publicSafe,
    },
  };
}

/** Accepted risks never fire a verdict, but stand beside it. */
export function beside({ findings, posture }: ReportInput): string[] {
  const { accepted } = posture.layers.findings;
  if (accepted === 0) return [];
  const ends = findings
    .flatMap((f) => (f.acceptance ? [f.acceptance.expiresAt] : []))
    .sort()
    .at(0);
  const until = ends === undefined ? '' : `, ${accepted === 1 ? '' : 'the first '}until ${day(ends)}`;
  return [`${counted(accepted, 'finding')} ${isAre(accepted)} accepted${until}.`];
}
