import { day, instantOf, millisOf } from '../../kernel/time.js';
import { day as dayWords, number } from '../format.js';
import { timeOf } from '../proof.js';
import { counted, quoted } from '../text.js';
import type { Soc2Input } from './input.js';

/** A stretch in which a source told nothing, in milliseconds. */
type Silence = { source: string; from: number; to: number };

/** Shorter ones are a night. */
const shortest = day;
/** Sources named; there are rarely more. */
const named = 5;

/** The longest silence of each source that was heard, from the period's beginning to its end, or to the as-of. */
function silencesOf({ proofs, window, posture }: Soc2Input): Silence[] {
  const times = new Map<string, number[]>();
  // What the service concludes comes from no source that could fall silent.
  for (const proof of proofs.filter(({ evidence }) => evidence.admission.sourceId !== 'aispm')) {
    const { sourceId } = proof.evidence.admission;
    const told = times.get(sourceId);
    if (told) told.push(millisOf(timeOf(proof)));
    else times.set(sourceId, [millisOf(timeOf(proof))]);
  }
  const [begin, end] = [millisOf(window.from), Math.min(millisOf(window.to), millisOf(posture.asOf))];
  return [...times].map(([source, told]) => {
    const ordered = [begin, ...told, end].sort((a, b) => a - b);
    let longest: Silence = { source, from: end, to: end };
    ordered.forEach((to, i) => {
      const from = ordered[i - 1] ?? to;
      if (to - from > longest.to - longest.from) longest = { source, from, to };
    });
    return longest;
  });
}

/** What the population shows of silent sources. A source that never told anything in the period is not among them. */
export function silenceWords(input: Soc2Input): string {
  const { population, publicSafe } = input;
  if (population.some(({ whole }) => !whole)) return 'not observed — not every event of the period was read';
  const all = silencesOf(input);
  if (all.length === 0) return 'not observed — no event of a source was read';
  const silent = all
    .filter(({ from, to }) => to - from > shortest)
    .sort((a, b) => b.to - b.from - (a.to - a.from) || (a.source < b.source ? -1 : 1));
  if (silent.length === 0)
    return `of ${counted(all.length, 'source')} heard in the period none was silent for more than a day`;
  const each = silent.slice(0, named).map(({ source, from, to }, i) => {
    const who = publicSafe ? `source ${i + 1}` : quoted(source, 60);
    const on = (ms: number): string => dayWords(instantOf(ms));
    return `${who} ${number((to - from) / day, 1)} d, ${on(from)} to ${on(to)}`;
  });
  const more = silent.length > named ? ` and ${number(silent.length - named)} more` : '';
  const were = silent.length === 1 ? 'was' : 'were';
  return `${number(silent.length)} of ${counted(all.length, 'source')} heard in the period ${were} silent for more than a day, at longest: ${each.join('; ')}${more}`;
}
