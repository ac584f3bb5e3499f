import type { Posture } from '../../../schemas/posture.js';
import { fingerprintOf } from '../projections/keys.js';
import { judged, withPrefix, type Count } from './layers.js';

/** Layers of a posture from its counters: evidence and reports. */

type Layers = Posture['layers'];
type Share = Layers['evidence']['shares']['fresh'];

/** Rounded half up, from integers. Over nothing there is no share. */
export const share = (count: number, of: number): Share => ({
  count,
  of,
  tenths: of === 0 ? null : Math.floor((2000 * count + of) / (2 * of)),
});

/** The one finding of the tenant that names them. */
export const unfoldableFinding = fingerprintOf('evidence_unfoldable', 'tenant:log');

export function evidenceLayer(base: string, n: Count, total: Count): Layers['evidence'] {
  const live = total('live');
  const fresh = n('control/evidence-fresh/enforced');
  const freshOf = ['enforced', 'stale', 'missing', 'shadowed', 'blocked'].reduce(
    (sum, s) => sum + n(`control/evidence-fresh/${s}`),
    0,
  );
  const [trusted, unfoldable] = [total('trusted'), total('unfoldable')];
  const [tied, untied] = [n('records/tied'), n('records/untied')];
  const shares = {
    fresh: share(fresh, freshOf),
    signed: share(trusted, live),
    searchable: share(live, live + unfoldable),
    tied: share(tied, tied + untied),
  };
  const references = referencesOf(n, total);
  const evidence = `${base}/evidence`;
  const failing = [
    [
      'not_fresh',
      'agents whose evidence has run out',
      n('control/evidence-fresh/stale'),
      `${base}/controls/evidence-fresh?state=stale`,
    ],
    [
      'never_heard',
      'agents never heard from',
      n('control/evidence-fresh/missing'),
      `${base}/controls/evidence-fresh?state=missing`,
    ],
    ['not_signed', 'live events not signed by a trusted source', live - trusted, `${evidence}?trusted=false`],
    ['not_searchable', 'events that cannot be folded', unfoldable, `${base}/findings/${unfoldableFinding}`],
    [
      'unresolved',
      'references that do not resolve',
      references.unresolved,
      `${evidence}?references=unresolved`,
    ],
  ] as const;
  return {
    ...judged(
      'evidence_fresh_signed_searchable',
      'all evidence is fresh, signed by a trusted source and searchable, and its references resolve',
      live > 0,
      failing.map(([name, words, count, link]) => ({ name, words, count, link })),
    ),
    link: evidence,
    events: total('events'),
    live,
    signedByTrusted: trusted,
    sample: total('sample'),
    decisions: total('type/decision.recorded'),
    fresh,
    freshOf,
    unfoldable,
    shares,
    references,
  };
}

function referencesOf(n: Count, total: Count): Layers['evidence']['references'] {
  const [internal, external] = [total('references/internal'), total('references/external')];
  const [waiting, unresolved] = [n('references/waiting'), n('references/unresolved')];
  return {
    total: internal + external,
    resolved: internal - waiting - unresolved,
    waiting,
    unresolved,
    external,
  };
}

export function reportsLayer(
  base: string,
  counts: Readonly<Record<string, number>>,
  n: Count,
  total: Count,
): Layers['reports'] {
  const byType: Layers['reports']['byType'] = {};
  for (const [name, count] of Object.entries(withPrefix(counts, 'report-types/'))) {
    const [type = '', step] = name.split('/');
    const steps = (byType[type] ??= { requested: 0, generated: 0, delivered: 0, audited: 0 });
    if (step === 'requested' || step === 'generated' || step === 'delivered' || step === 'audited')
      steps[step] = count;
  }
  const delivered = n('deliveries/delivered');
  const [bounced, failed] = [n('deliveries/bounced'), n('deliveries/failed')];
  const unconfirmed = n('deliveries/unconfirmed');
  const link = `${base}/reports`;
  const mails = (status: string): string => `${base}/deliveries?status=${status}`;
  return {
    ...judged('reports_delivered', 'every report that was sent reached its recipients', delivered > 0, [
      { name: 'bounced', words: 'deliveries bounced', count: bounced, link: mails('bounced') },
      { name: 'failed', words: 'deliveries failed', count: failed, link: mails('failed') },
      {
        name: 'unconfirmed',
        words: 'deliveries unconfirmed',
        count: unconfirmed,
        link: mails('unconfirmed'),
      },
      {
        name: 'undelivered',
        words: 'reports requested, and none delivered yet',
        count: delivered === 0 ? total('type/report.requested') : 0,
        link,
      },
    ]),
    link,
    requested: total('type/report.requested'),
    rendered: total('type/report.rendered'),
    delivered,
    bounced: bounced + failed,
    unconfirmed,
    audited: Object.values(byType).reduce((sum, { audited }) => sum + audited, 0),
    byType,
  };
}
