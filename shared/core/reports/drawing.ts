import type { ColourToken } from './tokens.js';

/** What SVG and PDF both draw. One unit is 1 px or 1 pt; a drawing is never scaled, so its text is never too small. */
export type Shape =
  | { shape: 'rect'; x: number; y: number; width: number; height: number; fill: ColourToken }
  | {
      shape: 'path';
      path: string;
      fill?: ColourToken;
      stroke?: ColourToken;
      width?: number;
      dash?: readonly [number, number];
    }
  | {
      shape: 'text';
      x: number;
      y: number;
      text: string;
      anchor: 'start' | 'middle' | 'end';
      fill: ColourToken;
    };

/** A drawing of fixed size with the sentence that says the same. */
export type Drawing = { width: number; height: number; shapes: readonly Shape[]; alt: string };

/** The smallest of {1, 2, 2.5, 5} × 10^k that is not below the value; 1 for 0. */
export function nice(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((s) => s * power >= value * (1 - 1e-12)) ?? 10;
  return Number((step * power).toPrecision(12));
}

/** Two decimals: enough for a printer, and equal on every machine. */
export const round = (value: number): number => Math.round(value * 100) / 100;
/** A straight path. */
export const line = (x1: number, y1: number, x2: number, y2: number) =>
  `M${round(x1)},${round(y1)} L${round(x2)},${round(y2)}`;

/** A circle as a path. */
export const dot = (x: number, y: number, r: number) =>
  `M${round(x - r)},${y} A${r},${r} 0 1 0 ${round(x + r)},${y} A${r},${r} 0 1 0 ${round(x - r)},${y} Z`;
