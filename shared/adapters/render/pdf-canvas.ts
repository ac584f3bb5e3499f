import { createRequire } from 'node:module';

import type { Drawing } from '../../core/reports/drawing.js';
import { inert, keepDates } from '../../core/reports/escape.js';
import { light, page as area, type, type ColourToken, type TypeToken } from '../../core/reports/tokens.js';
import type { Mark } from '../../core/reports/marks.js';
import type { Ref } from '../../../schemas/report-figures.js';

type Pdf = PDFKit.PDFDocument;
/** A structure element. */
export type Element = ReturnType<Pdf['struct']>;

/** A4 in points; the live area is the same on Letter, only furniture would move. */
export const paper = { width: 595.28, height: 841.89, left: 51.64, top: 84 } as const;
const bottom = paper.top + area.height;

/** How a run of text is set. */
export type Setting = { token: TypeToken; bold?: boolean; colour?: ColourToken };

export type Canvas = ReturnType<typeof openCanvas>;

const require = createRequire(import.meta.url);
const fonts = {
  regular: '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf',
  bold: '@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf',
  fallback: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
} as const;
type FontName = keyof typeof fonts;

/**
 * Pen, ruler and page turner over pdfkit: coordinates in points from the top left of the page. Everything drawn stands
 * either in a structure element or in an artifact (PDF/UA-1, 7.1).
 */
