import {
  CacheLookupPolicy,
  InteractionRequiredAuthError,
  PublicClientApplication,
} from '@azure/msal-browser';

import { signedInPath, type SignIn } from './sign-in.js';

// Microsoft Entra ID by its own library: authorization code with PKCE, tokens for this tab alone.

const returnKey = 'aispm.return-to';
/** What the tab holds, or the refresh token; never a hidden frame, which the page's policy would refuse. */
const cacheLookupPolicy = CacheLookupPolicy.AccessTokenAndRefreshToken;

export async function entraSignIn(settings: {
  authority: string;
  clientId: string;
  scope: string;
}): Promise<SignIn> {
  const scopes = [settings.scope];
  const app = new PublicClientApplication({
    auth: {
      clientId: settings.clientId,
      authority: settings.authority,
      redirectUri: new URL(signedInPath, location.origin).href,
    },
    cache: { cacheLocation: 'sessionStorage' },
  });
  await app.initialize();
  // What stands in the address after the way back is taken up once, whoever asks first.
  const returned = app.handleRedirectPromise();
  return {
    token: async () => {
      await returned;
      const [account] = app.getAllAccounts();
      if (account === undefined) return null;
      try {
        return (await app.acquireTokenSilent({ scopes, account, cacheLookupPolicy })).accessToken;
      } catch (error) {
        if (error instanceof InteractionRequiredAuthError) return null;
        throw error;
      }
    },
    begin: async (returnTo) => {
      sessionStorage.setItem(returnKey, returnTo);
      await app.loginRedirect({ scopes });
    },
    complete: async () => {
      const result = await returned;
      return result === null ? null : sessionStorage.getItem(returnKey);
    },
    end: () => app.clearCache(),
  };
}
