import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';

export type SqlValue = string | number | null;
export type Row = Readonly<Record<string, SqlValue>>;

/** The few calls that the stand-in makes of SQLite, with prepared statements kept. */
export type Sql = {
  all(text: string, values?: readonly SqlValue[]): Row[];
  one(text: string, values?: readonly SqlValue[]): Row | undefined;
  run(text: string, values?: readonly SqlValue[]): number;
  exec(text: string): void;
  /** Runs the work in one transaction: all of it is committed, or, if it throws, none. */
  transaction<T>(work: () => T): T;
  close(): void;
};

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS databases (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, resource TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS containers (
    n INTEGER PRIMARY KEY AUTOINCREMENT, database INTEGER NOT NULL, id TEXT NOT NULL, resource TEXT NOT NULL,
    ranges TEXT NOT NULL, lsn INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 0, UNIQUE (database, id));
`;

const STATEMENTS = 500;

/**
 * Opens (or makes) the store in a folder. Write-ahead log with synchronous NORMAL: a committed write is in the
 * operating system's hands before it is acknowledged, so killing this process loses none. A power cut may.
 * One server to a folder: what it keeps in memory, another would not see.
 */
export function openDatabase(directory: string): Sql {
  mkdirSync(directory, { recursive: true });
  const db = new Libsql(join(directory, 'cosmos.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536');
  db.exec(SCHEMA);
  const prepared = new Map<string, Libsql.Statement<unknown[]>>();
  const prepare = (text: string): Libsql.Statement<unknown[]> => {
    const kept = prepared.get(text);
    if (kept) return kept;
    if (prepared.size >= STATEMENTS) prepared.clear();
    const statement = db.prepare(text);
    prepared.set(text, statement);
    return statement;
  };
  // as: the library types rows as unknown; SQLite gives only text, numbers and nulls for our columns.
  const all = (text: string, values: readonly SqlValue[] = []): Row[] =>
    prepare(text).all(...values) as Row[];
  return {
    all,
    one: (text, values) => all(text, values)[0],
    run: (text, values = []) => prepare(text).run(...values).changes,
    exec: (text) => {
      prepared.clear();
      db.exec(text);
    },
    transaction: (work) => {
      db.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        db.exec('COMMIT');
        return result;
      } catch (error) {
        if (db.inTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => {
      prepared.clear();
      db.close();
    },
  };
}
