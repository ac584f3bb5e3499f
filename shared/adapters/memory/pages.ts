import type { Pages } from '../../ports.js';

/** Files of the console given as text. */
export const memoryPages = (files: Readonly<Record<string, string>>): Pages => ({
  file: (name) => {
    const text = Object.hasOwn(files, name) ? files[name] : undefined;
    return Promise.resolve(
      text === undefined
        ? null
        : { contentType: 'text/html; charset=utf-8', bytes: new TextEncoder().encode(text), encoded: {} },
    );
  },
});
