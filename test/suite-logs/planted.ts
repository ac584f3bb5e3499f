/*
 * Secrets that the suite plants wherever something from outside can stand. Each is put together here, so that no scanner
 * takes this file for a leak.
 */

const repeat = (text: string, length: number): string =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length);

/** What kind admission says it is, the secret, and what it is in words. */
export const plantedSecrets: readonly [kind: string, secret: string, words: string][] = [
  ['aws_key', `AKIA${'Q7'.repeat(8)}`, 'key AKIA in text'],
  ['github_token', `ghp_${repeat('a1B2', 36)}`, 'a personal token'],
  ['github_token', `github_pat_${repeat('a1B2_', 60)}`, 'a fine-grained token'],
  ['gitlab_token', `glpat-${repeat('x9-Y', 20)}`, 'a token'],
  ['slack_token', `xoxb-${repeat('123456789-', 30)}`, 'a bot token'],
  ['jwt', `eyJ${repeat('hbGci', 20)}.eyJ${repeat('zdWIi', 30)}.${repeat('s5-_', 43)}`, 'a token'],
  [
    'private_key',
    `-----BEGIN RSA PRIVATE KEY-----\n${repeat('MIIE', 64)}\n-----END RSA PRIVATE KEY-----`,
    'a key',
  ],
  ['private_key', `-----BEGIN PRIVATE KEY-----\n${repeat('MIIE', 64)}`, 'a cut key'],
  ['azure_client_secret', `abc8Q~${repeat('Zz1_', 34)}`, 'an app secret'],
  ['api_key', `sk-${repeat('ant9', 40)}`, 'a model key'],
];

/** A person, and what somebody asked an agent. */
export const plantedAddress = 'rosa.lind@example.org';
export const plantedPrompt = 'please summarise the salaries of everyone in the Lisbon office';
