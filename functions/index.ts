import { app } from '@azure/functions';

import { createServices } from '../shared/services.js';
import * as answerPipeline from './answer-pipeline.js';
import * as archives from './archives.js';
import * as changes from './changes.js';
import * as connectors from './connectors.js';
import * as consolePages from './console.js';
import * as controls from './controls.js';
import * as custody from './custody.js';
import * as drills from './drills.js';
import * as deliveries from './deliveries.js';
import * as delivery from './delivery.js';
import * as evidence from './evidence.js';
import * as findings from './findings.js';
import * as foldEvidence from './fold-evidence.js';
import * as governance from './governance.js';
import * as health from './health.js';
import * as ingestEvidence from './ingest-evidence.js';
import * as ingestEvidenceEvents from './ingest-evidence-events.js';
import * as mail from './mail.js';
import * as packs from './packs.js';
import * as pipelines from './pipelines.js';
import * as isolation from './isolation.js';
import * as journey from './journey.js';
import * as keys from './keys.js';
import * as inventory from './inventory.js';
import * as posture from './posture.js';
import * as produceReport from './produce-report.js';
import * as readiness from './readiness.js';
import * as receiveDeliveryReports from './receive-delivery-reports.js';
import * as remindApproval from './remind-approval.js';
import * as reports from './reports.js';
import * as reviews from './reviews.js';
import * as sample from './sample.js';
import * as settleLedgers from './settle-ledgers.js';
import * as runReviews from './run-reviews.js';
import * as tellDenials from './tell-denials.js';
import * as tenants from './tenants.js';
import * as twoPersonChanges from './two-person-changes.js';

/*
 * The app's surface on one page. Everything is registered at start-up, which the host demands, and a bad configuration
 * ends it here, naming every bad setting.
 */
const services = createServices(process.env);

// The worker sends its own logs and spans; the host then sends none for it.
app.setup({ capabilities: { WorkerOpenTelemetryEnabled: true } });
app.hook.appStart(() => services.telemetry.start());
app.hook.appTerminate(() => services.telemetry.stop());

ingestEvidence.register(services);
ingestEvidenceEvents.register(services);
foldEvidence.register(services);
evidence.register(services);
posture.register(services);
changes.register(services);
findings.register(services);
governance.register(services);
inventory.register(services);
controls.register(services);
reports.register(services);
mail.register(services);
delivery.register(services);
deliveries.register(services);
packs.register(services);
produceReport.register(services);
remindApproval.register(services);
receiveDeliveryReports.register(services);
readiness.register(services);
pipelines.register(services);
journey.register(services);
connectors.register(services);
answerPipeline.register(services);
reviews.register(services);
runReviews.register(services);
archives.register(services);
drills.register(services);
custody.register(services);
tenants.register(services);
twoPersonChanges.register(services);
keys.register(services);
isolation.register(services);
tellDenials.register(services);
settleLedgers.register(services);
health.register(services);
consolePages.register(services);
sample.register(services);
