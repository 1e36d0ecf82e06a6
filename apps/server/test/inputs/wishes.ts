// Inputs made from the contract itself: one that is right for every endpoint, and all the ways in which it goes wrong.
import { pathParams, type Endpoint } from '@jishi/contract';
import { z } from 'zod';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Input = { [key: string]: Json };
/** The id that a field should carry, by the field's name. */
export type Ids = (endpoint: Endpoint, field: string) => string;

type Shape = {
  type?: string;
  format?: string;
  enum?: Json[];
  const?: Json;
  anyOf?: Shape[];
  properties?: Record<string, Shape>;
  items?: Shape;
  minimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
};

export const shapeOf = (endpoint: Endpoint): Shape =>
  z.toJSONSchema(endpoint.input, { io: 'input', unrepresentable: 'any' }) as Shape;

/** Text with a form of its own. A new one shows itself: the test that asks for right inputs fails. */
const KNOWN: Record<string, Json> = {
  phone: '13800138000',
  trackingNo: 'SF1234567890',
  username: 'tester_01',
  password: 'Right2026pass',
  openid: 'openid_of_nobody',
  state: 'abcd1234',
  key: 'shop.name',
  service: 'ai-chat',
  month: '2026-03',
  labelColor: '#FF6600',
  saleFrom: '2026-01-01T00:00:00.000Z',
  saleUntil: '2036-01-01T00:00:00.000Z',
  // What world.ts has paid for its points.
  expectedFen: 9_900,
  delta: 1,
  // An account that may be corrected.
  type: 'wallet_available',
  realName: '张小雨',
  idNo: '11010519491231002X',
  cardNo: '6222021234567894',
  // One piece of what world.ts sells, and its freight.
  expectedTotalFen: 4_980,
  // Nobody there has any points.
  usePoints: 0,
};

/** An input that the schema accepts, with every field that there is. */
export function rightInput(endpoint: Endpoint, ids: Ids): Input {
  return valueOf(shapeOf(endpoint), '', (field) => ids(endpoint, field)) as Input;
}

function valueOf(shape: Shape, name: string, id: (field: string) => string): Json {
  const one = shape.anyOf?.find((option) => option.type !== 'null') ?? shape;
  if (one.const !== undefined) return one.const;
  if (one.enum) return one.enum[0] ?? null;
  if (one.format === 'uuid' || name === 'orderNo') return id(name);
  if (one.format === 'date') return '2026-01-01';
  if (one.type === 'object') {
    const fields = Object.entries(one.properties ?? {});
    return Object.fromEntries(fields.map(([field, inner]) => [field, valueOf(inner, field, id)]));
  }
  if (one.type === 'array') {
    const { items, minItems = 1 } = one;
    return items ? Array.from({ length: Math.max(1, minItems) }, () => valueOf(items, name, id)) : [];
  }
  if (Object.hasOwn(KNOWN, name) && one.type !== 'object') return KNOWN[name] ?? null;
  if (one.type === 'boolean') return true;
  if (one.type === 'integer' || one.type === 'number') return Math.max(1, one.minimum ?? 1);
  return '测试'.padEnd(one.minLength ?? 0, 'x').slice(0, one.maxLength ?? 100);
}

/** Where an input can be spoiled: the way to each field, into the first piece of every list. */
export function places(shape: Shape, way: readonly string[] = []): string[][] {
  const one = shape.anyOf?.find((option) => option.type !== 'null') ?? shape;
  if (one.type === 'array' && one.items) return places(one.items, [...way, '0']);
  if (one.type !== 'object') return [];
  return Object.entries(one.properties ?? {}).flatMap(([field, inner]) => [
    [...way, field],
    ...places(inner, [...way, field]),
  ]);
}

const nested = (depth: number): Json => {
  let value: Json = 1;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
};

/** What no field should break on. Whether it is wrong for a certain field, the schema says. */
export const ODD_VALUES: readonly (readonly [string, Json])[] = [
  ['null', null],
  ['true', true],
  ['zero', 0],
  ['a negative number', -1],
  ['a fraction', 1.5],
  ['more than an amount may be', 1_000_000_001],
  ['an integer that JSON cannot carry', Number.MAX_SAFE_INTEGER + 1],
  ['a number without end', 1e308],
  ['an empty text', ''],
  ['blanks', '   '],
  ['NaN as text', 'NaN'],
  ['a long text', 'x'.repeat(30_000)],
  ['emoji', '👩‍👩‍👧‍👦🈵'.repeat(10)],
  ['half a character', '\ud800'],
  ['NUL', 'a\u0000b'],
  ['SQL', `'; drop table orders; --`],
  ['SQL wildcards', '%_\\'],
  ['a reach for the prototype', '__proto__'],
  ['a list', []],
  ['a list for one', [['x']]],
  ['an object', {}],
  ['an operator', { $gt: '' }],
  ['bottomless', nested(30)],
];

/** The same input with another value at one place; undefined leaves the field out. */
export function withAt(input: Input, way: readonly string[], value: Json | undefined): Input {
  const copy = structuredClone(input);
  let at = copy as Record<string, Json>;
  for (const step of way.slice(0, -1)) at = at[step] as Record<string, Json>;
  const last = way.at(-1) as string;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

/** True when the endpoint may well accept it: the schema does, and nothing in it is unfit for any schema. */
export function isRight(endpoint: Endpoint, input: Input): boolean {
  return readings(endpoint, input).some((one) => isCarried(one, 0) && endpoint.input.safeParse(one).success);
}

function isCarried(value: Json, depth: number): boolean {
  if (depth > 20) return false;
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\u0000');
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([field, inner]) => field !== '__proto__' && isCarried(inner, depth + 1));
}

/** In an address everything is text: what it could be read as. In a body it is what it is. */
function readings(endpoint: Endpoint, input: Input): Input[] {
  const inAddress =
    endpoint.method === 'GET' || endpoint.method === 'DELETE' ? Object.keys(input) : pathParams(endpoint.path);
  return inAddress.reduce<Input[]>(
    (all, field) =>
      all.flatMap((one) => {
        const { [field]: value, ...rest } = one;
        // What is not there is not sent, and neither are empty values by our own client.
        if (value === undefined) return [one];
        // The router puts a sign in the place of what is no character.
        const text = textOf(value).toWellFormed();
        const numbers = /^-?\d{1,17}(\.\d{1,10})?$/.test(text) ? [Number(text)] : [];
        const flags = text === 'true' || text === '1' ? [true] : text === 'false' || text === '0' ? [false] : [];
        return [text, ...numbers, ...flags].map((read) => ({ ...rest, [field]: read }));
      }),
    [input],
  );
}

export const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** As one writes it into an address; half a character the way a careless client would. */
const written = (value: Json): string => {
  const text = textOf(value);
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80';
};

export type Call = { method: string; path: string; body: string | undefined };

/** The request that carries an input: fields of the path, then the query or a JSON body. */
export function callOf(endpoint: Endpoint, input: Input): Call {
  const names = pathParams(endpoint.path);
  let path = endpoint.path;
  for (const name of names) path = path.replace(`:${name}`, written(input[name] ?? ''));
  const rest = Object.entries(input).filter(([field]) => !names.includes(field));
  if (endpoint.method !== 'GET' && endpoint.method !== 'DELETE') {
    return { method: endpoint.method, path, body: JSON.stringify(Object.fromEntries(rest)) };
  }
  const query = rest.map(([field, value]) => `${written(field)}=${written(value)}`).join('&');
  return { method: endpoint.method, path: query === '' ? path : `${path}?${query}`, body: undefined };
}
