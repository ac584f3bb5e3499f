import { z } from 'zod';

/** What a browser needs to sign its reader in: nothing of any tenant, no secret. */
export const consoleSettingsSchema = z.strictObject({
  /** Null: this deployment has no application for the console to sign in with. */
  signIn: z
    .discriminatedUnion('kind', [
      /** Microsoft Entra ID: the authority of the directory, and the scope that asks for tokens of the service. */
      z.strictObject({
        kind: z.literal('entra'),
        authority: z.url(),
        clientId: z.string(),
        scope: z.string(),
      }),
      /** The issuer of the local stack, by its discovery document. */
      z.strictObject({ kind: z.literal('local'), issuer: z.url(), clientId: z.string() }),
    ])
    .nullable(),
  /** Whether what this deployment holds is a rehearsal and no production record. */
  rehearsal: z.boolean(),
});
export type ConsoleSettings = z.infer<typeof consoleSettingsSchema>;
