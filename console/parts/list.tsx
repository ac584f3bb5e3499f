import type { ComponentChildren, JSX } from 'preact';

import type { Paged } from '../answers.js';
import { useAddress } from '../navigation.js';
import { Shown, useRead } from '../reading.js';
import { Head } from './page.js';
import { Filters, Pager, useListPath, type Filter } from './queue.js';
import { Table, type Column } from './table.js';

/** What one list of the API is shown by. */
type ListProps<Row, Answer extends Paged<Row>> = {
  /** Its path in the API, which is asked with those parameters of the address that it knows. */
  path: string;
  /** What it holds, in the middle of a sentence: `the findings`. */
  what: string;
  /** The table by name, and its order. */
  caption: string;
  filters?: readonly Filter[];
  /** Parameters that only links carry. */
  linked?: readonly string[];
  columns: (answer: Answer) => readonly Column<Row>[];
  keyOf: (row: Row) => string;
  /** What will appear here and when, where nothing did yet. */
  empty: string;
  /** What is said of the whole list above its rows, and what it stands on below them. */
  above?: (answer: Answer) => ComponentChildren;
  below?: (answer: Answer) => ComponentChildren;
};

/** The one frame of every list: search, rows, pages, and what stands there instead of them. */
export function List<Row, Answer extends Paged<Row> = Paged<Row>>({
  path,
  what,
  caption,
  filters = [],
  linked = [],
  columns,
  keyOf,
  empty,
  above,
  below,
}: ListProps<Row, Answer>): JSX.Element {
  const names = [...filters.map(({ name }) => name), ...linked];
  const { query } = useAddress();
  const page = useRead<Answer>(useListPath(path, names));
  const searched = names.some((name) => (query.get(name) ?? '') !== '');
  return (
    <>
      {filters.length === 0 ? null : <Filters filters={filters} linked={linked} />}
      <Shown of={page} what={what}>
        {(answer) => (
          <>
            {above?.(answer)}
            <Table
              caption={caption}
              columns={columns(answer)}
              rows={answer.items}
              keyOf={keyOf}
              empty={searched ? nothingLike(what, query.has('words')) : empty}
            />
            <Pager cursor={answer.cursor} />
            {below?.(answer)}
          </>
        )}
      </Shown>
    </>
  );
}

/** Why a search found nothing, as far as the search itself may be why. */
const nothingLike = (what: string, byWords: boolean): string =>
  `Nothing among ${what} is like that.${byWords ? ' Words are found whole, in any order.' : ''}`;

/** A view that is one list. */
export function ListView<Row, Answer extends Paged<Row> = Paged<Row>>({
  title,
  about,
  ...list
}: ListProps<Row, Answer> & { title: string; about: string }): JSX.Element {
  return (
    <>
      <Head title={title}>
        <p>{about}</p>
      </Head>
      <List {...list} />
    </>
  );
}

/** Numbers that stand on their own, above a list or a thing. */
export const Figures = ({
  rows,
}: {
  rows: readonly (readonly [name: string, value: string, note: string])[];
}): JSX.Element => (
  <dl class="figures">
    {rows.map(([name, value, note]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd class="value">{value}</dd>
        <dd class="quiet">{note}</dd>
      </div>
    ))}
  </dl>
);
