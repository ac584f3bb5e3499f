import { dark, light, type ColourToken } from '../shared/core/reports/tokens.js';

/** What the reader chose; `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark';
const key = 'aispm.theme';

const properties = (tokens: Readonly<Record<ColourToken, string>>): string =>
  Object.entries(tokens)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

/** The colours of the reports, as custom properties under the same names. Paper is light, whatever the screen is. */
export function applyTokens(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    `:root{${properties(light)}}` +
      `@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${properties(dark)}}}` +
      `@media screen{:root[data-theme=dark]{${properties(dark)}}}`,
  );
  document.adoptedStyleSheets = [sheet];
}

export function theme(): Theme {
  const kept = localStorage.getItem(key);
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

export function setTheme(chosen: Theme): void {
  if (chosen === 'auto') {
    localStorage.removeItem(key);
    delete document.documentElement.dataset['theme'];
  } else {
    localStorage.setItem(key, chosen);
    document.documentElement.dataset['theme'] = chosen;
  }
}
