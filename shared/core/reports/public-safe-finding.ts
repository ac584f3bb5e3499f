import { controlById } from '../posture/catalogue.js';
import type { Finding } from '../projections/documents.js';
import { findingId } from '../projections/keys.js';
import { withheld } from './text.js';

/** A finding without persons, names of items, references and history. */
export function findingWithout(finding: Finding, index: number, subject: (text: string) => string): Finding {
  const {
    agent: _agent,
    request: _request,
    dismissal: _dismissal,
    claim: _claim,
    owner,
    acceptance,
    ...shown
  } = finding;
  const { control, rule, detail } = finding;
  const title = control === undefined ? undefined : controlById.get(control)?.title;
  const counted = detail.split('; ').map((_, i) => `control ${i + 1}`);
  return {
    ...shown,
    // The first digits are what is printed.
    id: findingId(
      String(index + 1)
        .padStart(10, '0')
        .padEnd(64, '0'),
    ),
    subject: subject(finding.subject),
    detail: title === undefined ? `${rule.replaceAll('_', ' ')}: ${counted.join('; ')}` : `${title}: not met`,
    evidenceIds: [],
    history: [],
    ...(owner === undefined ? {} : { owner: withheld }),
    ...(acceptance === undefined
      ? {}
      : {
          acceptance: {
            ...acceptance,
            evidenceId: withheld,
            owner: withheld,
            requestedBy: withheld,
            approvedBy: withheld,
            reason: withheld,
          },
        }),
  };
}
