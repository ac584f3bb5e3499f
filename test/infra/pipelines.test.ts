import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { azureCheckQuerySchema } from '../../schemas/pipelines.js';

/*
 * The pipelines as data: a person's slip in YAML is found here and not at the next release.
 */

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

type Step = {
  uses?: string;
  run?: string;
  script?: string;
  task?: string;
  if?: string;
  checkout?: string;
  persistCredentials?: boolean;
  with?: Record<string, unknown>;
  inputs?: Record<string, unknown>;
};
type Job = {
  environment?: string;
  needs?: string | string[];
  with?: Record<string, unknown>;
  variables?: Record<string, string>[];
  uses?: string;
  permissions?: Record<string, string>;
  steps?: Step[];
  'timeout-minutes'?: number;
};
type Workflow = { permissions: Record<string, string>; jobs: Record<string, Job> };
type Stage = {
  stage?: string;
  template?: string;
  dependsOn?: string | string[];
  jobs?: (Job & {
    deployment?: string;
    strategy?: { runOnce: { deploy: { steps: Step[] }; on: { failure: { steps: Step[] } } } };
  })[];
};

const folder = '.github/workflows/';
const texts = Object.fromEntries(
  readdirSync(new URL(folder, root)).map((name) => [name, read(folder + name)]),
);
const workflows = Object.fromEntries(
  Object.entries(texts).map(([name, text]) => [name, parse(text, { strict: true }) as Workflow]),
);
const jobs = Object.entries(workflows).flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => ({ at: `${file} ${name}`, job })),
);
const workflow = (name: string): Workflow => {
  const found = workflows[name];
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};
const stepsOf = (file: string, job: string): Step[] => workflow(file).jobs[job]?.steps ?? [];
/** Where the first step stands that matches. */
const place = (steps: readonly Step[], pattern: RegExp): number =>
  steps.findIndex((step) => pattern.test(JSON.stringify(step)));
const inOrder = (steps: readonly Step[], patterns: readonly RegExp[]): void => {
  const places = patterns.map((pattern) => place(steps, pattern));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
};

