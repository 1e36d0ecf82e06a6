// From bytes to the parsed input of an endpoint, or to a refusal that names the field.
import type { Endpoint } from '@jishi/contract';
import { pathParams } from '@jishi/contract';
import { z } from 'zod';
import { Failure } from './fail.ts';

type Issue = { field: string; message: string };
type Json = Record<string, unknown>;

const ISSUES_MAX = 10;
const DEPTH_MAX = 20;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const chinese = z.locales.zhCN().localeError;

function refuse(issues: readonly Issue[]): never {
  throw new Failure('request.invalid', { issues: issues.slice(0, ISSUES_MAX) }, issues[0]?.field || undefined);
}

/** Reads a JSON body; nothing at all counts as an empty object, for verbs that need no words. */
export function readJson(body: Buffer | undefined): unknown {
  if (body === undefined || body.length === 0) return {};
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return refuse([{ field: '', message: '内容不是有效的 UTF-8 文本' }]);
  }
  try {
    return JSON.parse(text);
  } catch {
    return refuse([{ field: '', message: '内容不是有效的 JSON' }]);
  }
}

/**
 * Finds what no schema should ever have to think about: NUL (PostgreSQL refuses it), halves of characters, numbers that
 * JSON cannot carry exactly, names that reach into prototypes, and bottomless nesting.
 */
function unsafePart(value: unknown, path: string, depth: number): Issue | undefined {
  const at = (message: string): Issue => ({ field: path, message });
  if (typeof value === 'string') {
    if (value.includes('\u0000')) return at('不能包含空字符');
    return value.isWellFormed() ? undefined : at('包含不完整的字符');
  }
  if (typeof value === 'number') {
    const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    return exact ? undefined : at('数字超出范围');
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= DEPTH_MAX) return at('嵌套层级过深');
  for (const [key, inner] of Object.entries(value)) {
    const inside = path === '' ? key : `${path}.${key}`;
    if (FORBIDDEN_KEYS.has(key)) return { field: path, message: '包含不允许的字段名' };
    const found = unsafePart(key, path, depth) ?? unsafePart(inner, inside, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** The schema inside of optional, default, nullable, pipe and the like. */
function core(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  for (;;) {
    const def = inner._zod.def as {
      type: string;
      innerType?: z.core.$ZodType;
      in?: z.core.$ZodType;
      out?: z.core.$ZodType;
    };
    // A preprocess step is a pipe whose left side is a transform: what it feeds says what is wanted.
    const next = def.type === 'pipe' ? (def.in?._zod.def.type === 'transform' ? def.out : def.in) : def.innerType;
    if (!next) return inner;
    inner = next;
  }
}

/** Text of a query or path as the schema wants it; what does not fit stays text and is refused by the schema. */
function decode(schema: z.core.$ZodType, given: unknown): unknown {
  const inner = core(schema);
  const def = inner._zod.def;
  if (def.type === 'array') {
    const { element } = def as z.core.$ZodArrayDef;
    return (Array.isArray(given) ? given : [given]).map((one) => decode(element, one));
  }
  if (typeof given !== 'string') return given;
  if (def.type === 'number') return /^-?\d{1,17}(\.\d{1,10})?$/.test(given) ? Number(given) : given;
  if (def.type === 'boolean')
    return given === 'true' || given === '1' ? true : given === 'false' || given === '0' ? false : given;
  if (def.type === 'literal') {
    const { values } = def as z.core.$ZodLiteralDef<z.core.util.Literal>;
    return values.find((value) => String(value) === given) ?? given;
  }
  if (def.type === 'union') {
    const { options } = def as z.core.$ZodUnionDef;
    for (const option of options) {
      const value = decode(option, given);
      if (z.safeParse(option, value).success) return value;
    }
  }
  return given;
}

/** Fields that no object schema names, at any depth: a typing error of a client must not be ignored in silence. */
function unknownField(schema: z.core.$ZodType, value: unknown, path: string): string | undefined {
  const inner = core(schema);
  const def = inner._zod.def;
  const under = (key: string | number) => (path === '' ? String(key) : `${path}.${key}`);
  if (def.type === 'array' && Array.isArray(value)) {
    const { element } = def as z.core.$ZodArrayDef;
    for (const [index, one] of value.entries()) {
      const found = unknownField(element, one, under(index));
      if (found !== undefined) return found;
    }
  }
  if (def.type !== 'object' || typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { shape, catchall } = def as z.core.$ZodObjectDef;
  const open = catchall !== undefined && catchall._zod.def.type !== 'never';
  for (const [key, one] of Object.entries(value)) {
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (!field && !open) return under(key);
    const found = field ? unknownField(field, one, under(key)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

export type Parts = { params: Json; query: Json; body: unknown };

/** Path parameters with the query (GET, DELETE) or with the body (others), as one parsed and strict object. */
export function parseInput(endpoint: Endpoint, parts: Parts): { input: Json; raw: Json } {
  const raw = rawInput(endpoint, parts);
  const unsafe = unsafePart(raw, '', 0);
  if (unsafe) refuse([unsafe]);
  const stranger = unknownField(endpoint.input, raw, '');
  if (stranger !== undefined) refuse([{ field: stranger, message: '多余的字段' }]);
  const parsed = endpoint.input.safeParse(raw, { error: chinese });
  if (parsed.success) return { input: parsed.data, raw };
  return refuse(parsed.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message })));
}

function rawInput(endpoint: Endpoint, parts: Parts): Json {
  const shape = endpoint.input.shape as Record<string, z.core.$ZodType>;
  const decoded = (values: Json) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
        return [name, schema ? decode(schema, value) : value];
      }),
    );
  const names = pathParams(endpoint.path);
  const inBody = endpoint.method !== 'GET' && endpoint.method !== 'DELETE';
  const rest = inBody && !endpoint.upload ? parts.body : decoded(endpoint.upload ? (parts.body as Json) : parts.query);
  if (typeof rest !== 'object' || rest === null || Array.isArray(rest)) {
    return refuse([{ field: '', message: '内容应为一个 JSON 对象' }]);
  }
  const doubled = names.find((name) => Object.hasOwn(rest, name));
  if (doubled !== undefined) refuse([{ field: doubled, message: '已在地址中给出' }]);
  // Without a prototype: a key such as __proto__ stays a key and is found by unsafePart.
  return Object.assign(Object.create(null) as Json, rest, decoded(parts.params));
}
