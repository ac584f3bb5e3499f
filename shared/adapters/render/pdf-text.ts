import type { Ref } from '../../../schemas/report-figures.js';
import { page as area, type } from '../../core/reports/tokens.js';
import { paper, type Canvas, type Element, type Setting } from './pdf-canvas.js';

type Placing = { x?: number; width?: number; ref?: Ref | undefined; kind?: string };

/** A reference that is withheld takes no room. */
export const shown = (ref: Ref | undefined): Ref | undefined => (ref?.href === null ? undefined : ref);

/** Lines of a text with its reference as its last word. */
function layout(canvas: Canvas, text: string, ref: Ref | undefined, width: number, setting: Setting) {
  const lines = canvas.wrap(text, width, setting);
  if (!ref) return { lines, refX: 0, refLine: 0, height: lines.length * type[setting.token].line };
  const end = canvas.width(`${lines.at(-1) ?? ''} `, setting);
  const fits = end + canvas.width(ref.label, { token: 'table' }) <= width;
  const count = lines.length + (fits ? 0 : 1);
  return { lines, refX: fits ? end : 0, refLine: count - 1, height: count * type[setting.token].line };
}

/** Sets a paragraph at the cursor and moves the cursor below it. It stays on one page unless it is longer than one. */
export function putParagraph(
  canvas: Canvas,
  parent: Element,
  text: string,
  setting: Setting,
  placing: Placing,
): void {
  const { x = paper.left, width = area.width, kind = 'P' } = placing;
  const ref = shown(placing.ref);
  const { line } = type[setting.token];
  const { lines, refX, refLine, height } = layout(canvas, text, ref, width, setting);
  canvas.need(Math.min(height, area.height));
  const { y } = canvas;
  const element = canvas.leaf(parent, kind, () =>
    canvas.putLines(ref ? [...lines.slice(0, -1), `${lines.at(-1)} `] : lines, x, y, setting),
  );
  // A reference is set smaller than body text; half the difference of the lines puts both on one baseline.
  if (ref)
    canvas.link(
      element,
      ref,
      x + refX,
      y + refLine * line + (line - 12) * 0.5 + (type[setting.token].size - 8.5) * 0.34,
      'table',
    );
  canvas.y += height;
}

export type ListItem = {
  label: string;
  parts: readonly { text: string; setting: Setting; ref?: Ref | undefined }[];
};

/** Sets a list; an item never splits. The label hangs left of its body. */
export function putList(
  canvas: Canvas,
  items: readonly ListItem[],
  x: number,
  width: number,
  between: number,
): void {
  const list = canvas.child(canvas.section, 'L');
  const indent = 16;
  for (const item of items) {
    const height = item.parts.reduce(
      (sum, { text, setting, ref }) => sum + layout(canvas, text, shown(ref), width - indent, setting).height,
      0,
    );
    canvas.need(Math.min(height, area.height));
    const { y } = canvas;
    const entry = canvas.child(list, 'LI');
    const setting: Setting = { token: 'body', bold: item.label !== '•', colour: 'ink3' };
    canvas.leaf(entry, 'Lbl', () => canvas.put(`${item.label} `, x, y, setting));
    const body = canvas.child(entry, 'LBody');
    for (const { text, setting: own, ref } of item.parts)
      putParagraph(canvas, body, text, own, { x: x + indent, width: width - indent, ref });
    canvas.y += between;
  }
}
