import type { ComponentChildren, JSX } from 'preact';

export type Column<Row> = {
  title: string;
  cell: (row: Row) => ComponentChildren;
  /** Numbers stand right, so that they align. */
  numeric?: true;
  /** The name of the row; the first column where none says so. */
  head?: true;
  class?: string;
};

type TableProps<Row> = {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** What stands where there is no row. */
  empty: ComponentChildren;
};

/**
 * A table that becomes a list of cards on a narrow screen: each cell then carries the title of its column. Roles are said
 * outright, because a changed display takes them away.
 */
export function Table<Row>({ caption, columns, rows, keyOf, empty }: TableProps<Row>): JSX.Element {
  if (rows.length === 0)
    return (
      <div class="empty">
        <p>{empty}</p>
      </div>
    );
  const headed = columns.findIndex(({ head }) => head === true);
  const headAt = headed < 0 ? 0 : headed;
  const classOf = ({ numeric, class: given }: Column<Row>): string =>
    [numeric === true ? 'r' : '', given ?? ''].filter(Boolean).join(' ');
  return (
    <table role="table">
      <caption class="said">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.title} role="columnheader" scope="col" class={classOf(column)}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {columns.map((column, i) =>
              i === headAt ? (
                <th
                  key={column.title}
                  role="rowheader"
                  scope="row"
                  class={classOf(column)}
                  data-title={column.title}
                >
                  <div>{column.cell(row)}</div>
                </th>
              ) : (
                <td key={column.title} role="cell" class={classOf(column)} data-title={column.title}>
                  <div>{column.cell(row)}</div>
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
