// Guards the house: the stair, the shape of rooms, lengths, banned words, and that every door and refusal is used.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { COMMON_ERRORS, endpoints, ERRORS, PERMISSION_CODES } from '@jishi/contract';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const FILE_LINES_MAX = 600;
const FUNCTION_LINES_MAX = 70;

/** house.md 2. A module may import modules of lower floors, and its named neighbours. */
const FLOORS: readonly (readonly string[])[] = [
  ['staff', 'settings', 'files', 'identity', 'messaging', 'ledger', 'system'],
  ['catalog', 'inventory', 'pricing', 'payment', 'points', 'wallet'],
  ['cart', 'ordering'],
  ['fulfilment', 'aftersale', 'reconcile'],
  ['distribution', 'marketplace', 'buyback'],
  ['groupbuy', 'storefront', 'support', 'analytics'],
];
/** `a <- b`: b may import its neighbour a. */
const NEIGHBOURS: Readonly<Record<string, readonly string[]>> = {
  settings: ['staff'],
  files: ['staff', 'settings'],
  messaging: ['identity', 'staff', 'settings'],
  identity: ['files', 'settings', 'staff'],
  system: ['staff'],
  ledger: ['staff', 'settings'],
  inventory: ['catalog'],
  pricing: ['catalog', 'inventory', 'points'],
  points: ['payment'],
  wallet: ['payment'],
  reconcile: ['fulfilment', 'aftersale'],
  ordering: ['cart'],
  aftersale: ['fulfilment'],
};

