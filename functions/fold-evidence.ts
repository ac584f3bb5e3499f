import { app } from '@azure/functions';

import type { Services } from '../shared/services.js';
import { foldChanges } from '../shared/usecases/log/fold-changes.js';
import { delivered } from './background/event-driven.js';

/** The change feed of `evidence`: whatever was admitted is sequenced and folded, however often it is handed over. */
export function register(services: Services): void {
  app.cosmosDB('foldEvidence', {
    connection: 'COSMOS',
    databaseName: '%COSMOS_DATABASE%',
    containerName: 'evidence',
    leaseContainerName: 'leases',
    leaseContainerPrefix: 'fold-',
    startFromBeginning: true,
    feedPollDelay: 1_000,
    // Without limit: a batch that was given up would be evidence lost to posture.
    retry: {
      strategy: 'exponentialBackoff',
      maxRetryCount: -1,
      minimumInterval: { seconds: 1 },
      maximumInterval: { minutes: 1 },
    },
    handler: (documents: unknown[]) =>
      delivered(services, 'foldEvidence', () => foldDocuments(services, documents)),
  });
}

/** Folds one delivery. @throws what a store throws, so that the feed delivers the same documents again. */
export async function foldDocuments(services: Services, documents: readonly unknown[]): Promise<void> {
  const { folded, unfoldable, foreign } = await foldChanges(services, documents);
  services.telemetry.log('info', 'evidence_folded', { count: folded });
  if (unfoldable > 0) services.telemetry.log('error', 'evidence_unfoldable', { count: unfoldable });
  // Nothing of it was ever acknowledged to a sender, so it may be passed over, but never in silence.
  if (foreign > 0) services.telemetry.log('error', 'foreign_document', { count: foreign });
}
