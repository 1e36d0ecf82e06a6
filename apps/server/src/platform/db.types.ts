// Types of all tables, generated from the migrated database by `cli.ts types`. Do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> =
  T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>;

export interface Outbox {
  id: Generated<number>;
  event: string;
  payload: unknown;
  created_at: Generated<Date>;
}

export interface DB {
  outbox: Outbox;
}
