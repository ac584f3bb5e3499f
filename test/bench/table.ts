/** A number of a table as a person reads it: three significant digits, thousands apart. */
export const shown = (value: number): string =>
  Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-GB')
    : String(Number(value.toPrecision(Math.abs(value) >= 1 ? 3 : 2)));

/** Prints a table: the first column to the left, the others, which are numbers, to the right. */
export function printTable(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const cells = [heads, ...rows].map((row) => row.map((c) => (typeof c === 'number' ? shown(c) : c)));
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  const [first = [], ...rest] = cells;
  console.log(`\n${title}\n`);
  console.log(line(first));
  console.log(widths.map((width) => '-'.repeat(width)).join('  '));
  for (const row of rest) console.log(line(row).trimEnd());
}
