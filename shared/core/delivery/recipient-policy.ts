import type { Audience } from '../../../schemas/delivery.js';
import { reportTypeSchema, type ReportType } from '../../../schemas/events/service.js';
import type { Tenant } from '../../../schemas/tenant.js';
import { Refusal } from '../kernel/refusal.js';
import { millisOf, type Millis } from '../kernel/time.js';

/*
 * Who may be sent what. Asked three times, each time of the tenant as it is then: when a report is requested, when it is
 * approved, and before every send. What the policy does not say yes to is no.
 */

type Settings = Tenant['settings']['reports'];
export type Recipient = Settings['recipients'][number];
/** As much of a tenant as the policy is made of. */
export type PolicyOf = Pick<Tenant, 'approvedDomains'> & { settings: Pick<Tenant['settings'], 'reports'> };

/**
 * The readers that each report is made for. Of a delivery's validation nothing can be learned, so every recipient gets it;
 * a notice tells nothing of a report, and whom it asks is said where it is raised.
 */
const madeFor: Readonly<Record<ReportType, readonly Audience[] | 'all'>> = {
  cso: ['cso', 'ciso'],
  ciso: ['ciso', 'cso'],
  'board-kpi': ['board', 'executive', 'cso', 'ciso'],
  'soc2-evidence': ['auditor', 'ciso'],
  incident: ['executive', 'legal', 'cso', 'ciso'],
  'trial-handoff': ['evaluator', 'ciso'],
  'pilot-launch': ['sponsor', 'board', 'cso', 'ciso'],
  'production-readiness': ['release_owner', 'cso', 'ciso'],
  'delivery-validation': 'all',
  'review-digest': ['operator', 'approver', 'admin'],
  notice: 'all',
};

/** Who may get a report in this tenant. */
export function audienceOf({ audiences }: Pick<Settings, 'audiences'>, type: ReportType) {
  return type === 'delivery-validation' || type === 'notice'
    ? madeFor[type]
    : (audiences[type] ?? madeFor[type]);
}

/** Whether a report is meant for a recipient: by its audience, and where it names reports, by those too. */
export function isFor(settings: Settings, recipient: Recipient, type: ReportType): boolean {
  const audience = audienceOf(settings, type);
  const byRole = audience === 'all' || recipient.audience.some((role) => audience.includes(role));
  return byRole && (type === 'notice' || recipient.reports === undefined || recipient.reports.includes(type));
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** Why a report may not go to a recipient now, in words that name no address; null where it may. */
export function objectionTo(
  { settings, approvedDomains }: PolicyOf,
  recipient: Recipient,
  type: ReportType,
  now: Millis,
): string | null {
  if (!isFor(settings.reports, recipient, type)) return 'no audience of the recipient gets this report';
  const domain = domainOf(recipient.address);
  if (settings.reports.allowedDomains.includes(domain)) return null;
  const approved = approvedDomains.find((one) => one.domain === domain);
  if (approved === undefined) return 'the recipient is outside the allowed domains';
  return millisOf(approved.until) > now ? null : 'the approval of the recipient’s domain has expired';
}

/**
 * The recipients of a report: those asked for, or all that it is meant for.
 * @param asked addresses; each must be one of the tenant's recipients
 * @throws Refusal `invalid_request` for an address that is none of the tenant's; `conflict` for recipients that may not get
 * it, and for too many. Pointers lead into the request where it names recipients, else into the tenant's settings.
 */
export function chooseRecipients(
  policy: PolicyOf,
  type: ReportType,
  asked: readonly string[] | undefined,
  now: Millis,
): Recipient[] {
  const { recipients, maximumRecipients } = policy.settings.reports;
  const listed = recipients.map((recipient, at) => ({
    recipient,
    pointer: `/settings/reports/recipients/${at}/address`,
  }));
  const chosen =
    asked === undefined
      ? listed.filter(({ recipient }) => isFor(policy.settings.reports, recipient, type))
      : asked.map((address, at) => ({
          recipient: recipients.find((r) => r.address.toLowerCase() === address.toLowerCase()),
          pointer: `/recipients/${at}`,
        }));
  const strangers = chosen.filter(({ recipient }) => recipient === undefined);
  if (strangers.length > 0)
    throw new Refusal('invalid_request', 'a report goes to the tenant’s own recipients only', {
      errors: strangers.map(({ pointer }) => ({ pointer, detail: 'not a recipient of this tenant' })),
    });
  const known = chosen.flatMap(({ recipient, pointer }) => (recipient ? [{ recipient, pointer }] : []));
  if (known.length > maximumRecipients)
    throw new Refusal('conflict', `a report goes to at most ${maximumRecipients} recipients`, {
      errors: known.slice(maximumRecipients).map(({ pointer }) => ({ pointer, detail: 'one too many' })),
    });
  refuseObjections(
    known.map(({ recipient, pointer }) => ({ pointer, detail: objectionTo(policy, recipient, type, now) })),
  );
  return known.map(({ recipient }) => recipient);
}

/** @throws Refusal `conflict` that names each recipient there is an objection to. */
export function refuseObjections(
  asked: readonly Readonly<{ pointer: string; detail: string | null }>[],
): void {
  const errors = asked.flatMap(({ pointer, detail }) => (detail === null ? [] : [{ pointer, detail }]));
  if (errors.length > 0)
    throw new Refusal(
      'conflict',
      `${errors.length} of ${asked.length} recipients may not get this report: ${errors[0]?.detail ?? ''}`,
      { errors },
    );
}

/**
 * Holds new settings to the old ones: no further domain and no report without approval without a second person, no report to
 * more than the maximum.
 * @throws Refusal `separation_of_duties`, `invalid_request`
 */
export function refuseUnruly(before: Settings, after: Settings): void {
  const more = after.allowedDomains
    .map((domain, at) => ({ domain, pointer: `/settings/reports/allowedDomains/${at}` }))
    .filter(({ domain }) => !before.allowedDomains.includes(domain));
  if (more.length > 0)
    throw new Refusal('separation_of_duties', 'a further domain takes a second person: ask for the change', {
      errors: more.map(({ pointer }) => ({ pointer, detail: 'not among the domains so far' })),
    });
  if (before.approvalRequired && !after.approvalRequired)
    throw new Refusal(
      'separation_of_duties',
      'that reports need no approval takes a second person: ask for the change',
      {
        pointer: '/settings/reports/approvalRequired',
      },
    );
  for (const type of reportTypeSchema.options) {
    const over = after.recipients.findIndex(
      (recipient, at) =>
        isFor(after, recipient, type) &&
        after.recipients.slice(0, at).filter((r) => isFor(after, r, type)).length >= after.maximumRecipients,
    );
    if (over >= 0)
      throw new Refusal(
        'invalid_request',
        `the report ${type} would go to more than ${after.maximumRecipients} recipients`,
        { pointer: `/settings/reports/recipients/${over}` },
      );
  }
}
