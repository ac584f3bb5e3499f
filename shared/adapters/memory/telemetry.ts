import type { Telemetry } from '../../ports.js';

export type MemoryTelemetry = Telemetry & {
  readonly lines: readonly {
    level: 'info' | 'warn' | 'error';
    event: string;
    fields: Readonly<Record<string, string | number | boolean>>;
  }[];
};

/** Keeps what was logged. */
export function memoryTelemetry(): MemoryTelemetry {
  const lines: MemoryTelemetry['lines'][number][] = [];
  return {
    lines,
    log: (level, event, fields = {}) => void lines.push({ level, event, fields: { ...fields } }),
  };
}
