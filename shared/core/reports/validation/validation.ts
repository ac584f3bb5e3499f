import type { ReportDocument } from '../../../../schemas/report-document.js';
import { frame } from '../front/frame.js';
import type { ReportInput } from '../input.js';
import { quoted, refsOf } from '../text.js';

/** What redaction left of an event that a marker was planted in, and each kind of thing that it took out. */
export type Planted = { target: string; removed: readonly string[] };

/**
 * The report whose delivery is the point: it says what is tested, and nothing about the tenant's posture, so that every
 * recipient may get it. What was planted is printed as redaction left it; what of it arrives is looked for afterwards.
 */
export function buildValidation(input: ReportInput, validation: string, planted: Planted): ReportDocument {
  const refs = refsOf(input);
  const evidence = refs.list('evidence');
  return frame(input, {
    reportType: 'delivery-validation',
    title: 'Delivery validation',
    scope: 'The way of a report to its recipients',
    issue: { state: 'issued' },
    verdict: {
      set: 'delivery',
      code: 'under_test',
      words: 'Delivery under test',
      sentence: 'This mail is the test: it says whether reports reach you, and nothing about posture.',
    },
    registers: [],
    blocks: [
      { kind: 'verdict', beside: [] },
      {
        kind: 'messages',
        items: [
          {
            text: `Validation ${validation} passes when the provider says that each mail of it arrived`,
            ref: evidence,
          },
          {
            text: quoted(`Planted, and printed as redaction left it: ${planted.target}`, 160),
            ref: evidence,
          },
          { text: 'Nothing is asked of you: no reply is needed, and no figure stands here', ref: evidence },
        ],
      },
      { kind: 'decisions', items: [] },
      { kind: 'heading', level: 2, text: 'What is tested' },
      {
        kind: 'list',
        ordered: true,
        items: [
          {
            text: 'Each approved recipient gets this report, and the provider’s word on each mail is recorded.',
          },
          {
            text: 'The first recipient’s mail is held back at every try, as if the provider had put it off: it is retried, becomes a dead letter with a finding, and leaves when a person has taken it up.',
          },
          {
            text: 'A secret, a mail address and a raw prompt were planted in an event. Redaction on admission takes them out; afterwards the mail and the files of this packet are searched for them.',
          },
        ],
      },
      { kind: 'heading', level: 2, text: 'What was planted' },
      {
        kind: 'keyValues',
        rows: [
          { key: 'Validation', value: validation, ref: evidence },
          { key: 'Planted target, redacted', value: quoted(planted.target, 300) },
          { key: 'Taken out', value: quoted(planted.removed.join(', ') || 'nothing', 300) },
        ],
      },
      { kind: 'heading', level: 2, text: 'References' },
      { kind: 'references' },
    ],
  });
}
