import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = fileURLToPath(new URL('../dist/console', import.meta.url));

const licences = 'licences.md';
const font = '@fontsource-variable/source-sans-3';

/** The core's one module that knows node:crypto is replaced by the one a browser can run; the rest of it is the same code. */
const browserHash = (): Plugin => ({
  name: 'browser-hash',
  enforce: 'pre',
  async resolveId(source, importer) {
    if (!source.endsWith('/hash.js')) return null;
    const found = await this.resolve(source, importer, { skipSelf: true });
    return found?.id.endsWith('/shared/core/kernel/hash.ts') === true ? join(here, 'browser-hash.ts') : null;
  },
});

/** Compressed once here and not at every request: the Functions host compresses nothing. */
const compressed = (): Plugin => ({
  name: 'compressed',
  async closeBundle() {
    const files = await readdir(out, { recursive: true });
    const texts = files.filter((file) => /\.(html|js|css|svg)$/.test(file)).map((file) => join(out, file));
    await Promise.all(
      texts.map(async (file) => {
        const bytes = await readFile(file);
        await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes));
        await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
      }),
    );
  },
});

/** The font is no code, so the list of licences that the bundler makes does not know it. */
const fontLicence = (): Plugin => ({
  name: 'font-licence',
  async closeBundle() {
    const licence = await readFile(createRequire(import.meta.url).resolve(`${font}/LICENSE`), 'utf8');
    await appendFile(join(out, licences), `\n## ${font}: Source Sans 3 (OFL-1.1)\n\n${licence}`);
  },
});

export default defineConfig({
  root: here,
  base: '/api/console/',
  logLevel: 'warn',
  plugins: [browserHash(), fontLicence(), compressed()],
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    // Everything is a file of ours: the policy of the page knows no data address for a script or a font.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: licences },
  },
});
