import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/*
 * What the Bicep compiler made of infra/: the compiled templates, and for each environment every resource that would be
 * deployed, with its parameters put in.
 */

export const environments = ['dev', 'staging', 'production'] as const;
export type Environment = (typeof environments)[number];

export type Resource = {
  id: string;
  type: string;
  name: string;
  apiVersion: string;
  properties: Record<string, unknown>;
  [member: string]: unknown;
};

export type Template = {
  parameters?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  resources: Record<string, TemplateResource> | TemplateResource[];
};
type TemplateResource = { type: string; properties?: { template?: Template } };

const root = new URL('../../', import.meta.url);

function compiled(name: string): unknown {
  const file = new URL(`.local/bicep/out/${name}.json`, root);
  if (!existsSync(file))
    throw new Error(`infra/ is not compiled: run infra/check.sh first (no ${name}.json)`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Everything an environment would hold, both steps of the deployment together. A fresh copy at each call. */
export function deploymentOf(environment: Environment): Resource[] {
  return [environment, `${environment}.events`].flatMap(
    (name) => (compiled(name) as { predictedResources: Resource[] }).predictedResources,
  );
}

/** A compiled template with every template nested in it. A fresh copy at each call. */
export function templatesOf(name: 'main' | 'events'): Template[] {
  const unfold = (template: Template): Template[] => [
    template,
    ...Object.values(template.resources).flatMap(({ properties }) =>
      properties?.template ? unfold(properties.template) : [],
    ),
  ];
  return unfold(compiled(name) as Template);
}

/** The value at a path of names such as `siteConfig.minTlsVersion`, or undefined. */
export function valueAt(resource: Resource, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
      resource.properties,
    );
}

/** Sets the value at a path, for a test that breaks a rule. */
export function put(resource: Resource, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  const owner = names.reduce<Record<string, unknown>>(
    (object, name) => object[name] as Record<string, unknown>,
    resource.properties,
  );
  owner[last] = value;
}

export const ofType = (resources: readonly Resource[], type: string): Resource[] =>
  resources.filter((resource) => resource.type === type);

/** The one resource of a type whose name matches. @throws where it is not one. */
export function theOne(resources: readonly Resource[], type: string, name = /(?:)/): Resource {
  const found = ofType(resources, type).filter((resource) => name.test(resource.name));
  const [one] = found;
  if (one === undefined || found.length > 1)
    throw new Error(`${found.length} resources ${type} ${name.source}`);
  return one;
}

/** What is wrong with a deployment, a line each; empty when nothing is. */
export type Rule = (resources: readonly Resource[]) => string[];

export type Break = { that: string; by: (resources: Resource[]) => void };

/** Says a rule, holds the environments to it, and shows that each way to break it is found. */
export function holds(
  sentence: string,
  rule: Rule,
  breaks: readonly Break[],
  where: readonly Environment[] = environments,
): void {
  it.each(where)(`${sentence} (%s)`, (environment) => {
    expect(rule(deploymentOf(environment))).toEqual([]);
  });
  it.each(breaks)('…and a deployment is refused that $that', ({ by }) => {
    const resources = deploymentOf('production');
    by(resources);
    expect(rule(resources)).not.toEqual([]);
  });
}
