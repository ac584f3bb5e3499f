import { escape } from '../../core/reports/escape.js';
import { dark, light, type ColourToken } from '../../core/reports/tokens.js';

/* The layout that every mail of ours has: tables only, everything inline, nothing that needs a request. */

const face = `'Segoe UI',Roboto,Helvetica,Arial,sans-serif`;
/** Border that keeps 3:1 on light and on inverted surfaces alike. */
const border = '#8A94A0';

/**
 * One cell of a layout table. Clients strip, inherit or rewrite styles cell by cell, so each says everything: face, size,
 * line, colour and ground together.
 */
export function cell(
  content: string,
  options: {
    size?: number;
    bold?: boolean;
    colour?: ColourToken;
    ground?: ColourToken;
    pad?: string;
    right?: boolean;
    top?: boolean;
    width?: string;
  } = {},
): string {
  const {
    size = 15,
    bold,
    colour = 'ink',
    ground = 'surface',
    pad = '0 24px 0 24px',
    right,
    top,
    width,
  } = options;
  const [a, b, c, d] = pad.split(' ');
  const rule = top ? `border-top:1px solid ${border};` : '';
  return (
    `<td${width === undefined ? '' : ` width="${width}"`} bgcolor="${light[ground]}" align="${right ? 'right' : 'left'}" valign="top" style="${rule}padding-top:${a};padding-right:${b};padding-bottom:${c};padding-left:${d};` +
    `font-family:${face};font-size:${size}px;line-height:${Math.round(size * 1.47)}px;font-weight:${bold ? 600 : 400};color:${light[colour]};background-color:${light[ground]}">${content}</td>`
  );
}

/** A layout table; several short ones, because Word's engine breaks tall ones. */
export const table = (rows: readonly string[]): string =>
  `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="width:100%">${rows.map((row) => `<tr>${row}</tr>`).join('')}</table>`;

/** Nothing in a mail leads anywhere but to us. @throws RangeError for a link that is not https; plain HTTP is for this machine alone. */
export function refuseForeign(link: string | undefined): void {
  if (link === undefined) return;
  const { protocol, hostname } = new URL(link);
  if (protocol !== 'https:' && !(protocol === 'http:' && hostname === '127.0.0.1'))
    throw new RangeError('a link in a mail is https');
}

/** A link that says where it leads. */
export const linkTo = (link: string, words: string): string =>
  `<a href="${escape(link)}" style="color:${light.accent};text-decoration:underline">${words} at ${escape(new URL(link).host)}</a>`;

/** What a cell or a word may be coloured, and the ground that it may stand on. */
const inks = [
  'ink',
  'ink2',
  'ink3',
  'onTarget',
  'attention',
  'offTarget',
  'notObserved',
  'accepted',
] as const satisfies readonly ColourToken[];
const grounds = [
  'surface',
  'surface2',
  'onTargetTint',
  'attentionTint',
  'offTargetTint',
  'notObservedTint',
  'acceptedTint',
] as const satisfies readonly ColourToken[];

/**
 * Enhancement only: Apple Mail and Outlook.com honour it, and nothing rests on it. A cell is found by the colours it says,
 * as it has no class; all of them change together, or light text would stand on a light ground.
 */
const darkStyle = [
  '@media (prefers-color-scheme:dark){',
  ...grounds.map((g) => `[style*="background-color:${light[g]}"]{background-color:${dark[g]}!important}`),
  ...inks.map((ink) => `[style*=";color:${light[ink]}"]{color:${dark[ink]}!important}`),
  `a{color:${dark.accent}!important}}[data-ogsc] a{color:${dark.accent}!important}`,
].join('');

export function shell(subject: string, preheader: string, body: string): string {
  const hidden =
    'display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;opacity:0;color:transparent';
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escape(subject)}</title><style>${darkStyle}</style></head>` +
    `<body style="padding-top:0;padding-right:0;padding-bottom:0;padding-left:0;background-color:${light.surface2}">` +
    `<div style="${hidden}">${escape(preheader)}${'&#8199;&#65279;&#847;'.repeat(60)}</div>` +
    `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="width:100%"><tr><td align="center" bgcolor="${light.surface2}" style="background-color:${light.surface2}">` +
    '<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->' +
    `<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;width:100%"><tr><td bgcolor="${light.surface}" style="background-color:${light.surface}">${body}</td></tr></table>` +
    '<!--[if mso]></td></tr></table><![endif]--></td></tr></table></body></html>'
  );
}