describe('GitHub', () => {
  it('runs no action but those of one commit, named with its version', () => {
    const used = Object.values(texts).flatMap((text) =>
      [...text.matchAll(/uses: (.+)/g)].map(([, it]) => it ?? ''),
    );
    expect(used.length).toBeGreaterThan(10);
    const loose = used.filter(
      (it) => !it.startsWith('./') && !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(it),
    );
    expect(loose).toEqual([]);
  });

  it('stores no secret: Azure is reached by federation, and only by jobs of an environment', () => {
    for (const text of Object.values(texts))
      expect(text).not.toMatch(/secrets\.|password|client-secret|creds:/i);
    for (const { at, job } of jobs) {
      if (!job.steps?.some(({ uses }) => uses?.startsWith('azure/login@'))) continue;
      expect(job.environment, at).toMatch(/inputs\.environment/);
      expect(job.permissions, at).toMatchObject({ 'id-token': 'write' });
    }
  });

  it('gives a job the right to read and nothing else, unless the job says so', () => {
    for (const [name, { permissions }] of Object.entries(workflows))
      expect(permissions, name).toEqual({ contents: 'read' });
    for (const { at, job } of jobs) expect(job.permissions?.['contents'] ?? 'read', at).toBe('read');
  });

  it('leaves no token behind and runs for a bounded time', () => {
    for (const { at, job } of jobs) {
      for (const step of job.steps ?? [])
        if (step.uses?.startsWith('actions/checkout@'))
          expect(step.with?.['persist-credentials'], at).toBe(false);
      if (job.uses === undefined) expect(job['timeout-minutes'], at).toBeGreaterThan(0);
    }
  });

  it('audits what is deployed, makes the package once, and signs where it and its parts came from', () => {
    expect(place(stepsOf('ci.yml', 'dependencies'), /npm audit --omit=dev/)).toBeGreaterThan(-1);
    expect(place(stepsOf('ci.yml', 'check'), /\.ci\/run/)).toBeGreaterThan(-1);
    inOrder(stepsOf('deploy.yml', 'package'), [
      /npm ci/,
      /npm audit --omit=dev/,
      /infra\/package\.sh/,
      /attest-build-provenance/,
      /attest-sbom/,
      /upload-artifact/,
    ]);
  });

  it('shows what would change before anyone is asked, then deploys what was signed, and tries it', () => {
    const { jobs } = workflow('deploy-environment.yml');
    expect(jobs['deploy']?.needs).toBe('preview');
    expect(place(jobs['preview']?.steps ?? [], /deploy\.sh .*preview/)).toBeGreaterThan(-1);
    const steps = jobs['deploy']?.steps ?? [];
    inOrder(steps, [
      /attestation verify/,
      /azure\/login/,
      /deploy\.sh .*resources/,
      /package package\/app\.zip/,
      /previous\/app\.zip/,
    ]);
    const back = steps[place(steps, /package previous\/app\.zip/)];
    expect(back?.if).toMatch(/^failure\(\) && steps\.package\.outcome == 'failure'/);
    expect(read('infra/deploy.sh')).toMatch(/deploy_package\(\) \{[^}]*infra\/smoke\.sh/);
  });

  it('validates a release: four packets verified, the decision asked for, and blockers fail the run', () => {
    const file = 'validate-azure-aispm-production.yml';
    const steps = stepsOf(file, 'validate');
    inOrder(steps, [
      /azure\/login/,
      /main\.js deployment/,
      /readiness\/packets/,
      /main\.js gate/,
      /upload-artifact/,
    ]);
    const look = steps[place(steps, /main\.js deployment/)]?.run ?? '';
    expect(look).toMatch(/umask 077\naz keyvault secret show --id "\$SIGNING_KEY"/);
    expect(look).toContain('main.js deployment --environment production ');
    expect(look).toMatch(/--source "\$SOURCE" --key \S+ --release "\$RELEASE" --digest "\$DIGEST"\n$/);
    const packets = steps[place(steps, /The four packets/)]?.run ?? '';
    expect(packets).toContain('verify --keys readiness/keys.json readiness/packets.json');
    expect(packets).toMatch(/length' readiness\/packets\.json\)" = 4/);
    const decision = steps[place(steps, /main\.js gate/)];
    for (const option of ['--target production', '--release', '--digest', '--built-at', '--keys', '--wait'])
      expect(decision?.run).toContain(option);
    // Nothing swallows its exit: 1 for blockers and 2 for an answer that cannot be believed both end the job.
    expect(decision?.run).not.toMatch(/\|\||continue-on-error|set \+e|\|\s/);
    expect(JSON.stringify(workflow(file))).not.toContain('continue-on-error');
    // What a caller hands in reaches a shell by the environment alone.
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });

  it('goes to production through staging only', () => {
    const { jobs } = workflow('deploy.yml');
    expect([jobs['staging']?.needs, jobs['production']?.needs]).toEqual(['package', 'staging']);
  });

  it('asks the gate about the very build that was deployed, once it runs: its proofs have to name it', () => {
    const { package: made, readiness } = workflow('deploy.yml').jobs;
    expect(place(made?.steps ?? [], /infra\/package\.sh/)).toBeLessThan(
      place(made?.steps ?? [], /sha256sum \.local\/package\/app\.zip.*GITHUB_OUTPUT/),
    );
    expect(readiness?.needs).toEqual(['package', 'production']);
    expect(readiness?.uses).toBe('./.github/workflows/validate-azure-aispm-production.yml');
    expect(readiness?.with).toEqual({
      environment: 'production',
      release: '${{ github.sha }}',
      digest: '${{ needs.package.outputs.digest }}',
      'built-at': '${{ needs.package.outputs.built-at }}',
    });
    // The package carries the same name, and the app is told which package it is.
    expect(read('infra/package.sh')).toMatch(/npm pkg set "release=/);
    expect(read('infra/deploy.sh')).toMatch(/name_release "\$release" "\$digest"/);
  });
});

describe('Azure Pipelines', () => {
  const main = parse(read('infra/pipelines/azure-pipelines.yml'), { strict: true }) as { stages: Stage[] };
  const environment = parse(read('infra/pipelines/deploy-stages.yml'), { strict: true }) as {
    stages: Stage[];
  };
  const stepsIn = (stage: string): Step[] =>
    main.stages.find((one) => one.stage === stage)?.jobs?.flatMap(({ steps = [] }) => steps) ?? [];

  it('does the same: check, package with audit and provenance, staging, production', () => {
    expect(main.stages.map(({ stage, template }) => stage ?? template)).toEqual([
      'check',
      'package',
      'deploy-stages.yml',
      'deploy-stages.yml',
      'validation',
      'readiness',
    ]);
    expect(place(stepsIn('check'), /\.ci\/run/)).toBeGreaterThan(-1);
    inOrder(stepsIn('package'), [
      /npm audit --omit=dev && infra\/package\.sh/,
      /variable=digest;isOutput=true/,
      /provenance\.txt/,
    ]);
  });

  it('asks the gate in both ways of the task, agentless, with what the service reads', () => {
    const jobs = main.stages.find(({ stage }) => stage === 'readiness')?.jobs ?? [];
    const inputs = jobs.map(({ steps }) => steps?.[0]?.inputs ?? {});
    // What Azure puts in for its variables, as the task sends it.
    const values: Record<string, string> = { digest: 'a'.repeat(64), builtAt: '2026-11-20T08:00:00Z' };
    const asked = inputs.map(({ queryParameters }) => {
      const sent = String(queryParameters).replaceAll(
        /\$\((\w+)\)/g,
        (whole, name: string) => values[name] ?? whole,
      );
      return azureCheckQuerySchema.parse(Object.fromEntries(new URLSearchParams(sent)));
    });
    expect(asked.map(({ mode }) => mode)).toEqual(['callback', 'response']);
    for (const one of asked)
      expect(one).toMatchObject({ target: 'production', release: '$(Build.SourceVersion)', ...values });
    // Its outputs come from the job that made the package, which the stage has to name to see them.
    const readiness = main.stages.find(({ stage }) => stage === 'readiness');
    expect(readiness?.dependsOn).toEqual(['package', 'validation']);
    for (const job of jobs)
      for (const name of Object.keys(values))
        expect(job.variables).toContainEqual({
          name,
          value: `$[ stageDependencies.package.package.outputs['built.${name}'] ]`,
        });
    expect(inputs[0]).toMatchObject({ waitForCompletion: 'true' });
    // At once, so only when waiting is over.
    expect(jobs[1]).toMatchObject({ dependsOn: 'callback' });
    expect(inputs[1]).toMatchObject({
      waitForCompletion: 'false',
      successCriteria: "eq(root['ready_for_aispm_production'], true)",
    });
    expect(read('infra/pipelines/azure-pipelines.yml').match(/pool: server/g)).toHaveLength(2);
  });

  it('looks at what runs in production, and has it posted, before the gate is asked', () => {
    const validation = main.stages.find(({ stage }) => stage === 'validation');
    expect(validation?.dependsOn).toEqual(['package', 'production']);
    const steps = stepsIn('validation');
    inOrder(steps, [/npm ci/, /main\.js deployment/]);
    const script = String(steps[place(steps, /main\.js deployment/)]?.inputs?.['inlineScript']);
    expect(script).toContain('main.js deployment --environment production ');
    expect(script).toMatch(/--source "\$SOURCE" --key \S+ --release "\$RELEASE" --digest "\$DIGEST"\n$/);
    // What a variable holds reaches the shell by the environment alone.
    expect(script).not.toContain('$(');
    expect(validation?.jobs?.[0]?.variables).toContainEqual({
      name: 'digest',
      value: "$[ stageDependencies.package.package.outputs['built.digest'] ]",
    });
  });

  it('previews, passes the checks of the environment, verifies digests, deploys, and rolls back', () => {
    const [preview, deploy] = environment.stages;
    expect(place(preview?.jobs?.[0]?.steps ?? [], /deploy\.sh .*preview/)).toBeGreaterThan(-1);
    expect(deploy?.dependsOn).toBe(`${preview?.stage}`);
    const job = deploy?.jobs?.[0];
    // The gate of the service is a check of this environment, which whoever runs the pipeline cannot take away.
    expect(job?.environment).toBe('aispm-${{ parameters.environment }}');
    expect(read('infra/pipelines/azure-pipelines.yml')).toContain('/readiness/azure-pipelines');
    const { deploy: forward, on } = job?.strategy?.runOnce ?? {};
    inOrder(forward?.steps ?? [], [/sha256sum --check/, /deploy\.sh .*resources/]);
    expect(place(on?.failure.steps ?? [], /package .*previous\/app\.zip/)).toBeGreaterThan(-1);
  });

  it('stores no secret and leaves no token behind', () => {
    const text = read('infra/pipelines/azure-pipelines.yml') + read('infra/pipelines/deploy-stages.yml');
    expect(text).not.toMatch(/password|secret:|servicePrincipalKey|addSpnToEnvironment/i);
    const checkouts = text.match(/checkout: self\n\s+persistCredentials: false/g) ?? [];
    expect(checkouts).toHaveLength((text.match(/checkout: self/g) ?? []).length);
  });
});
