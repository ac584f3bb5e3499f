import { describe, expect, it } from 'vitest';

import { handlers as tenantHandlers } from '../../functions/tenants.js';
import { tenantRoutes } from '../../functions/routes/tenants.js';
import { jsonTelemetry } from '../../shared/adapters/telemetry.js';
import { at, caller, openDesk, type Told } from '../http/desk.js';

const desk = openDesk();
const code = ({ status, json }: Told): unknown[] => [status, at(json, 'code')];

describe('injection', () => {
  it('into the log: whatever a field holds, an entry is one line', () => {
    const lines: string[] = [];
    const log = jsonTelemetry((line) => lines.push(line));
    log.log('warn', 'refused', { detail: 'a\n{"level":"info","event":"all_is_well"}\r\u2028\u001b[2J' });
    expect(lines).toHaveLength(1);
    for (const control of ['\n', '\r', '\u001b']) expect(lines[0]?.trimEnd()).not.toContain(control);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'refused' });
  });

  it('into headers and mail: a name with a line break is refused where it is set', async () => {
    const put = caller(desk, tenantRoutes, tenantHandlers);
    const names = ['Acme\r\nBcc: all@acme.example', 'Acme\u0000', 'Acme\u0085'];
    for (const name of names)
      for (const changed of [
        { displayName: name },
        { reports: { recipients: [{ address: 'a@acme.example', displayName: name }] } },
        { reports: { recipients: [{ address: `a@acme.example${name}` }] } },
      ]) {
        const body = { settings: { displayName: 'Acme', timeZone: 'UTC', ...changed } };
        expect(code(await put('putTenant', { token: 'admin@acme', body }))).toEqual([400, 'invalid_request']);
      }
  });
});
