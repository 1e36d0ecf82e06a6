// A statement whose text never changes: put together once, however often it is asked. For what every order asks.
import { CompiledQuery } from 'kysely';
import type { Reader } from './db.ts';

const texts = new WeakMap<TemplateStringsArray, string>();

/** Like Kysely's `sql`, for values alone: no names, no parts of other statements. */
export function statement<R = unknown>(parts: TemplateStringsArray, ...values: unknown[]): CompiledQuery<R> {
  let text = texts.get(parts);
  if (text === undefined) {
    text = parts.reduce((before, part, index) => `${before}$${index}${part}`);
    texts.set(parts, text);
  }
  return CompiledQuery.raw(text, values) as CompiledQuery<R>;
}

export async function ask<R>(reader: Reader, asked: CompiledQuery<R>): Promise<R[]> {
  return (await reader.run(asked)).rows as R[];
}
