import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/* The console as `npm run build` left it. */

const folder = new URL('../../dist/console/', import.meta.url);
const page = readFileSync(new URL('index.html', folder), 'utf8');
const script = /src="\/api\/console\/(assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
const style = /href="\/api\/console\/(assets\/[^"]+\.css)"/.exec(page)?.[1] ?? '';
const font = readdirSync(new URL('assets/', folder)).filter((name) => name.endsWith('.woff2'));

describe('the built console', () => {
  it('shows its first view for less than 150 KB on the wire: page, script, style and font', () => {
    expect([script, style].includes('')).toBe(false);
    // A font is compressed in itself.
    const files = ['index.html.gz', `${script}.gz`, `${style}.gz`, ...font.map((name) => `assets/${name}`)];
    const bytes = files.map((name) => statSync(new URL(name, folder)).size).reduce((a, b) => a + b, 0);
    expect(bytes).toBeLessThan(150_000);
  });

  it('holds no script or style in the page, and names nothing of another host', () => {
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*src=)/);
    expect(page.match(/(?:src|href)="([^"]+)"/g)?.every((link) => /="\/api\/console\//.test(link))).toBe(
      true,
    );
    expect(readFileSync(new URL(style, folder), 'utf8')).not.toMatch(/url\(["']?(?:https?:)?\/\//);
  });

  it('fetches the library of Entra and the code that verifies only when they are needed', () => {
    const first = readFileSync(new URL(script, folder), 'utf8');
    expect(first).not.toContain('PublicClientApplication');
    expect(first).toMatch(/import\([`'"][^`'"]*verification/);
    expect(page).not.toMatch(/entra|verification/);
  });

  it('names the licence of everything it bundles', () => {
    const licences = readFileSync(new URL('licences.md', folder), 'utf8');
    for (const name of ['preact', '@azure/msal-browser', '@noble/ed25519', 'zod', 'Source Sans 3'])
      expect(licences).toContain(name);
  });
});