export function openCanvas(pdf: Pdf, root: Element) {
  for (const [name, path] of Object.entries(fonts)) pdf.registerFont(name, require.resolve(path));
  const covered = new Map<string, boolean>();
  const canvas: { y: number; section: Element; heading: { height: number; put: () => void } | null } = {
    y: paper.top,
    section: root,
    // A heading waits here for the first thing under it, so that both stand on one page.
    heading: null,
  };

  const has = (name: FontName, character: string): boolean => {
    const key = name + character;
    const known = covered.get(key);
    if (known !== undefined) return known;
    pdf.font(name);
    const { font } = (pdf as unknown as { _font: { font: { hasGlyphForCodePoint(code: number): boolean } } })
      ._font;
    const answer = font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
    covered.set(key, answer);
    return answer;
  };

  /** Runs of one font; what no font can show is shown as U+FFFD rather than as nothing. */
  const runsOf = (text: string, { token, bold }: Setting): { font: FontName; text: string }[] => {
    const primary: FontName = (bold ?? type[token].bold) ? 'bold' : 'regular';
    const runs: { font: FontName; text: string }[] = [];
    for (const character of text) {
      const font = has(primary, character) ? primary : 'fallback';
      const shown = font === primary || has('fallback', character) ? character : '\ufffd';
      const last = runs.at(-1);
      if (last?.font === font) last.text += shown;
      else runs.push({ font, text: shown });
    }
    return runs;
  };

  const width = (text: string, setting: Setting): number =>
    runsOf(text, setting).reduce(
      (sum, run) => sum + pdf.font(run.font).fontSize(type[setting.token].size).widthOfString(run.text),
      0,
    );

  /** Lines of at most `max` points. Breaks at spaces; only a word wider than a line is cut, so ids stay whole. */
  const wrap = (text: string, max: number, setting: Setting): string[] => {
    const lines: string[] = [];
    let line = '';
    for (const word of keepDates(inert(text)).split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (width(longer, setting) <= max) {
        line = longer;
        continue;
      }
      if (line !== '') lines.push(line);
      line = '';
      for (const character of word) {
        if (line !== '' && width(line + character, setting) > max) {
          lines.push(line);
          line = '';
        }
        line += character;
      }
    }
    return [...lines, line];
  };

  /** One line cut with an ellipsis where it does not fit: for furniture, whose full text stands on the cover. */
  const fit = (text: string, max: number, setting: Setting): string => {
    let shown = inert(text);
    while (shown.length > 1 && width(shown, setting) > max)
      shown = `${shown.replace(/…$/, '').slice(0, -1)}…`;
    return shown;
  };

  /** Sets one line with its top at `y`; the text sits centred in the token's line height. */
  const put = (text: string, x: number, y: number, setting: Setting): void => {
    const { size, line } = type[setting.token];
    let at = x;
    for (const run of runsOf(text, setting)) {
      pdf
        .font(run.font)
        .fontSize(size)
        .fillColor(light[setting.colour ?? 'ink']);
      // Both families share a baseline this way, whatever their ascents are.
      pdf.text(run.text, at, y + line * 0.5 + size * 0.34, { lineBreak: false, baseline: 'alphabetic' });
      at += pdf.widthOfString(run.text);
    }
  };

  /** Lines below each other; a space closes each but the last, so that words stay apart when read out. */
  const putLines = (lines: readonly string[], x: number, y: number, setting: Setting): void =>
    lines.forEach((line, i) =>
      put(i < lines.length - 1 ? `${line} ` : line, x, y + i * type[setting.token].line, setting),
    );

  const child = (parent: Element, kind: string, options: Record<string, unknown> = {}): Element => {
    const element = pdf.struct(kind, options);
    parent.add(element);
    return element;
  };

  /** Draws inside an element: what `draw` puts is that element's content. */
  const inside = (element: Element, kind: string, draw: () => void): void => {
    const content = pdf.markStructureContent(kind);
    draw();
    pdf.endMarkedContent();
    element.add(content);
  };

  const leaf = (
    parent: Element,
    kind: string,
    draw: () => void,
    options: Record<string, unknown> = {},
  ): Element => {
    const element = child(parent, kind, options);
    inside(element, kind, draw);
    return element;
  };

  const artifact = (draw: () => void, kind: 'Layout' | 'Pagination' = 'Layout'): void => {
    pdf.markContent('Artifact', { type: kind });
    draw();
    pdf.endMarkedContent();
  };

  const shapes = (drawing: Drawing, x: number, y: number): void => {
    for (const shape of drawing.shapes) {
      if (shape.shape === 'text') {
        const setting = { token: 'furniture', colour: shape.fill } as const;
        const shift = { start: 0, middle: 0.5, end: 1 }[shape.anchor] * width(shape.text, setting);
        put(shape.text, x + shape.x - shift, y + shape.y - 7, setting);
        continue;
      }
      pdf.save().translate(x, y);
      if (shape.shape === 'rect')
        pdf.rect(shape.x, shape.y, shape.width, shape.height).fill(light[shape.fill]);
      else {
        pdf.path(shape.path).lineWidth(shape.width ?? 1);
        if (shape.dash) pdf.dash(shape.dash[0], { space: shape.dash[1] });
        if (shape.fill && shape.stroke) pdf.fillAndStroke(light[shape.fill], light[shape.stroke]);
        else if (shape.fill) pdf.fill(light[shape.fill]);
        else pdf.stroke(light[shape.stroke ?? 'ink']);
      }
      pdf.restore();
    }
  };

  return Object.assign(canvas, {
    pdf,
    root,
    width,
    wrap,
    fit,
    put,
    putLines,
    child,
    inside,
    leaf,
    artifact,
    /** Points left on this page. */
    left: (): number => bottom - canvas.y,
    turn: (): void => {
      pdf.addPage();
      canvas.y = paper.top;
    },
    /** Goes to a new page unless so many points are left on this one; a waiting heading comes along, and is set first. */
    need: (height: number): void => {
      const { heading } = canvas;
      if (canvas.y + (heading?.height ?? 0) + height > bottom + 0.01 && canvas.y > paper.top) {
        pdf.addPage();
        canvas.y = paper.top;
      }
      canvas.heading = null;
      heading?.put();
    },
    /** A bookmark that leads to the cursor. */
    bookmark: (title: string): void => {
      // pdfkit measures `left` from the right edge; its types do not know the two options.
      const options = { top: canvas.y, left: paper.width };
      pdf.outline.addItem(inert(title), options as Parameters<typeof pdf.outline.addItem>[1]);
    },
    hairline: (
      y: number,
      colour: ColourToken,
      weight: number,
      x = paper.left,
      span: number = area.width,
    ): void =>
      artifact(
        () =>
          void pdf
            .moveTo(x, y)
            .lineTo(x + span, y)
            .lineWidth(weight)
            .stroke(light[colour]),
      ),
    box: (x: number, y: number, w: number, h: number, colour: ColourToken): void =>
      artifact(() => void pdf.rect(x, y, w, h).fill(light[colour])),
    mark: (mark: Mark, x: number, y: number, size: number, colour: ColourToken): void =>
      artifact(() => {
        pdf
          .save()
          .translate(x, y)
          .scale(size / 8)
          .path(mark.path);
        if (mark.fill) pdf.fill(light[colour]);
        else pdf.lineWidth(mark.stroke).stroke(light[colour]);
        pdf.restore();
      }),
    /** A drawing that carries meaning: a Figure with its sentence. */
    figure: (parent: Element, drawing: Drawing, x: number, y: number): void => {
      const bbox = [x, y, x + drawing.width, y + drawing.height];
      leaf(parent, 'Figure', () => shapes(drawing, x, y), { alt: drawing.alt, bbox });
    },
    /** A drawing whose text says nothing new, such as an axis. */
    decoration: (drawing: Drawing, x: number, y: number): void => artifact(() => shapes(drawing, x, y)),
    /** A reference: a link to its line in the list of references. */
    link: (parent: Element, ref: Ref, x: number, y: number, token: TypeToken): void => {
      if (ref.href === null) return;
      const setting = { token, colour: 'accent' } as const;
      const label = inert(ref.label);
      const element = leaf(parent, 'Link', () => put(label, x, y, setting));
      const options = { structParent: element, Contents: new String(`Reference ${label}`) };
      pdf.goTo(
        x,
        y,
        width(label, setting),
        type[token].line,
        `ref:${ref.label}`,
        options as unknown as PDFKit.Mixins.AnnotationOption,
      );
    },
  });
}
