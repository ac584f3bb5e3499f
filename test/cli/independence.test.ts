import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

/** Where the service verifies what it stored, by what `aispm verify` runs: signing goes no further. */
const verifies = 'shared/usecases/archive/open-archive.ts';

/** Our files that run when this one does: imports of types alone are no code. */
function closureOf(entries: readonly string[]): Set<string> {
  const found = new Set<string>();
  const rest = [...entries];
  for (let file = rest.pop(); file !== undefined; file = rest.pop()) {
    if (found.has(file) || file === verifies) continue;
    found.add(file);
    const text = readFileSync(join(root, file), 'utf8');
    const imports = text.matchAll(/^(?:import|export)\s+(?!type\b)[^'"`;]*?from\s*['"](\.[^'"]+)['"]/gms);
    for (const [, specifier = ''] of imports)
      rest.push(normalize(join(dirname(file), specifier)).replace(/\.js$/, '.ts'));
  }
  return found;
}

it('what verifies and what signs have nothing in common but the kernel and the schemas', () => {
  const signing = [
    'shared/usecases/log/checkpoints.ts',
    'shared/usecases/readiness/gate.ts',
    'shared/usecases/reviews/make-review.ts',
    'shared/usecases/archive/close-archive.ts',
    'shared/usecases/reports/render-report.ts',
    'shared/adapters/key-ring.ts',
  ];
  for (const file of [...signing, verifies]) expect(existsSync(join(root, file))).toBe(true);
  const verifying = closureOf(['shared/cli/verify.ts']);
  const common = [...closureOf(signing)].filter((file) => verifying.has(file));
  expect(common.filter((file) => !/^(?:schemas|shared\/core\/kernel)\//.test(file))).toEqual([]);
  expect(verifying.has('shared/core/kernel/hash.ts')).toBe(true);
});
