import type { Config } from '../projections/config.js';
import type { Basis, Head } from '../projections/documents.js';
import { defaultConfig } from './settle.js';

/** Changes when the same log would give other documents. A new version is rebuilt beside the old one, then switched to. */
export const foldVersion = 1;

export const emptyHead: Head = {
  id: 'head',
  kind: 'head',
  foldVersion,
  size: 0,
  clock: '1970-01-01T00:00:00.000Z',
  frontier: [],
  sweep: null,
};

/** What the counters of an empty log stand for. */
export const emptyBasis: Basis = basisOf(defaultConfig, emptyHead);

/** What a summary's counters stand for: the log's end, and the settings in force there. */
export function basisOf(
  { sample, settings, catalogue, overrides }: Config,
  { size, clock, foldVersion: version }: Head,
): Basis {
  return { size, clock, foldVersion: version, sample, settings, catalogue, overrides };
}
