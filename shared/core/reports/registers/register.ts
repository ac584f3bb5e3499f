import type { Register, RegisterColumn, RegisterValue } from '../../../../schemas/report-registers.js';
import { person, quoted } from '../text.js';

/** A column with the way its value is read from a row's document. */
export type ColumnOf<T> = RegisterColumn & { read: (from: T) => RegisterValue | undefined };

export const column = <T>(
  key: string,
  title: string,
  kind: RegisterColumn['kind'],
  meaning: string,
  read: ColumnOf<T>['read'],
): ColumnOf<T> => ({ key, title, kind, meaning, read });

/** A person as a register shows one; empty where nobody is recorded. */
export const known = (pseudonym: string | undefined): string | null =>
  pseudonym === undefined ? null : person(pseudonym, '');

/** Most rows of a register; what lies beyond is counted. */
const mostRows = 20_000;

/** A register from documents in their order. Text of others is made inert; what is not recorded is an empty cell. */
export function registerOf<T>(
  head: Pick<Register, 'sheet' | 'what' | 'empty'>,
  columns: readonly ColumnOf<T>[],
  documents: readonly T[],
  total = documents.length,
): Register {
  const rows = documents
    .slice(0, mostRows)
    .map((document) => columns.map(({ read, kind }) => cell(read(document), kind)));
  return {
    ...head,
    columns: columns.map(({ read: _read, ...told }) => told),
    rows,
    total: Math.max(total, rows.length),
  };
}

const cell = (value: RegisterValue | undefined, kind: RegisterColumn['kind']): RegisterValue =>
  value === undefined || value === '' || value === null
    ? null
    : typeof value === 'string' && kind !== 'instant'
      ? quoted(value, 500)
      : value;
