import type { JSX } from 'preact';

import { LimitsView } from './appetite.js';
import { ApprovalsView, ApprovalView } from './approvals.js';
import { ArchivesView, ArchiveView } from './archives.js';
import { ArtifactView } from './artifacts.js';
import { ChangesView } from './changes.js';
import { ControlView } from './control.js';
import { ControlsView, FrameworksView } from './controls.js';
import { DeliveriesView } from './deliveries.js';
import { DrillsView, DrillView } from './drills.js';
import { EventView } from './event.js';
import { EvidenceView } from './evidence.js';
import { ExceptionsView } from './exceptions.js';
import { FindingView } from './finding.js';
import { FindingsView } from './findings.js';
import { FrameworkView } from './framework.js';
import { itemLists, ItemsView, ItemView } from './inventory.js';
import { JourneyView } from './journey.js';
import { PackView } from './pack.js';
import { PostureView } from './posture.js';
import { ReadinessView } from './readiness.js';
import { ReportDetailView, ReportsView } from './reports.js';
import { ReviewsView, ReviewView } from './reviews.js';
import { SchedulesView, ScheduleView } from './schedules.js';
import { SessionView } from './session.js';
import { WaitingView } from './waiting.js';

/** Views of a list, or of nothing by name, and views of one thing, by the first step of their address. */
const lists: Readonly<Record<string, () => JSX.Element>> = {
  posture: () => <PostureView />,
  changes: () => <ChangesView />,
  controls: () => <ControlsView />,
  frameworks: () => <FrameworksView />,
  evidence: () => <EvidenceView />,
  findings: () => <FindingsView />,
  approvals: () => <ApprovalsView />,
  exceptions: () => <ExceptionsView />,
  waiting: () => <WaitingView />,
  appetite: () => <LimitsView />,
  reports: () => <ReportsView />,
  deliveries: () => <DeliveriesView />,
  schedules: () => <SchedulesView />,
  reviews: () => <ReviewsView />,
  archives: () => <ArchivesView />,
  drills: () => <DrillsView />,
  readiness: () => <ReadinessView />,
  journey: () => <JourneyView />,
};
const things: Readonly<Record<string, (name: string) => JSX.Element>> = {
  controls: (name) => <ControlView key={name} id={name} />,
  frameworks: (name) => <FrameworkView key={name} id={name} />,
  evidence: (name) => <EventView key={name} id={name} />,
  findings: (name) => <FindingView key={name} id={name} />,
  approvals: (name) => <ApprovalView key={name} name={name} />,
  reports: (name) => <ReportDetailView key={name} id={name} />,
  packs: (name) => <PackView key={name} id={name} />,
  schedules: (name) => <ScheduleView key={name} id={name} />,
  archives: (name) => <ArchiveView key={name} period={name} />,
  drills: (name) => <DrillView key={name} id={name} />,
  sessions: (name) => <SessionView key={name} name={name} />,
};

/** The view at a path of a scope; null where there is none. */
export function viewOf([list = 'posture', name, ...rest]: readonly string[]): JSX.Element | null {
  if (name !== undefined && rest.length > 0) return partOf(list, name, rest);
  const items = itemLists.find((one) => one === list);
  if (items !== undefined)
    return name === undefined ? (
      <ItemsView key={items} list={items} />
    ) : (
      <ItemView key={`${items} ${name}`} list={items} name={name} />
    );
  const make = name === undefined ? own(lists, list) : own(things, list);
  return make?.(name ?? '') ?? null;
}

/** Views of a part of one thing. */
function partOf(list: string, name: string, rest: readonly string[]): JSX.Element | null {
  const [part = '', ...more] = rest;
  if (list === 'reviews' && more.length === 0)
    return <ReviewView key={`${name} ${part}`} cadence={name} period={part} />;
  if (list === 'reports' && rest.join('/') === 'artifacts/html') return <ArtifactView key={name} id={name} />;
  return null;
}

/** A member by name, and nothing of what every object has. */
const own = <T,>(members: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(members, name) ? members[name] : undefined;
