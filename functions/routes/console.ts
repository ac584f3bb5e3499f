import { z } from 'zod';

import type { RouteTable } from '../http/route.js';

export const consoleRoutes = {
  readConsole: {
    method: 'GET',
    path: 'console/{*path}',
    access: {
      public: 'the same files for everybody; what a page shows it asks for with the token of its reader',
    },
    summary: 'The console: its page for every address of it, and the files that the page is made of.',
    ignoresQuery: true,
    params: z.strictObject({ path: z.string().max(2000).optional() }),
    answers: { 200: { description: 'The page, or the file.', contentType: 'text/html' } },
    problems: ['not_found'],
  },
} as const satisfies RouteTable;
