import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import { dataInstant, duration, instant, number } from '../../shared/core/reports/format.js';
import type { People } from '../answers.js';
import { To } from '../navigation.js';

/** Names the view in the window's title, which is what a reader of a tab or a history sees. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · AISPM`;
  }, [title]);
}

/** Head of a view: its name, and what it is about. */
export function Head({
  title,
  above,
  children,
}: {
  title: string;
  above?: ComponentChildren;
  children?: ComponentChildren;
}): JSX.Element {
  useTitle(title);
  return (
    <header class="view-head">
      {above === undefined ? null : <p class="above">{above}</p>}
      <h1>{title}</h1>
      {children === undefined ? null : <div class="under">{children}</div>}
    </header>
  );
}

/** `as of 31 Oct 2026, 23:59 UTC · position 48,211`: what every number of a view stands on. */
export const Standing = ({ asOf, position }: { asOf: string; position: number }): JSX.Element => (
  <>
    as of <Time at={asOf} /> · position {number(position)} of the log
  </>
);

/** An instant in words, exact for machines. */
export const Time = ({ at }: { at: string }): JSX.Element => (
  <time dateTime={at} title={dataInstant(at)}>
    {instant(at)}
  </time>
);

/** To the second, where the order of events is what is looked at. */
export const Exactly = ({ at }: { at: string }): JSX.Element => (
  <time dateTime={at}>{dataInstant(at).replace('T', ' ').replace('Z', ' UTC')}</time>
);

/** So many seconds in words. */
export const length = (seconds: number | null | undefined): string =>
  seconds === null || seconds === undefined ? 'not observed' : duration(seconds * 1000);

/** What only paper has to say: what a reader of the screen sees of it elsewhere. */
export const Printed = ({ children }: { children: string }): JSX.Element | null =>
  children === '' ? null : <p class="printed">{children}</p>;

export type FactRows = readonly (readonly [name: string, value: ComponentChildren])[];

/** Names and values; what has no value is left out. */
export const Facts = ({ rows }: { rows: FactRows }): JSX.Element => (
  <dl class="facts">
    {rows
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
);

/** A person by the name that the answer joins, or the beginning of the pseudonym. */
export const Person = ({
  id,
  people,
}: {
  id: string | undefined;
  people: People | undefined;
}): JSX.Element =>
  id === undefined ? <span class="quiet">nobody</span> : <>{people?.[id] ?? id.slice(0, 12)}</>;

/** The beginning of a digest or an id; the whole in its title. */
export const Short = ({ id }: { id: string }): JSX.Element => <code title={id}>{id.slice(0, 12)}</code>;

/** The way to an event. */
export const EvidenceLink = ({ id }: { id: string | null | undefined }): JSX.Element =>
  id === null || id === undefined ? (
    <span class="quiet">none</span>
  ) : (
    <To path={['evidence', id]} label={`Evidence ${id.slice(0, 12)}`}>
      <Short id={id} />
    </To>
  );

const lists = { agent: 'agents', repository: 'repositories', workflow: 'workflows', tool: 'tools' } as const;

/** `agent:builder-1`, as words that lead to the page of the item where it has one. */
export function Subject({ of }: { of: string }): JSX.Element {
  const colon = of.indexOf(':');
  const [kind, name] = colon < 0 ? ['', of] : [of.slice(0, colon), of.slice(colon + 1)];
  if (kind === 'item' || kind === 'tenant' || name === '') return <>this tenant</>;
  const list = kind in lists ? lists[kind as keyof typeof lists] : undefined;
  const words = `${kind} ${name}`.trim();
  return list === undefined ? <>{words}</> : <To path={[list, name]}>{words}</To>;
}
