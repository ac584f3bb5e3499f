import { keepText } from './keep.js';

const kept = Symbol.for('aispm.kept');

// In each process of the suite, once however many files it runs: what an app in it prints is kept too.
for (const stream of [process.stdout, process.stderr]) {
  if (kept in stream) continue;
  const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
  stream.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
    keepText(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    return write(chunk, ...rest);
  };
  Object.assign(stream, { [kept]: true });
}
