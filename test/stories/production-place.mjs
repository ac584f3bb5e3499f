/*
 * The one thing that a machine of ours can never be is a place in production: whatever runs against loopback addresses is
 * a rehearsal, and no setting says otherwise. A process that loads this with `--import` takes the place for production,
 * and nothing else is changed: every rule of the app is the compiled one.
 */
import { register } from 'node:module';

const hooks = `
export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!new URL(url).pathname.endsWith('/shared/configuration.js')) return loaded;
  const source = String(loaded.source);
  const rule = 'export function isRehearsal(';
  if (!source.includes(rule)) throw new Error('the rule of rehearsal is not where it was');
  return { ...loaded, source: source.replace(rule, rule + ') { return false; }\\nfunction asItIs(') };
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
