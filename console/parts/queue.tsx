import type { JSX, TargetedSubmitEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import { hrefTo, type Query } from '../address.js';
import { goTo, useAddress, useScope } from '../navigation.js';
import { Printed } from './page.js';
import { plain } from './status.js';

/** A filter of a list: one of a closed set, or a text that is asked for as it stands. Named as the API's parameter. */
export type Filter = { name: string; label: string } & (
  { options: readonly (readonly [value: string, words: string])[]; all: string } | { hint: string }
);

/** Words that an index finds: whole ones, in any order, of what a row says or is called. */
export const wordsFilter: Filter = { name: 'words', label: 'Words', hint: 'of its title or name' };

/** The query of the address with changes; a changed filter begins at the first page again. */
function useQuery(): { query: Query; withChange: (change: Query) => string } {
  const { path, query } = useAddress();
  const scope = useScope();
  const now: Query = Object.fromEntries(query);
  return {
    query: now,
    withChange: (change) => hrefTo(scope, path, { ...now, cursor: undefined, ...change }),
  };
}

/** Options of a closed set of the API, in words. */
export const optionsOf = (codes: readonly string[]): (readonly [value: string, words: string])[] =>
  codes.map((code) => [code, plain(code)] as const);

/** What a list is searched and sorted by. All of it stands in the address. `linked`: what only a link can ask for. */
export function Filters({
  filters,
  linked = [],
}: {
  filters: readonly Filter[];
  linked?: readonly string[];
}): JSX.Element {
  const { query, withChange } = useQuery();
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    goTo(withChange(Object.fromEntries(filters.map(({ name }) => [name, textOf(given.get(name))]))));
  };
  const texts = filters.some((filter) => 'hint' in filter);
  const names = [...filters.map(({ name }) => name), ...linked];
  return (
    <>
      <form class="filters" role="search" onSubmit={submit}>
        {filters.map((filter) => {
          const value = query[filter.name] ?? '';
          return (
            <label key={filter.name}>
              <span>{filter.label}</span>
              {'options' in filter ? (
                <select
                  name={filter.name}
                  value={value}
                  onChange={(event) => goTo(withChange({ [filter.name]: event.currentTarget.value }))}
                >
                  <option value="">{filter.all}</option>
                  {(value === '' || filter.options.some(([option]) => option === value)
                    ? filter.options
                    : [...filter.options, [value, value] as const]
                  ).map(([option, words]) => (
                    <option key={option} value={option}>
                      {words}
                    </option>
                  ))}
                </select>
              ) : (
                <TextField name={filter.name} value={value} hint={filter.hint} />
              )}
            </label>
          );
        })}
        {texts ? <button type="submit">Search</button> : null}
        {linked
          .filter((name) => query[name] !== undefined)
          .map((name) => (
            <span key={name} class="linked">
              {plain(name)}: {query[name]}
            </span>
          ))}
        {names.some((name) => query[name] !== undefined) ? (
          <a href={withChange(Object.fromEntries(names.map((name) => [name, undefined])))}>Clear</a>
        ) : null}
      </form>
      <Printed>
        {names
          .flatMap((name) =>
            saidOf(
              filters.find((one) => one.name === name),
              name,
              query[name],
            ),
          )
          .join(' · ')}
      </Printed>
    </>
  );
}

/** Text to search by. What the address says is put in when that changes, so that a search leaves the reader in its field. */
function TextField({ name, value, hint }: { name: string; value: string; hint: string }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current !== null) field.current.value = value;
  }, [value]);
  return <input ref={field} name={name} type="search" defaultValue={value} placeholder={hint} />;
}

/** A filter as it is set, in words; nothing where it is not. */
function saidOf(filter: Filter | undefined, name: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  const options = filter !== undefined && 'options' in filter ? filter.options : [];
  return [`${filter?.label ?? plain(name)}: ${options.find(([option]) => option === value)?.[1] ?? value}`];
}

const textOf = (value: FormDataEntryValue | null): string => (typeof value === 'string' ? value.trim() : '');

/** The way to the next page, and back to the first. `also`: what a page is of, where the list's filters do not say it. */
export function Pager({
  cursor,
  also = {},
}: {
  cursor: string | undefined;
  also?: Query;
}): JSX.Element | null {
  const { query, withChange } = useQuery();
  const later = query['cursor'] !== undefined;
  if (cursor === undefined && !later) return null;
  return (
    <>
      <nav class="pager" aria-label="Pages">
        {later ? <a href={withChange({})}>First page</a> : <span />}
        {cursor === undefined ? (
          <span class="quiet">Last page</span>
        ) : (
          <a href={withChange({ ...also, cursor })}>Next page</a>
        )}
      </nav>
      <Printed>{`${later ? (cursor === undefined ? 'The last' : 'One') : 'The first'} page of a longer list.`}</Printed>
    </>
  );
}

/** The path of a list of the API with those parameters of the address that it knows. */
export function useListPath(list: string, names: readonly string[]): string {
  const { query } = useAddress();
  const asked = new URLSearchParams();
  for (const name of [...names, 'cursor']) {
    const value = query.get(name);
    if (value !== null && value !== '') asked.set(name, value);
  }
  const text = asked.toString();
  return text === '' ? list : `${list}?${text}`;
}
