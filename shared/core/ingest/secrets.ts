/** What stands where something was removed: always the same, so that it tells neither value nor length. */
export const removedMark = '[redacted]';

/** A removed thing: which kind of rule found it. */
export type SecretKind = (typeof secretPatterns)[number]['kind'] | 'email';

const keyWord =
  '(?:api|access|account|auth|client|encryption|private|shared|signing)[ _-]?(?:access[ _-]?)?key';
const secretWord = `(?:secret|token|credential|passphrase|${keyWord})`;
const assign = `[\\w-]{0,30}["'\\\\]{0,3}\\s{0,4}(?:=>|[:=])\\s{0,4}(?!["'\\\\]{0,2}\\[redacted\\])`;
const value = (shortest: number): string => `\\\\{0,4}(?:"[^"]+"?|'[^']+'?|[^\\s"',;&]{${shortest},})`;

/**
 * What counts as a secret. Group 1 is kept, the rest of the match is replaced. Every quantifier is bounded, or its class
 * excludes what follows it, so that no text makes a pattern take more than linear time; a test holds each to that.
 * Forms: AWS IAM identifiers, Azure Storage and Service Bus connection strings, GitHub, GitLab and Slack token formats.
 */
const secretPatterns = [
  {
    kind: 'private_key',
    // Without an END line everything to the end goes: a cut key is still a key.
    pattern:
      /()-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^]*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[^]*)/g,
  },
  { kind: 'jwt', pattern: /()(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g },
  { kind: 'aws_key', pattern: /()\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g },
  { kind: 'github_token', pattern: /()(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{22,})/g },
  { kind: 'gitlab_token', pattern: /()gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[\w-]{20,}/g },
  {
    kind: 'slack_token',
    pattern: /()(?:xox[a-z]-[A-Za-z0-9-]{10,}|hooks\.slack\.com\/services\/[A-Za-z0-9/]{20,})/g,
  },
  {
    kind: 'azure_key',
    pattern:
      /((?:AccountKey|SharedAccessKey|SharedAccessSignature)\s{0,2}=\s{0,2})(?!\[redacted\])[^\s;"',]+/gi,
  },
  { kind: 'azure_client_secret', pattern: /()[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{31,}/g },
  { kind: 'sas_signature', pattern: /([?&;]sig=)(?!\[redacted\])[^\s&;"']{8,}/gi },
  {
    kind: 'api_key',
    pattern:
      /()(?:(?<![A-Za-z0-9])sk-[\w-]{20,}|AIza[\w-]{35}|[sr]k_live_[A-Za-z0-9]{16,}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,}|pypi-[\w-]{50,})/g,
  },
  { kind: 'url_userinfo', pattern: /(:\/\/)(?!\[redacted\])[^\s/:@?#]*:[^\s/@?#]+(?=@)/g },
  {
    kind: 'authorization',
    pattern:
      /(authorization["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}(?!(?:[a-z]{2,20}\s{1,4})?\[redacted\])(?:[a-z]{2,20}\s{1,4})?|\bbearer\s{1,4}(?=[^\s"',]{12}))(?!\[redacted\])[^\s"',]{6,}/gi,
  },
  {
    kind: 'password',
    pattern: new RegExp(`((?:password|passwd|pwd)${assign})${value(1)}`, 'gi'),
  },
  { kind: 'secret_assignment', pattern: new RegExp(`(${secretWord}${assign})${value(6)}`, 'gi') },
  {
    kind: 'secret_argument',
    pattern: new RegExp(
      `(--[a-z-]{0,20}(?:password|passwd|${secretWord})\\s{1,4})(?!\\[redacted\\]|-)[^\\s]+`,
      'gi',
    ),
  },
] as const;

const email = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}][\p{L}\p{N}.-]{0,250}\.\p{L}{2,24}/gu;

/** Marks of which every removable text holds at least one. */
const marks =
  /@|begin |eyj|akia|asia|abia|acca|gh[pousr]_|github_pat_|gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-|xox[a-z]-|hooks\.slack|8q~|sig=|sk-|aiza|k_live_|npm_|hf_|pypi-|key|bearer|authorization|passw|passphrase|pwd|secret|token|credential|sharedaccesssignature/i;

/** Cheap first look, right for a single string and for the canonical text of a whole event alike: false means nothing to do. */
export const mayHoldSecrets = (text: string): boolean => marks.test(text);

/** Replaces the secrets of a text. @returns the text, and each kind that was found, once. */
export function removeSecrets(text: string): { text: string; kinds: SecretKind[] } {
  if (!mayHoldSecrets(text)) return { text, kinds: [] };
  const kinds: SecretKind[] = [];
  let rest = text;
  for (const { kind, pattern } of secretPatterns) {
    const next = rest.replace(pattern, `$1${removedMark}`);
    if (next !== rest) kinds.push(kind);
    rest = next;
  }
  return { text: fit(rest, text), kinds };
}

/** Replaces the secrets and the mail addresses of a text. `git@host:path` is how Git names a remote, not a person. */
export function removeSecretsAndAddresses(text: string): { text: string; kinds: SecretKind[] } {
  const found = removeSecrets(text);
  if (!found.text.includes('@')) return found;
  const rest = found.text.replace(email, (address: string, offset: number, whole: string) =>
    address.startsWith('git@') && whole[offset + address.length] === ':' ? address : removedMark,
  );
  return rest === found.text ? found : { text: fit(rest, text), kinds: [...found.kinds, 'email'] };
}

/** The mark can be longer than what it replaces; the shortest limit of a text in any schema is 200. */
const fit = (rest: string, original: string): string =>
  rest.length <= Math.max(200, original.length)
    ? rest
    : rest.slice(0, Math.max(200, original.length)).toWellFormed();
