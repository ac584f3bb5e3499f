import { base } from '../address.js';

/** One way to get a token of the service. */
export type SignIn = {
  /** A token that is good now; null where the reader has to sign in. */
  token(): Promise<string | null>;
  /** Leaves the page for the issuer's, which comes back to `signed-in`. */
  begin(returnTo: string): Promise<void>;
  /** Takes up what the issuer sent back. @returns where the reader was going to; null where nothing came back. */
  complete(): Promise<string | null>;
  end(): Promise<void>;
};

/** Where the issuer sends a reader back to. */
export const signedInPath = `${base}/signed-in`;
