import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import { inMemory } from './in-memory.js';
import { circles, files, importsOf, root, targetOf, textOf, withoutComments } from './sources.js';

/*
 * The layers as data. A rule names the files it speaks of by prefix, and what they may import: prefixes of our own files,
 * and names of packages. What no rule names may not be imported.
 */

/** Core stages, left to right: a stage imports from `schemas` and from the stages to its left. */
const stages = [
  'kernel',
  'ingest',
  'log',
  'projections',
  'posture',
  'reviews',
  'reports',
  'delivery',
  'readiness',
  'journey',
];

type Rule = { files: string; ours: readonly string[]; packages: readonly string[] };

const rules: readonly Rule[] = [
  { files: 'schemas/', ours: ['schemas/'], packages: ['zod'] },
  ...stages.map((stage, i) => ({
    files: `shared/core/${stage}/`,
    ours: ['schemas/', ...stages.slice(0, i + 1).map((s) => `shared/core/${s}/`)],
    packages: ['zod', ...(stage === 'kernel' ? ['canonicalize'] : [])],
  })),
  { files: 'shared/ports.ts', ours: ['schemas/', 'shared/core/'], packages: [] },
  { files: 'shared/version.ts', ours: [], packages: [] },
  { files: 'shared/configuration.ts', ours: ['schemas/', 'shared/core/kernel/'], packages: ['zod'] },
  {
    files: 'shared/usecases/',
    ours: ['schemas/', 'shared/core/', 'shared/ports.ts', 'shared/usecases/'],
    packages: ['zod'],
  },
  {
    files: 'shared/adapters/',
    ours: ['schemas/', 'shared/core/', 'shared/ports.ts', 'shared/adapters/'],
    packages: [
      '@azure/',
      '@opentelemetry/',
      'cron-parser',
      'csv-stringify/',
      'fflate',
      'jose',
      'nodemailer/',
      'pdfkit',
      'write-excel-file/',
      'zod',
      'node:',
    ],
  },
  {
    files: 'shared/services.ts',
    ours: [
      'schemas/',
      'shared/core/kernel/',
      'shared/adapters/',
      'shared/ports.ts',
      'shared/configuration.ts',
    ],
    packages: ['@azure/identity', 'node:crypto'],
  },
  {
    files: 'shared/cli/',
    ours: [
      'schemas/',
      'shared/core/',
      'shared/usecases/',
      'shared/ports.ts',
      'shared/adapters/',
      'shared/services.ts',
      'shared/configuration.ts',
      'shared/cli/',
    ],
    packages: ['node:', 'zod', 'jose', 'fflate'],
  },
  {
    // A page over the API: types of answers, the reports' drawing and wording, and the code that verifies.
    files: 'console/',
    ours: [
      'schemas/',
      'shared/core/kernel/',
      ...['checks', 'sample-mark', 'trust', 'verify-event'].map((name) => `shared/core/log/${name}.ts`),
      'shared/core/readiness/verify-archive.ts',
      'shared/adapters/render/zip.ts',
      ...[
        'bullet',
        'charts',
        'drawing',
        'escape',
        'format',
        'manifest',
        'marks',
        'review/lines',
        'sentences',
        'svg',
        'titles',
        'tokens',
      ].map((name) => `shared/core/reports/${name}.ts`),
      'console/',
    ],
    packages: [
      'preact',
      'preact/',
      'zod',
      'eventsource-parser',
      '@azure/msal-browser',
      '@noble/',
      'vite',
      'node:',
    ],
  },
  {
    files: 'functions/',
    ours: [
      'schemas/',
      'shared/core/',
      'shared/usecases/',
      'shared/ports.ts',
      'shared/services.ts',
      'shared/configuration.ts',
      'shared/version.ts',
      'functions/',
    ],
    packages: ['@azure/functions', 'durable-functions', 'zod'],
  },
];

function offences(rule: Rule): string[] {
  return files
    .filter((file) => file.startsWith(rule.files))
    .flatMap((file) =>
      importsOf(file)
        .filter((specifier) =>
          specifier.startsWith('.')
            ? !rule.ours.some((prefix) => targetOf(file, specifier).startsWith(prefix))
            : !rule.packages.some(
                (name) => specifier === name || (/[/:]$/.test(name) && specifier.startsWith(name)),
              ),
        )
        .map((specifier) => `${file} imports ${specifier}`),
    );
}

