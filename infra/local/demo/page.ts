export type Page = {
  heading(title: string): void;
  /** A name and what is to be said of it. */
  row(name: string, text: string): void;
  /** Columns as wide as their widest cell. */
  table(rows: readonly (readonly string[])[]): void;
  /** States whether something holds; every statement that does not is kept. */
  expect(what: string, holds: boolean): void;
  /** Statements made so far, and those that do not hold. */
  verdict(): { expected: number; failed: string[] };
};

/** Prints plain text in aligned columns, for a reader who was not there. */
export const openPage = (print: (line: string) => void): Page => {
  let expected = 0;
  const failed: string[] = [];
  return {
    heading: (title) => print(`\n${title}`),
    row: (name, text) => print(`  ${name.padEnd(18)}${text}`.trimEnd()),
    table: (rows) => {
      const widths: number[] = [];
      for (const row of rows)
        for (const [column, cell] of row.entries())
          widths[column] = Math.max(widths[column] ?? 0, cell.length);
      for (const row of rows)
        print(`  ${row.map((cell, column) => cell.padEnd((widths[column] ?? 0) + 2)).join('')}`.trimEnd());
    },
    expect: (what, holds) => {
      expected += 1;
      if (!holds) failed.push(what);
    },
    verdict: () => ({ expected, failed }),
  };
};
