import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Which build runs here, as the settings of a deployment say it of a package: a digest of the compiled code, since none is
 * packed on this machine. Settings: `AISPM_RELEASE`, `AISPM_RELEASE_DIGEST`.
 * @param dist folder of the compiled project
 */
export const buildSettings = (dist: string): Record<string, string> => {
  const digest = createHash('sha256');
  for (const part of ['functions', 'schemas', 'shared'])
    for (const file of readdirSync(join(dist, part), { recursive: true, encoding: 'utf8' }).sort())
      if (file.endsWith('.js'))
        digest.update(`${part}/${file}\n`).update(readFileSync(join(dist, part, file)));
  return { AISPM_RELEASE: 'local', AISPM_RELEASE_DIGEST: digest.digest('hex') };
};
