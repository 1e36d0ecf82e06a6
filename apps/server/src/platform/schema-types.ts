// Writes db.types.ts from a migrated database, so that SQL stays the only source of what a table looks like.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const TYPES_FILE = fileURLToPath(new URL('./db.types.ts', import.meta.url));
const HEADER = '// Types of all tables, generated from the migrated database by `cli.ts types`. Do not edit.\n';
const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** The text that db.types.ts should have for the database at `url`. Needs the development packages. */
export async function schemaTypes(url: string): Promise<string> {
  const options = {
    dialect: 'postgres',
    url,
    'date-parser': 'string',
    'numeric-parser': 'string',
    'log-level': 'silent',
  };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const exclude = '--exclude-pattern=(pgboss.*|*.schema_migrations|schema_migrations)';
  const bin = path.join(path.dirname(require.resolve('kysely-codegen/package.json')), 'dist/cli/bin.js');
  const { stdout } = await run(process.execPath, [bin, '--print', exclude, '--default-schema=public', ...flags], {
    maxBuffer: 10_000_000,
  });
  const body = stdout
    .replace(/^\/\*\*[\s\S]*?\*\/\s*/, '')
    // pool.ts reads int8 as a number that is checked to be safe.
    .replace(/export type Int8 = [^;]+;/, 'export type Int8 = number;');
  return formatted(HEADER + body);
}

async function formatted(text: string): Promise<string> {
  const bin = path.join(path.dirname(require.resolve('oxfmt/package.json')), 'bin/oxfmt');
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [bin, '--stdin-filepath', TYPES_FILE], (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
    child.stdin?.end(text);
  });
}

/** Writes the file; with `check` only compares. Returns true when it was up to date. */
export async function writeSchemaTypes(url: string, options: { check: boolean }): Promise<boolean> {
  const wanted = await schemaTypes(url);
  const there = await readFile(TYPES_FILE, 'utf8').catch(() => '');
  if (wanted === there) return true;
  if (!options.check) await writeFile(TYPES_FILE, wanted);
  return false;
}
