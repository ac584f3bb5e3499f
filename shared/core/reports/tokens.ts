import type { Status } from '../../../schemas/report-figures.js';

/** Colours by role, for light and dark surfaces. A test recomputes every contrast the roles promise. */
export const light = {
  surface: '#FFFFFF',
  surface2: '#F3F5F7',
  ink: '#14181F',
  ink2: '#424B57',
  ink3: '#5A6472',
  accent: '#0B4F8A',
  onTarget: '#1B6B3A',
  attention: '#7A5200',
  offTarget: '#A61B1B',
  notObserved: '#525C69',
  accepted: '#5B3A8C',
  rule: '#C9CFD6',
  ruleStrong: '#7A8490',
  bar: '#1F2A37',
  range1: '#C2C8D0',
  range2: '#DADEE3',
  range3: '#EDEFF2',
  onTargetTint: '#E6F2EA',
  attentionTint: '#FBF0D9',
  offTargetTint: '#FBE9E7',
  notObservedTint: '#ECEFF2',
  acceptedTint: '#EFEAF7',
} as const;

export type ColourToken = keyof typeof light;

export const dark: Record<ColourToken, string> = {
  surface: '#12161C',
  surface2: '#1B212A',
  ink: '#F2F4F7',
  ink2: '#C5CCD6',
  ink3: '#A3ADBA',
  accent: '#7DB8F0',
  onTarget: '#6FCF97',
  attention: '#F2C14E',
  offTarget: '#FF8A80',
  notObserved: '#AEB8C4',
  accepted: '#C3A6F2',
  rule: '#3A4350',
  ruleStrong: '#7F8A98',
  bar: '#E6EAEF',
  range1: '#4A5462',
  range2: '#37404C',
  range3: '#28303A',
  onTargetTint: '#13291C',
  attentionTint: '#2E2410',
  offTargetTint: '#33171A',
  notObservedTint: '#232A33',
  acceptedTint: '#261F36',
};

/** Type steps in points: size, line, and whether bold. Nothing is set smaller than `furniture`. */
export const type = {
  furniture: { size: 7.5, line: 9, bold: false },
  table: { size: 8.5, line: 12, bold: false },
  body: { size: 10, line: 15, bold: false },
  lead: { size: 12, line: 15, bold: true },
  h2: { size: 14, line: 18, bold: true },
  h1: { size: 18, line: 24, bold: true },
  figure: { size: 24, line: 30, bold: true },
} as const;
export type TypeToken = keyof typeof type;

/** The live area in points: 12 columns of 30 with gutters of 12; 44 lines of 15. The same on A4 and Letter. */
export const page = { width: 492, height: 660, column: 30, gutter: 12, baseline: 15 } as const;

/** Colour family of a status; its words and shape carry the meaning, the colour only repeats it. */
export function toneOf(status: Status): 'onTarget' | 'attention' | 'offTarget' | 'notObserved' | 'accepted' {
  switch (status) {
    case 'on_target':
    case 'enforced':
      return 'onTarget';
    case 'needs_attention':
    case 'shadowed':
    case 'stale':
      return 'attention';
    case 'off_target':
    case 'missing':
    case 'blocked':
      return 'offTarget';
    case 'accepted':
      return 'accepted';
    case 'not_enough_evidence':
    case 'not_observed':
    case 'not_applicable':
    case 'no_target':
      return 'notObserved';
  }
}

/** Relative luminance contrast of two #RRGGBB colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const channel = (from: number): number => {
      const value = parseInt(colour.slice(from, from + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  };
  const [one, other] = [luminance(a), luminance(b)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}