describe('imports go one way', () => {
  for (const rule of rules) {
    it(`${rule.files} imports only from its left`, () => {
      // kernel/hash.ts alone knows node:crypto; a browser build replaces it.
      const found = offences(rule).filter((o) => o !== 'shared/core/kernel/hash.ts imports node:crypto');
      expect(found).toEqual([]);
    });
  }

  it('and never in a circle: what a file needs can be read before it', () => {
    expect(circles()).toEqual([]);
  });

  it('every source file stands under a rule, so a new folder cannot slip past them', () => {
    const free = files.filter(
      (f) => /^(schemas|shared|functions|console)\//.test(f) && !rules.some((r) => f.startsWith(r.files)),
    );
    expect(free).toEqual([]);
  });

  it('nothing deployed imports the stand-ins, and the stand-ins do not import our core', () => {
    const deployed = files.filter((f) => /^(schemas|shared|functions|console)\//.test(f));
    expect(deployed.filter((f) => importsOf(f).some((s) => targetOf(f, s).startsWith('infra/')))).toEqual([]);
    const local = files.filter((f) => f.startsWith('infra/local/'));
    const core = local.filter((f) =>
      importsOf(f).some((s) => s.startsWith('.') && /^(shared|schemas|functions)\//.test(targetOf(f, s))),
    );
    expect(core).toEqual([]);
  });

  it('which names are this machine stands once for what is deployed, and once for the stand-ins', () => {
    const sources = files.filter((f) => /^(schemas|shared|functions|console|infra)\//.test(f));
    const found = sources.filter((f) => withoutComments(textOf(f)).includes("'[::1]'"));
    expect(found.sort()).toEqual(['infra/local/exchange.ts', 'shared/core/kernel/loopback.ts']);
  });

  it('the core has no clock, no randomness and no environment', () => {
    const impure =
      /\bDate\.now\b|new Date\(\)|\bMath\.random\b|\bprocess\.|\brandomUUID\b|\bconsole\.|\bawait\b|\bsetTimeout\b/;
    const found = files.filter(
      (f) => f.startsWith('shared/core/') && impure.test(withoutComments(textOf(f))),
    );
    expect(found).toEqual([]);
  });

  it('what stands in functions/ itself registers a function when index.ts calls it, and never by being imported', () => {
    const entry = textOf('functions/index.ts');
    const triggers = files.filter((f) => /^functions\/[^/]+\.ts$/.test(f) && f !== 'functions/index.ts');
    expect(triggers.length).toBeGreaterThan(30);
    expect(triggers.filter((f) => !/export (function|const) register\b/.test(textOf(f)))).toEqual([]);
    expect(triggers.filter((f) => !entry.includes(`'./${f.slice('functions/'.length, -3)}.js'`))).toEqual([]);
  });
});

describe('files stay small', () => {
  const caps: readonly [prefix: RegExp, lines: number][] = [
    // Declarations only, and by design on one page.
    [/^shared\/ports\.ts$/, 320],
    [/^shared\/core\//, 150],
    [/^functions\/[^/]+\.ts$/, 80],
    [/^infra\/local\//, 400],
    [/^(shared|functions|schemas|console)\//, 250],
    [/^test\//, 300],
  ];
  const isData = (file: string): boolean => /catalogue\.ts$|fixtures?(\.ts$|\/)/.test(file);
  it('counting lines that are neither blank nor comment', () => {
    const found = files.flatMap((file) => {
      const cap = caps.find(([prefix]) => prefix.test(file))?.[1];
      const lines = withoutComments(textOf(file))
        .split('\n')
        .filter((line) => line.trim() !== '').length;
      return cap !== undefined && lines > cap && !isData(file) ? [`${file}: ${lines} of ${cap}`] : [];
    });
    expect(found).toEqual([]);
  });

  it('no barrels but the two entry points, and no drawer names', () => {
    expect(
      files.filter((f) => /\/index\.ts$/.test(f) && !['functions/index.ts', 'schemas/index.ts'].includes(f)),
    ).toEqual([]);
    expect(files.filter((f) => /(^|\/)(utils?|helpers?|common|misc|manager)s?(\.ts|\/)/.test(f))).toEqual([]);
  });
});

describe('tests that share a process', () => {
  it('start nothing that outlives them and change nothing that the next one meets', () => {
    const leaves =
      /\bvi\.(useFake|stub|spyOn|mock|setSystem)|process\.(env\b[^;]*[^=!]=[^=]|chdir|on\()|globalThis\.|\bstart(Stack|Host)\b|child_process/;
    const found = files.filter((file) => {
      const [, folder = '', name = ''] = /^test\/([\w-]+)\/([\w-]+)\.test\.ts$/.exec(file) ?? [];
      return inMemory[folder]?.includes(name) === false && leaves.test(textOf(file));
    });
    expect(found).toEqual([]);
  });
});

describe('the top level is the design’s', () => {
  const fixed = [
    'functions',
    'shared',
    'console',
    'infra',
    'schemas',
    'test',
    'host.json',
    'local.settings.sample.json',
    'package.json',
    'tsconfig.json',
    'README.md',
  ];
  const insisted = [
    'package-lock.json',
    'azure.yaml',
    '.funcignore',
    '.gitignore',
    '.ci',
    '.github',
    'LICENSE',
    'CHANGELOG.md',
  ];

  it('nothing else stands there', () => {
    const names = new Set(
      execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
        .split('\n')
        .filter(Boolean)
        .map((f) => f.split('/')[0] ?? ''),
    );
    expect([...names].filter((name) => !fixed.includes(name) && !insisted.includes(name))).toEqual([]);
  });
});
