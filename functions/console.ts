import type { ConsoleSettings } from '../schemas/answers/console.js';
import { isRehearsal, type Configuration } from '../shared/configuration.js';
import { toBase64, utf8 } from '../shared/core/kernel/bytes.js';
import { sha256 } from '../shared/core/kernel/hash.js';
import { isLoopback } from '../shared/core/kernel/loopback.js';
import { Refusal } from '../shared/core/kernel/refusal.js';
import { style } from '../shared/core/reports/html-style.js';
import type { Encoding, PageFile } from '../shared/ports.js';
import type { Services } from '../shared/services.js';
import { serveAll } from './http/http.js';
import type { RouteHandlers } from './http/route.js';
import { consoleRoutes } from './routes/console.js';

/** Names of the files that are more than the page: everything else below the console is an address of the page. */
const isFile = (path: string): boolean => path.startsWith('assets/') || path === 'licences.md';

/** How the console signs its reader in: Entra where it has an application, the issuer of the local stack, or not at all. */
export function consoleSettings(configuration: Configuration): ConsoleSettings {
  const { TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience, CONSOLE_CLIENT_ID: clientId } = configuration;
  const rehearsal = isRehearsal(configuration);
  if (isLoopback(issuer)) return { signIn: { kind: 'local', issuer, clientId: 'console' }, rehearsal };
  if (clientId === undefined) return { signIn: null, rehearsal };
  // An Entra issuer is its authority and a version: https://login.microsoftonline.com/<directory>/v2.0
  const authority = issuer.replace(/\/v2\.0\/?$/, '');
  return { signIn: { kind: 'entra', authority, clientId, scope: `${audience}/.default` }, rehearsal };
}

/**
 * The page shows a report's file in a frame that may do nothing, and a frame made of text inherits this policy
 * (HTML, 7.6.2.1): so the one style that those files hold is named here by its digest, and no other is let in.
 */
const reportStyle = `'sha256-${toBase64(sha256(utf8(style)))}'`;

/** Nothing but our own files, no inline script, no style but one; calls go to this service and to the token issuer. */
function policyFor({ signIn }: ConsoleSettings): string {
  const issuer =
    signIn === null ? '' : ` ${new URL(signIn.kind === 'local' ? signIn.issuer : signIn.authority).origin}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${reportStyle}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${issuer}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Best coding that both sides know. A quality of nought is not looked for: no browser sends one for these. */
const codingFor = (file: PageFile, accepted: string): Encoding | undefined =>
  (['br', 'gzip'] as const).find(
    (coding) => file.encoded[coding] !== undefined && new RegExp(`\\b${coding}\\b`).test(accepted),
  );

export const handlers: RouteHandlers<typeof consoleRoutes> = {
  readConsole: async ({ params: { path = '' }, headers }, { pages, configuration }) => {
    const settings = consoleSettings(configuration);
    if (path === 'settings.json') return { status: 200, body: settings };
    const file = await pages.file(isFile(path) ? path : 'index.html');
    if (file === null) throw new Refusal('not_found', 'the console has no such file');
    const coding = codingFor(file, headers['accept-encoding'] ?? '');
    return {
      status: 200,
      body: (coding === undefined ? undefined : file.encoded[coding]) ?? file.bytes,
      headers: {
        'Content-Type': file.contentType,
        'Content-Security-Policy': policyFor(settings),
        // A file among the assets has its digest in its name.
        'Cache-Control': path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        Vary: 'Accept-Encoding',
        ...(coding === undefined ? {} : { 'Content-Encoding': coding }),
      },
    };
  },
};

export const register = (services: Services): void => serveAll(services, consoleRoutes, handlers);
