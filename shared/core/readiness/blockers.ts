import type { Blocker, BlockerId } from '../../../schemas/readiness.js';

/** What each blocker means, what removes it, and who can: data, one row a blocker. */
export const blockerTexts: Readonly<
  Record<BlockerId, Pick<Blocker, 'title' | 'meaning' | 'resolution' | 'owner'>>
> = {
  missing_live_connector_evidence: {
    title: 'A connector is not proven live',
    meaning:
      'A source that signs has not returned its last nonce over its real path, or none is registered: nothing shows that its evidence still arrives. For a release, that build must have been the one it returned it to.',
    resolution:
      'Repair the connector that the plan names, run its validation, and have it return the nonce in time.',
    owner: 'operator',
  },
  tenant_isolation_not_proven: {
    title: 'Tenant isolation is not proven',
    meaning:
      'The five isolation proofs were not run against this deployment, or one of them failed. For a release, they must have been run against that build.',
    resolution:
      'Run the isolation validation against this deployment; repair what its failed attempts name, and run it again.',
    owner: 'operator',
  },
  report_delivery_unverified: {
    title: 'Report delivery is not verified',
    meaning:
      'The last report did not reach its recipient, on the provider’s word, or none did in the last 35 days; for production, also while no delivery validation shows provider, TLS, a retry, an escalation and redaction. For a release, that build must have sent the validation report.',
    resolution:
      'Repair or replace the address that took nothing, run the delivery validation, and wait for the provider’s word.',
    owner: 'operator',
  },
  runtime_workflow_synthetic_only: {
    title: 'The runtime workflow was not exercised',
    meaning:
      'No signed live session in production touched every element that a real workflow has; fixtures do not count. For a release, that build must have taken its evidence.',
    resolution: 'Run the exercise through the real runtime with its own key.',
    owner: 'platform engineer',
  },
  evidence_stale: {
    title: 'Evidence is stale',
    meaning:
      'At least one agent in scope was not heard from within its window, or the inventory is out of date.',
    resolution:
      'Repair the silent sources, retire in the inventory what no longer runs, and declare it again where it is out of date.',
    owner: 'operator',
  },
  ga_archive_not_closed: {
    title: 'The operating archive is not closed',
    meaning:
      'No operating archive with its sign-offs was closed in the last 100 days, or it is not on record that it verifies.',
    resolution: 'Close the archive with its five sign-offs.',
    owner: 'auditor',
  },
  critical_finding_open: {
    title: 'A critical finding is open',
    meaning: 'A critical finding is neither closed by evidence nor accepted.',
    resolution: 'Close it by evidence, or have a second person accept it with an expiry.',
    owner: 'operator',
  },
  high_finding_overdue: {
    title: 'A high finding is overdue',
    meaning: 'A high finding is open past its due date.',
    resolution: 'Close it by evidence, or have a second person accept it with an expiry.',
    owner: 'operator',
  },
  critical_control_unmet: {
    title: 'A critical control is unmet',
    meaning:
      'A control of critical severity is blocked, missing, stale, shadowed or not observed for an item in scope.',
    resolution: 'Enforce the control for every item that its page lists as failing.',
    owner: 'platform engineer',
  },
  log_integrity_broken: {
    title: 'The log does not verify',
    meaning: 'The signed history and the log disagree, or events could not be folded.',
    resolution: 'Stop, keep everything as it is, and have an auditor compare checkpoints.',
    owner: 'auditor',
  },
  insufficient_evidence: {
    title: 'There is not enough evidence to decide',
    meaning:
      'There is no inventory, or too little of the catalogue is observed, so no score can be given. For a trial, an inventory that is out of date counts as none.',
    resolution: 'Declare the inventory and send live evidence for it.',
    owner: 'operator',
  },
  delivery_unconfirmed: {
    title: 'A delivery is unconfirmed',
    meaning: 'A mail may or may not have been sent; it is never resent by itself.',
    resolution: 'Ask the recipient, and record what they say.',
    owner: 'operator',
  },
  deployment_not_validated: {
    title: 'The deployment is not validated',
    meaning:
      'No evidence of production names the deployed version and its digest, identity, key custody and telemetry; or the tenant is not configured, or a packet from outside blocks.',
    resolution:
      'Have the pipeline post what runs there: aispm deployment. What the tenant lacks, the plan names.',
    owner: 'release owner',
  },
  trial_access_not_approved: {
    title: 'Trial access is not approved',
    meaning: 'Nobody has trial access that a second person opened and that is not over.',
    resolution: 'Ask for the evaluator’s access, and have another person approve it.',
    owner: 'approver',
  },
  labs_incomplete: {
    title: 'Guided labs have left no evidence',
    meaning: 'At least one lab of the trial has not left all the evidence that it must.',
    resolution: 'Run the labs that the journey shows as open; their evidence checks them off.',
    owner: 'operator',
  },
  pilot_scope_missing: {
    title: 'No pilot is proposed',
    meaning: 'Nothing says what the pilot governs, until when, and who answers for it, or its time is over.',
    resolution: 'Propose the pilot with its scope, its end and its sponsor.',
    owner: 'operator',
  },
  rehearsal_environment: {
    title: 'This is a rehearsal',
    meaning: 'The service runs against endpoints on this machine or outside a production environment.',
    resolution: 'Decide in the production deployment.',
    owner: 'release owner',
  },
};
