import type { AppetiteAnswer, AppetiteRequest, RequestAppetite } from '../../../schemas/answers/appetite.js';
import { limitedIndicatorSchema } from '../../../schemas/events/appetite.js';
import { removeSecretsAndAddresses } from '../../core/ingest/secrets.js';
import { Refusal } from '../../core/kernel/refusal.js';
import { instantOf, millisOf } from '../../core/kernel/time.js';
import {
  boundsOf,
  faultOf,
  isApproved,
  specOf,
  standing,
  type Judged,
} from '../../core/reports/kpis/limits.js';
import { configIn } from '../tenants/config.js';
import { linksOf } from '../links.js';
import { withNames } from '../names.js';
import type { RecordDeps } from '../log/record.js';
import { statementsOf, type Decided, type Statements } from './two-person-statements.js';

/* The limits of indicators, as a body of the tenant set them: asked for by one person, evidence once another approves. */

const requests: Statements<Omit<RequestAppetite, 'reason'>> = statementsOf({
  kind: 'appetite',
  words: {
    asked: 'limits',
    name: 'the request',
    outdated: 'other limits were approved since this was asked for; reject it and ask anew',
  },
  last: ({ appetite }) => appetite,
  statement: ({ limits, setBy, setOn, expiresAt, reason, requestedBy: actor }, approvedBy) => ({
    name: 'appetite.approved',
    data: { limits, setBy, setOn, expiresAt, reason, actor, approvedBy },
  }),
  links: (at) => ({ appetite: at('appetite') }),
});

/** What indicators are judged by now, and who approved it. */
export async function readAppetite({ stores, clock }: RecordDeps): Promise<AppetiteAnswer> {
  const judged = await judgedNow({ stores, clock });
  const approval = standing(judged);
  const links = linksOf(stores.tenantId);
  return withNames(stores.tenant, {
    asOf: judged.posture.asOf,
    approval: approval && {
      evidenceId: approval.id,
      setBy: approval.setBy,
      setOn: approval.setOn,
      requestedBy: approval.requestedBy,
      approvedBy: approval.approvedBy,
      approvedAt: approval.time,
      expiresAt: approval.expiresAt,
    },
    indicators: limitedIndicatorSchema.options.flatMap((id) => {
      const spec = specOf(id, judged);
      const { target, limit } = id === 'K01' ? spec : boundsOf(id, spec, judged);
      const { label, unit, better } = spec;
      if (target === null || limit === null || better === 'neither') return [];
      return [{ id, label, unit, better, target, limit, approved: isApproved(id, judged) }];
    }),
    links: { requests: links.at('appetite', 'requests'), ...links.evidence(approval?.id ?? null) },
  });
}

/** The last approval and what the score is judged by, as of now. */
async function judgedNow({ stores, clock }: Omit<RecordDeps, 'keys'>): Promise<Judged> {
  const { appetite, settings } = await configIn(stores);
  const posture = { asOf: instantOf(clock.now()), score: { target: settings.scoreTarget } };
  return { appetite: appetite ?? null, posture };
}

/**
 * Asks for limits. The same request, made again while it is open, is the same request.
 * @throws Refusal `invalid_request` for a limit or a day that makes no sense
 */
export async function requestAppetite(
  deps: RecordDeps,
  { reason, ...said }: RequestAppetite,
  subject: string,
): Promise<AppetiteRequest> {
  const fault = faultOf(said.limits, await judgedNow(deps));
  if (fault !== null) throw new Refusal('invalid_request', fault.detail, { pointer: fault.pointer });
  // A day begins first at UTC+14.
  if (millisOf(`${said.setOn}T00:00:00+14:00`) > deps.clock.now())
    throw new Refusal('invalid_request', 'a body has not set them yet', { pointer: '/setOn' });
  // As on admission: what a person types goes into the log for good.
  const setBy = removeSecretsAndAddresses(said.setBy).text;
  return requests.request(deps, { wish: { ...said, setBy }, reason, subject });
}

/** A page of what was asked for, in no order that means anything. */
export const listAppetiteRequests = (
  deps: RecordDeps,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ items: AppetiteRequest[]; cursor?: string }> => requests.list(deps, page);

/** Limits that wait for their second person. */
export const waitingAppetite = (deps: RecordDeps): Promise<AppetiteRequest[]> => requests.waiting(deps);

/**
 * A second person decides. Approved, it is evidence that names both, and every report is held to it from then on.
 * @throws Refusal `not_found`; `separation_of_duties` where the requester approves; `conflict` where it was decided
 * otherwise, 72 hours or its expiry have passed, or other limits were approved since
 */
export const decideAppetite = (deps: RecordDeps, id: string, decided: Decided): Promise<AppetiteRequest> =>
  requests.decide(deps, { id }, decided);
