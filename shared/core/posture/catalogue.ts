import { assuranceControls } from './assurance-catalogue.js';
import { catalogueVersions, type CatalogueVersion, type Control } from './control.js';
import { runtimeControls } from './runtime-catalogue.js';

/*
 * The control catalogue: data only, split by what it is about. Published versions stay in the code: a tenant is judged by
 * the one it adopted, until it adopts another.
 */

/** The version in force where the log holds no adoption, and the last published. */
export const catalogueVersion: CatalogueVersion = '2';

/** Every control of every version. */
export const catalogue: readonly Control[] = [...runtimeControls, ...assuranceControls];

export const controlById: ReadonlyMap<string, Control> = new Map(
  catalogue.map((control) => [control.id, control]),
);

const published: ReadonlyMap<string, readonly Control[]> = new Map(
  catalogueVersions.map((version, i) => [
    version,
    catalogue.filter((control) => catalogueVersions.indexOf(control.since) <= i),
  ]),
);

/** Controls of a published version, or null for one that was never published. */
export const controlsOf = (version: string): readonly Control[] | null => published.get(version) ?? null;