const SKIPPED = new Set(['node_modules', 'dist', '.data', '.git', 'coverage']);

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(dir, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

type Source = { path: string; text: string; isTest: boolean };
const CODE = /\.(ts|tsx|mts|mjs|cjs|vue)$/;
const GENERATED = new Set(['apps/server/src/platform/db.types.ts']);
const sources: Source[] = ['apps', 'packages', 'scripts', 'bench']
  .filter((dir) => statSync(join(ROOT, dir), { throwIfNoEntry: false }))
  .flatMap((dir) => filesBelow(join(ROOT, dir)))
  .filter((path) => CODE.test(path) && !path.endsWith('.d.ts'))
  .map((path) => ({
    path: relative(ROOT, path),
    text: readFileSync(path, 'utf8'),
    isTest: /(\.test\.|\/test\/)/.test(path),
  }))
  .filter((source) => !GENERATED.has(source.path));
const product = sources.filter((source) => !source.isTest);
const inModules = product.filter((source) => source.path.startsWith('apps/server/src/modules/'));

type Import = { specifier: string; isTypeOnly: boolean };
function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  const parsed = ts.createSourceFile(source.path, scriptOf(source), ts.ScriptTarget.Latest, false, kindOf(source.path));
  for (const statement of parsed.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
    if (!statement.moduleSpecifier || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const isTypeOnly = ts.isImportDeclaration(statement)
      ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : statement.isTypeOnly;
    found.push({ specifier: statement.moduleSpecifier.text, isTypeOnly });
  }
  return found;
}

/** The script block of a Vue file, with its lines where they stand; any other file as it is. */
function scriptOf(source: Source): string {
  if (!source.path.endsWith('.vue')) return source.text;
  const match = /<script[^>]*>([\s\S]*?)<\/script>/.exec(source.text);
  if (!match) return '';
  const before = source.text.slice(0, match.index).split('\n').length - 1;
  return '\n'.repeat(before) + (match[1] ?? '');
}

const kindOf = (path: string) => (path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
const floorOf = (noun: string) => FLOORS.findIndex((floor) => floor.includes(noun));
const nounOf = (path: string) => path.split('/')[4] ?? '';

describe('the stair', () => {
  test('a module imports only lower floors, and only the file that is named like its room', () => {
    const faults: string[] = [];
    for (const source of inModules) {
      const noun = nounOf(source.path);
      if (floorOf(noun) === -1) faults.push(`${source.path}: ${noun} has no floor`);
      for (const { specifier } of importsOf(source)) {
        if (!specifier.startsWith('.')) continue;
        const target = relative(ROOT, resolve(ROOT, dirname(source.path), specifier));
        if (!target.startsWith('apps/server/src/modules/')) continue;
        const other = nounOf(target);
        if (other === noun) continue;
        const isAllowed = floorOf(other) < floorOf(noun) || NEIGHBOURS[noun]?.includes(other);
        if (!isAllowed) faults.push(`${source.path} climbs to ${other}`);
        if (target !== `apps/server/src/modules/${other}/${other}.ts`)
          faults.push(`${source.path} reaches into ${target}`);
      }
    }
    expect(faults).toEqual([]);
  });

  test('the platform knows no business, the contract knows no machine, and nobody knows the simulator', () => {
    const faults: string[] = [];
    for (const source of product) {
      for (const { specifier } of importsOf(source)) {
        const bad =
          (source.path.startsWith('apps/server/src/platform/') && /modules\//.test(specifier)) ||
          (source.path.startsWith('packages/contract/') && !/^(zod|\.)/.test(specifier)) ||
          (source.path.startsWith('packages/wechat/') && specifier.startsWith('@jishi/')) ||
          (source.path.startsWith('apps/wechat-sim/') && specifier.startsWith('@jishi/')) ||
          (/^apps\/(server|admin|shop)\/src/.test(source.path) && /wechat-sim/.test(specifier)) ||
          (/^apps\/(admin|shop)\/src/.test(source.path) && /@jishi\/(server|wechat)/.test(specifier));
        if (bad) faults.push(`${source.path} imports ${specifier}`);
      }
    }
    expect(faults).toEqual([]);
  });

  test('files do not import each other in a circle', () => {
    const graph = new Map<string, string[]>();
    for (const source of product.filter(
      (one) => one.path.startsWith('apps/server/src/') || one.path.startsWith('packages/'),
    )) {
      const targets = importsOf(source)
        .filter((one) => one.specifier.startsWith('.') && !one.isTypeOnly)
        .map((one) => relative(ROOT, resolve(ROOT, dirname(source.path), one.specifier)));
      graph.set(source.path, targets);
    }
    const circles: string[] = [];
    const state = new Map<string, 'open' | 'done'>();
    const visit = (path: string, trail: string[]): void => {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') {
        circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
        return;
      }
      state.set(path, 'open');
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      state.set(path, 'done');
    };
    for (const path of graph.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });
});

describe('the shape of rooms', () => {
  test('a module is one flat folder of files that carry its name', () => {
    const faults = sources
      .filter((source) => source.path.startsWith('apps/server/src/modules/'))
      .filter((source) => {
        const [, , , , noun = '', file = '', ...deeper] = source.path.split('/');
        return deeper.length > 0 || !file.startsWith(`${noun}.`);
      })
      .map((source) => source.path);
    expect(faults).toEqual([]);
  });

  test(`a file has at most ${FILE_LINES_MAX} lines and begins by saying what it is for`, () => {
    const faults = sources.flatMap((source) => {
      const lines = source.text.split('\n');
      const opening = lines.find((one) => !one.startsWith('#!') && one.trim() !== '') ?? '';
      const says = /^(\/\/|\/\*|<!--) ?\S/.test(opening);
      return [
        ...(lines.length > FILE_LINES_MAX + 1 ? [`${source.path} has ${lines.length} lines`] : []),
        ...(says ? [] : [`${source.path} does not say what it is for`]),
      ];
    });
    expect(faults).toEqual([]);
  });

  test(`a function has at most ${FUNCTION_LINES_MAX} lines`, () => {
    const faults: string[] = [];
    for (const source of product) {
      const parsed = ts.createSourceFile(
        source.path,
        scriptOf(source),
        ts.ScriptTarget.Latest,
        true,
        kindOf(source.path),
      );
      const visit = (node: ts.Node): void => {
        if (ts.isFunctionLike(node) && 'body' in node && node.body) {
          const from = parsed.getLineAndCharacterOfPosition(node.getStart()).line;
          const to = parsed.getLineAndCharacterOfPosition(node.end).line;
          if (to - from + 1 > FUNCTION_LINES_MAX)
            faults.push(`${source.path}:${from + 1} runs over ${to - from + 1} lines`);
        }
        ts.forEachChild(node, visit);
      };
      visit(parsed);
    }
    expect(faults).toEqual([]);
  });
});

describe('words', () => {
  type Ban = { what: string; word: RegExp; where: (source: Source) => boolean };
  const isServer = (source: Source) => source.path.startsWith('apps/server/src/') && !source.isTest;
  const bans: Ban[] = [
    {
      what: 'the clock is injected',
      word: /new Date\(\)|Date\.now\(/,
      where: (s) => isServer(s) && !s.path.endsWith('platform/clock.ts'),
    },
    { what: 'no any', word: /^(?!\s*(\*|\/\/|\/\*)).*(:|\bas|<)\s*any\b/, where: () => true },
    { what: 'no silenced compiler', word: /@ts-(ignore|nocheck)/, where: () => true },
    {
      what: 'logs go through the logger',
      word: /\bconsole\.\w+\(/,
      where: (s) => isServer(s) && !s.path.endsWith('/cli.ts'),
    },
    {
      what: 'nothing is left for later',
      word: /\b(TODO|FIXME|XXX)\b|\bfor now\b/i,
      where: (s) => !s.path.endsWith('tidy.test.ts'),
    },
    {
      what: 'no test is skipped in silence or runs alone',
      word: /\b(test|it|describe)\.(only|todo)\(/,
      where: (s) => s.isTest,
    },
    {
      what: 'a suppressed lint says why',
      word: /oxlint-disable(?!.* -- \S)/,
      where: (s) => !s.path.endsWith('tidy.test.ts'),
    },
    { what: 'no registry address', word: /registry\.npm|npmmirror/, where: (s) => !s.path.endsWith('tidy.test.ts') },
  ];
  test.each(bans.map((ban) => [ban.what, ban] as const))('%s', (_, ban) => {
    const faults = sources.filter(ban.where).flatMap((source) =>
      source.text
        .split('\n')
        .map((text, index) => ({ text, at: `${source.path}:${index + 1}` }))
        .filter(({ text }) => ban.word.test(text))
        .map(({ at, text }) => `${at} ${text.trim().slice(0, 80)}`),
    );
    expect(faults).toEqual([]);
  });

  test('no file is called manager, helper, util, common, data or info', () => {
    const vague = /(^|[./-])(managers?|helpers?|utils?|common|data|info)([./-]|$)/;
    const faults = product
      .map((source) => source.path)
      .filter((path) => vague.test(path.replace(/^(apps|packages)\/[^/]+\//, '')) && !/parts\/data-table/.test(path));
    expect(faults).toEqual([]);
  });
});

describe('the contract', () => {
  const doors = inModules.filter((source) => source.path.endsWith('.http.ts'));

  test('every endpoint is handled exactly once', () => {
    const handled = doors.flatMap((source) =>
      [...source.text.matchAll(/door\.handle(?:Once)?\(\s*(\w+)/g)].map((match) => match[1] as string),
    );
    const names = endpoints.map((endpoint) => endpoint.id);
    expect(handled.toSorted()).toEqual(names.toSorted());
  });

  test('no two endpoints share an id or an address', () => {
    expect(new Set(endpoints.map((endpoint) => endpoint.id)).size).toBe(endpoints.length);
    expect(new Set(endpoints.map((endpoint) => `${endpoint.method} ${endpoint.path}`)).size).toBe(endpoints.length);
  });

  test('every staff door names a permission, and no other door does', () => {
    const faults = endpoints.filter(
      (endpoint) => (endpoint.audience === 'staff') !== (endpoint.permission !== undefined),
    );
    expect(faults.map((endpoint) => endpoint.id)).toEqual([]);
    expect(
      endpoints
        .filter((one) => one.path.startsWith('/admin/') && one.audience !== 'staff')
        .map((one) => one.id)
        .toSorted(),
    ).toEqual(['staffCaptcha', 'staffLogin']);
  });

  test('every refusal is used by the server, and listed by an endpoint or by all doors', () => {
    const code = product
      .filter((source) => source.path.startsWith('apps/server/src/'))
      .map((source) => source.text)
      .join('\n');
    const unused = Object.keys(ERRORS).filter((name) => !code.includes(`'${name}'`));
    expect(unused).toEqual([]);
    const listed = new Set<string>([...COMMON_ERRORS, ...endpoints.flatMap((endpoint) => endpoint.errors)]);
    expect(Object.keys(ERRORS).filter((name) => !listed.has(name))).toEqual([]);
  });

  test('every permission guards something', () => {
    const used = new Set(endpoints.map((endpoint) => endpoint.permission));
    expect(PERMISSION_CODES.filter((code) => !used.has(code))).toEqual([]);
  });

  test('every promised path of the five systems that is mapped in docs/paths.md exists', () => {
    const table = readFileSync(join(ROOT, 'docs/paths.md'), 'utf8');
    const promised = [...table.matchAll(/^\|[^|]*\|[^|]*\| `(GET|POST|PUT|PATCH|DELETE) ([^`]+)` \|/gm)].map(
      (row) => `${row[1]} ${row[2]}`,
    );
    const known = new Set(endpoints.map((endpoint) => `${endpoint.method} ${endpoint.path}`));
    expect(promised.length).toBeGreaterThan(20);
    expect(promised.filter((path) => !known.has(path))).toEqual([]);
  });
});
