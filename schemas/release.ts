import { z } from 'zod';

import { nameSchema, sha256Schema } from './primitives.js';

/**
 * A build of this service: the name of its release, and the SHA-256 of the package that was deployed. The service stamps
 * what it proves with the build that it runs as; absent where it does not know it, and then nothing is proven of a build.
 */
export const buildSchema = z.strictObject({ name: nameSchema, digest: sha256Schema });
export type Build = z.infer<typeof buildSchema>;
