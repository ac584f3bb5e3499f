import type { Drawing, Shape } from './drawing.js';
import { escape } from './escape.js';
import { markOf } from './marks.js';
import type { Status } from '../../../schemas/report-figures.js';
import { toneOf } from './tokens.js';

const paint = (token: string | undefined) => (token === undefined ? 'none' : `var(--${token})`);

function element(shape: Shape): string {
  switch (shape.shape) {
    case 'rect':
      return `<rect x="${shape.x}" y="${shape.y}" width="${shape.width}" height="${shape.height}" fill="${paint(shape.fill)}"/>`;
    case 'text':
      return `<text x="${shape.x}" y="${shape.y}" text-anchor="${shape.anchor}" font-size="10" fill="${paint(shape.fill)}">${escape(shape.text)}</text>`;
    case 'path': {
      const dash = shape.dash ? ` stroke-dasharray="${shape.dash.join(' ')}"` : '';
      const stroke = shape.stroke
        ? ` stroke="${paint(shape.stroke)}" stroke-width="${shape.width ?? 1}"${dash}`
        : '';
      return `<path d="${shape.path}" fill="${paint(shape.fill)}"${stroke}/>`;
    }
  }
}

/**
 * A drawing as inline SVG, coloured by the page's custom properties so that it follows light and dark. With `id` it is an
 * image with title and description; without, its neighbours already say it and it is hidden from readers.
 */
export function svg(drawing: Drawing, id?: string, title?: string): string {
  const { width, height, shapes, alt } = drawing;
  const named =
    id === undefined || title === undefined
      ? 'aria-hidden="true"'
      : `role="img" aria-labelledby="${id}-t ${id}-d"`;
  const said =
    id === undefined || title === undefined
      ? ''
      : `<title id="${id}-t">${escape(title)}</title><desc id="${id}-d">${escape(alt)}</desc>`;
  return `<svg ${named} width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${said}${shapes.map(element).join('')}</svg>`;
}

/** The mark of a status as inline SVG; the word beside it is the text. */
export function markSvg(status: Status, size: number): string {
  const mark = markOf(status);
  const colour = `var(--${toneOf(status)})`;
  const stroke = mark.stroke > 0 ? ` stroke="${colour}" stroke-width="${mark.stroke}"` : '';
  return `<svg class="mark" aria-hidden="true" width="${size}" height="${size}" viewBox="0 0 8 8"><path d="${mark.path}" fill="${mark.fill ? colour : 'none'}"${stroke}/></svg>`;
}
