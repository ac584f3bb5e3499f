import { describe, expect, it } from 'vitest';

import type { Readiness } from '../../schemas/readiness.js';
import { Refusal } from '../../shared/core/kernel/refusal.js';
import { azureCalls, azureCheckOf, gateLogLines } from '../../shared/core/readiness/azure-check.js';
import { blockerTexts } from '../../shared/core/readiness/blockers.js';
import { checkHeaders, ids } from './service.js';

const settings = { azureOrganizations: ['acme'] };
const service = 'https://dev.azure.com';
const checkOf = (headers: Record<string, string>) => azureCheckOf(headers, settings, service);

describe('a check of Azure Pipelines', () => {
  it('is answered where its organization is, in either form of its address', () => {
    for (const planUrl of [
      'https://dev.azure.com/acme/',
      'https://dev.azure.com/ACME',
      'https://acme.visualstudio.com/',
    ]) {
      const { check, token } = checkOf(checkHeaders(planUrl));
      expect(check).toMatchObject({ projectId: ids.project, hub: 'checks', taskInstanceId: ids.task });
      expect(azureCalls(check).completed('failed')).toEqual({
        method: 'POST',
        url: `${check.planUrl}/${ids.project}/_apis/distributedtask/hubs/checks/plans/${ids.plan}/events?api-version=2.0-preview.1`,
        body: { name: 'TaskCompleted', taskId: ids.task, jobId: ids.job, result: 'failed' },
      });
      expect(token).toContain('planted-job-token');
    }
  });

  it('is refused where it names any other address, however alike', () => {
    for (const planUrl of [
      'http://dev.azure.com/acme/',
      'https://dev.azure.com/acme.evil/',
      'https://dev.azure.com/acme/../evil/',
      'https://dev.azure.com/acme/evil/',
      'https://dev.azure.com.evil.example/acme/',
      'https://user@dev.azure.com/acme/',
      'https://dev.azure.com:8443/acme/',
      'https://dev.azure.com/acme/?x=1',
      'https://evil.visualstudio.com/',
      'https://acme.visualstudio.com.evil.example/',
      'http://169.254.169.254/metadata',
    ])
      expect(() => checkOf(checkHeaders(planUrl)), planUrl).toThrow(Refusal);
  });

  it('names every header that is missing or wrong, and shows none of their values', () => {
    const { planid: _planid, ...rest } = checkHeaders('https://dev.azure.com/acme/');
    const headers = { ...rest, jobid: 'not-a-guid', authtoken: 'planted token\r\nx: y' };
    try {
      checkOf(headers);
      expect.unreachable();
    } catch (error) {
      expect((error as Refusal).code).toBe('invalid_request');
      for (const name of ['planid', 'jobid', 'authtoken']) expect((error as Refusal).message).toContain(name);
      expect((error as Refusal).message).not.toContain('planted');
    }
  });

  it('is told each blocker with its meaning, what removes it and who can, a line each', () => {
    const answer: Readiness = {
      schemaVersion: 'aispm.readiness.v1',
      tenantId: 'acme',
      target: 'production',
      release: 'v1',
      releaseDigest: null,
      ready_for_aispm_production: false,
      blockers: [
        {
          id: 'evidence_stale',
          ...blockerTexts.evidence_stale,
          title: `long ${'x'.repeat(3000)}\nand broken`,
          since: null,
          evidenceIds: [],
          links: {},
        },
      ],
      checks: [],
      packets: [],
      asOf: '2026-06-01T12:00:00.000Z',
      position: 9,
      digest: '0'.repeat(64),
      decision: 'd'.repeat(64),
      checkpoint: null,
      signature: null,
    };
    const lines = gateLogLines(answer);
    expect(lines[0]).toBe('Not ready for production: v1, as of 2026-06-01T12:00:00.000Z, log position 9.');
    expect(lines.join('\n')).toContain(blockerTexts.evidence_stale.resolution);
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(1024);
      expect(line).not.toMatch(/[\r\n]/);
    }
  });
});
