import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { eventDataSchemas } from '../../schemas/events/types.js';
import { eventNameOf, eventSchemas } from '../../schemas/evidence.js';

const root = new URL('../../', import.meta.url);

describe('the published schemas', () => {
  it('are current, and every event type has an example that fits its schema', async () => {
    const script = fileURLToPath(new URL('test/generate/main.mjs', root));
    const { stdout } = await promisify(execFile)(process.execPath, [script, '--check']);
    expect(stdout).toContain(`${Object.keys(eventDataSchemas).length} examples, 0 problems`);
  });

  it('have examples without unknown members: one more member and the service refuses them', () => {
    const folder = new URL('schemas/examples/', root);
    for (const file of readdirSync(folder)) {
      const example = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
        type: string;
        data: object;
      };
      const name = eventNameOf(example.type);
      expect(name).not.toBeNull();
      if (name === null) continue;
      expect(eventSchemas[name].safeParse(example).success).toBe(true);
      expect(eventSchemas[name].safeParse({ ...example, data: { ...example.data, mood: 1 } }).success).toBe(
        false,
      );
    }
  });
});
