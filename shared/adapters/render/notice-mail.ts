import type { NoticeMail } from '../../ports.js';
import { escape, inert, mailProse } from '../../core/reports/escape.js';
import { noticeSubject } from '../../core/reports/subject.js';
import { cell, linkTo, refuseForeign, shell, table } from './mail-layout.js';
import { fold } from './mail-text.js';

/**
 * A notice as a mail: what it asks for, where to look, and why it came.
 * @throws RangeError for a link that is not https
 */
export function renderNotice({ tenant, title, says, link, code }: NoticeMail): {
  subject: string;
  html: string;
  text: string;
} {
  refuseForeign(link);
  const subject = noticeSubject(tenant, title);
  const proof = `Confirmation code: ${code}. You may be asked for it, to prove that this mail arrived.`;
  const why = `You receive this because ${tenant} lists you for it; its administrator can change that.`;
  const [first = title] = says;
  const body = [
    table([
      cell(escape(tenant), { size: 12, bold: true, colour: 'ink2', pad: '20px 24px 0 24px' }),
      cell(escape(title), { size: 20, bold: true, pad: '10px 24px 8px 24px' }),
      ...says.map((sentence) => cell(mailProse(sentence), { pad: '4px 24px 4px 24px' })),
      ...(link === undefined ? [] : [cell(linkTo(link, 'Open it'), { pad: '14px 24px 0 24px' })]),
    ]),
    table([
      cell(`${escape(proof)}<br>${escape(why)}`, { size: 12, colour: 'ink3', pad: '18px 24px 24px 24px' }),
    ]),
  ].join('');
  const lines = [
    ...fold(tenant),
    ...fold(title),
    '',
    ...says.flatMap((sentence) => fold(sentence)),
    '',
    ...(link === undefined ? [] : [...fold(`Open it: ${link}`), '']),
    ...fold(proof),
    ...fold(why),
  ];
  return { subject, html: shell(subject, inert(first), body), text: `${lines.join('\n')}\n` };
}
