import type { TokenCredential } from '@azure/identity';
import type { SecretClient } from '@azure/keyvault-secrets';

import { briefRetries } from './rest-faults.js';

export type Vault = {
  uri: string;
  credential: TokenCredential;
  /** Plain HTTP and a host outside vault.azure.net, for the local stack. */
  loopback: boolean;
};

/** The client of a vault; its library is loaded when first a secret is needed. */
export async function connectVault(vault: Vault): Promise<SecretClient> {
  const { SecretClient } = await import('@azure/keyvault-secrets');
  return new SecretClient(vault.uri, vault.credential, {
    retryOptions: briefRetries,
    ...(vault.loopback ? { allowInsecureConnection: true, disableChallengeResourceVerification: true } : {}),
  });
}
