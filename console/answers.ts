import type { z } from 'zod';

import type { diffSchema } from '../schemas/answers/changes.js';
import type {
  frameworkDetailSchema,
  frameworkListSchema,
  frameworkSummarySchema,
  policyDriftSchema,
} from '../schemas/answers/controls.js';
import type {
  evidenceAnswerSchema,
  evidenceRowSchema,
  logKeysSchema,
  proofSchema,
} from '../schemas/answers/evidence.js';
import type {
  approvalAnswerSchema,
  approvalListSchema,
  exceptionListSchema,
} from '../schemas/answers/governance.js';
import type { deliveryAnswerSchema, deliveryStatisticsSchema } from '../schemas/answers/deliveries.js';
import type { runAnswerSchema, scheduleAnswerSchema } from '../schemas/answers/delivery.js';
import type { drillViewSchema } from '../schemas/answers/drills.js';
import type { itemDetailSchema, itemSchema } from '../schemas/answers/inventory.js';
import type { controlDetailSchema, controlListSchema } from '../schemas/answers/posture.js';
import type {
  archiveViewSchema,
  quarterArchivesSchema,
  reviewRowSchema,
  reviewViewSchema,
} from '../schemas/answers/reviews.js';
import type { sessionSchema } from '../schemas/answers/sessions.js';
import type { tenantAnswerSchema } from '../schemas/answers/tenants.js';
import type { trendSchema } from '../schemas/answers/trend.js';
import type { findingDetailSchema, findingSchema } from '../schemas/findings.js';
import type { packetListSchema } from '../schemas/packets.js';

// Answers of the API as the views read them: the types that the service's own schemas infer, and none of their code.

export type { Posture, Signal } from '../schemas/posture.js';
export type { JourneyAnswer as Journey } from '../schemas/journey.js';
export type { Plan } from '../schemas/plan.js';
export type { Problem } from '../schemas/problem.js';
export type { Blocker, Readiness } from '../schemas/readiness.js';
export type { ReportCatalogue, ReportView } from '../schemas/reports.js';
export type { ResponseAnswer as ManagementResponse } from '../schemas/answers/responses.js';
export type { ConsoleSettings } from '../schemas/answers/console.js';
export type { Waiting, WaitingList } from '../schemas/answers/waiting.js';
export type { AppetiteAnswer as Limits } from '../schemas/answers/appetite.js';
export type { TrendPoint } from '../schemas/answers/trend.js';

export type People = Readonly<Record<string, string>>;
export type Paged<T> = { items: T[]; cursor?: string | undefined; people?: People | undefined };

export type Trend = z.infer<typeof trendSchema>;
export type ControlList = z.infer<typeof controlListSchema>;
export type ControlDetail = z.infer<typeof controlDetailSchema>;
export type FrameworkList = z.infer<typeof frameworkListSchema>;
export type FrameworkSummary = z.infer<typeof frameworkSummarySchema>;
export type FrameworkDetail = z.infer<typeof frameworkDetailSchema>;
export type Diff = z.infer<typeof diffSchema>;
export type Drift = z.infer<typeof policyDriftSchema>;
export type EvidenceRow = z.infer<typeof evidenceRowSchema>;
export type EvidenceAnswer = z.infer<typeof evidenceAnswerSchema>;
export type ProofAnswer = z.infer<typeof proofSchema>;
export type KeysAnswer = z.infer<typeof logKeysSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type FindingDetail = z.infer<typeof findingDetailSchema>;
export type ApprovalList = z.infer<typeof approvalListSchema>;
export type Approval = z.infer<typeof approvalAnswerSchema>;
export type ExceptionList = z.infer<typeof exceptionListSchema>;
export type Exception = ExceptionList['items'][number];
export type Item = z.infer<typeof itemSchema>;
export type ItemDetail = z.infer<typeof itemDetailSchema>;
export type SessionAnswer = z.infer<typeof sessionSchema>;
export type ReviewRow = z.infer<typeof reviewRowSchema>;
export type Review = z.infer<typeof reviewViewSchema>;
export type QuarterArchives = z.infer<typeof quarterArchivesSchema>;
export type Archive = z.infer<typeof archiveViewSchema>;
export type Drill = z.infer<typeof drillViewSchema>;
export type Schedule = z.infer<typeof scheduleAnswerSchema>;
export type ScheduleRun = z.infer<typeof runAnswerSchema>;
export type Delivery = z.infer<typeof deliveryAnswerSchema>;
export type DeliveryStatistics = z.infer<typeof deliveryStatisticsSchema>;
export type TenantAnswer = z.infer<typeof tenantAnswerSchema>;
export type PacketList = z.infer<typeof packetListSchema>;
