import type { Health, Readiness } from './answers.js';
import { cast } from './cast.js';
import { openEnvelope } from './envelope.js';
import { canonical, isSignedNote, sha256, type LogKeys } from './inclusion.js';
import type { Service } from './service.js';

export type GateAnswer = {
  answer: Readiness;
  digestHolds: boolean;
  signatureHolds: boolean;
  checkpointHolds: boolean;
};

/**
 * Asks for a recorded decision on production, about the build that runs, and checks, without the service's help, what it
 * carries.
 */
export const askGate = async (service: Service): Promise<GateAnswer> => {
  const { release } = await service.ask<Health>(cast.operator, 'GET', '/api/health');
  const answer = await service.ask<Readiness>(cast.operator, 'POST', '/readiness', {
    target: 'production',
    release: release.name,
    digest: release.digest,
  });
  const keys = await service.ask<LogKeys>(cast.auditor, 'GET', '/keys');
  const { digest, decision: _decision, checkpoint, signature, ...content } = answer;
  const statement = signature === null ? undefined : openEnvelope(signature, keys);
  return {
    answer,
    digestHolds: sha256(canonical(content)).toString('hex') === digest,
    signatureHolds: statement?.subject.some((subject) => subject.digest.sha256 === digest) === true,
    checkpointHolds: checkpoint !== null && isSignedNote(checkpoint, keys),
  };
};
