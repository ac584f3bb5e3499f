import { describe, expect, it } from 'vitest';

import { previewPackets } from '../../shared/usecases/readiness/gate.js';
import { reportOf, worldOf, type Month } from './eight.js';

describe('the production packet', () => {
  it.each([
    ['good', false],
    ['bad', false],
    ['bad', true],
    ['thin', false],
  ] as const satisfies readonly (readonly [Month, boolean])[])(
    'of a %s month calls ready what its validators call ready, and nothing else (public-safe: %s)',
    async (month, publicSafe) => {
      const { blocks } = await reportOf('production-readiness', month, publicSafe);
      const table = blocks.find((block) => block.kind === 'table' && block.columns[0]?.key === 'packet');
      const rows = table?.kind === 'table' ? table.rows : [];
      const said = rows.map((cells) => {
        const status = cells.find((cell) => cell.kind === 'status');
        return status?.kind === 'status' && status.status === 'on_target';
      });
      const packets = await previewPackets(await worldOf('production-readiness', month));
      expect(packets).toHaveLength(4);
      expect(said).toEqual(packets.map(({ ready }) => ready));
    },
  );
});
