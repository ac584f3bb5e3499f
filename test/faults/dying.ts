/**
 * A process that dies at one I/O. Every port call of a service goes through here and is counted; at the chosen call it
 * dies before or after the call takes effect, and from then on every call fails, as in a process that is gone.
 */
export class Died extends Error {
  constructor() {
    super('the process died here');
    this.name = 'Died';
  }
}

export type Death = { at: number; when: 'before' | 'after' };

export type Process = {
  /** Calls made so far, as `port.method`. */
  calls: string[];
  wrap<T extends object>(port: string, target: T): T;
};

/** A process with at most one death in it. */
export function processWith(death: Death | null): Process {
  const calls: string[] = [];
  let dead = false;
  const call = async (name: string, run: () => unknown): Promise<unknown> => {
    if (dead) throw new Died();
    calls.push(name);
    const here = death !== null && calls.length - 1 === death.at;
    if (here && death.when === 'before') {
      dead = true;
      throw new Died();
    }
    const result = await run();
    if (here) {
      dead = true;
      throw new Died();
    }
    return result;
  };
  const wrap = <T extends object>(port: string, target: T): T =>
    new Proxy(target, {
      get(inner, member): unknown {
        const value: unknown = Reflect.get(inner, member);
        if (typeof value === 'object' && value !== null && isPort(member)) return wrap(String(member), value);
        if (typeof value !== 'function') return value;
        const bound = value.bind(inner) as (...args: unknown[]) => unknown;
        if (member === 'open') return (...args: unknown[]) => wrap('stores', bound(...args) as object);
        if (member === 'all') return bound;
        return (...args: unknown[]) => call(`${port}.${String(member)}`, () => bound(...args));
      },
    });
  return { calls, wrap };
}

const ports = new Set<string | symbol>([
  'evidence',
  'ledger',
  'quarantine',
  'tenant',
  'records',
  'unknownQuarantine',
  'mailBudget',
]);
const isPort = (member: string | symbol): boolean => ports.has(member);
