/** An answer of the public sample is marked so; the mark is beside what was logged and signed, and no part of it. */
export function unmarked<T>(answer: T): T | Omit<T, 'sample'> {
  if (typeof answer !== 'object' || answer === null || !('sample' in answer)) return answer;
  const { sample: _mark, ...rest } = answer;
  return rest;
}
