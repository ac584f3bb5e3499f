import { describe, expect, it } from 'vitest';

import { day, instantOf } from '../../shared/core/kernel/time.js';
import { validateArchive } from '../../shared/core/readiness/validators/archive.js';
import type { ValidatorFacts } from '../../shared/core/readiness/validators/facts.js';
import { asOf, id, wholeFacts } from './whole-facts.js';

/* That the stored archive is the closed one is judged by what the log says of it, and by nothing that reads its bytes. */

type Archive = NonNullable<ValidatorFacts['archive']>;
type Checked = NonNullable<Archive['checked']>;
const ago = (days: number): string => instantOf(asOf - days * day);

const judged = (change: (archive: Archive) => Partial<Archive>, packetDays = 7): string | undefined => {
  const facts = wholeFacts();
  if (facts.archive === null) throw new Error('there is an archive');
  const archive = { ...facts.archive, ...change(facts.archive) };
  const checks = validateArchive({ ...facts, archive, tenant: { ...facts.tenant, packetDays } });
  expect(checks.filter(({ status, name }) => status !== 'pass' && name !== 'archive_verified')).toEqual([]);
  const found = checks.find(({ name }) => name === 'archive_verified');
  return found?.status === 'pass' ? undefined : found?.message;
};
const verified =
  (change: object) =>
  ({ verification }: Archive): Partial<Archive> => ({
    verification: verification && { ...verification, data: { ...verification.data, ...change } },
  });
const checked = (days: number, outcome: Checked['data']['outcome'], parts: string[] = []): Checked => ({
  id: id(78),
  time: ago(days),
  trusted: true,
  data: { size: 10, failed: parts.length, outcome, parts },
});

describe('the archive of a ready tenant', () => {
  it('was verified whole, and is stored where it was', () => {
    expect(judged(() => ({}))).toBeUndefined();
  });

  it.each<[string, (archive: Archive) => Partial<Archive>, RegExp]>([
    ['nothing says that it was verified', () => ({ verification: null }), /not on record/],
    ['another archive was verified', verified({ digest: id(77) }), /not on record/],
    ['it did not verify', verified({ outcome: 'failed', reason: 'it is another' }), /it is another/],
    ['it is not there any more', () => ({ stored: false }), /not stored any more/],
    [
      'a later check found an archive changed',
      () => ({ checked: checked(0.5, 'failed', ['archives']) }),
      /later check/,
    ],
    ['it was last looked at 8 days ago', verified({ verifiedAt: ago(8) }), /more than 7 days ago/],
    [
      'all that came since is a check that did not end',
      (archive) => ({ ...verified({ verifiedAt: ago(8) })(archive), checked: checked(1, 'incomplete') }),
      /more than 7 days ago/,
    ],
  ])('blocks where %s', (_defect, change, reason) => {
    expect(judged(change)).toMatch(reason);
  });

  it('is fresh by the daily check of what is stored, also by one that found something else', () => {
    const old = verified({ verifiedAt: ago(30) });
    for (const last of [checked(1, 'passed'), checked(1, 'failed', ['bundles'])])
      expect(judged((archive) => ({ ...old(archive), checked: last }))).toBeUndefined();
  });

  it('that was verified again after a fault counts again', () => {
    expect(judged(() => ({ checked: checked(3, 'failed', ['archives']) }))).toBeUndefined();
  });

  it('counts no longer than the tenant lets a packet count', () => {
    expect(judged(verified({ verifiedAt: ago(3) }), 2)).toMatch(/more than 2 days ago/);
    expect(judged(verified({ verifiedAt: ago(1.9) }), 2)).toBeUndefined();
  });
});
