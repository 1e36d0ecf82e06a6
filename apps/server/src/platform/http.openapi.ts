// The OpenAPI 3.1 document, made from the same endpoint objects that answer the calls.
import { COMMON_ERRORS, ERRORS, pathParams, type Endpoint, type ErrorCode } from '@jishi/contract';
import { z } from 'zod';
import { STAFF_COOKIE } from './http.ts';
import { API_PREFIX } from './http.request.ts';
import { XLSX_TYPE } from './xlsx.ts';

type Json = Record<string, unknown>;
type Schema = Json & { properties?: Record<string, Schema>; required?: string[] };

export function openApi(endpoints: readonly Endpoint[], publicUrl: string): Json {
  const schemas: Record<string, Json> = { Problem: problemSchema() };
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    const place = API_PREFIX + endpoint.path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    paths[place] = { ...paths[place], [endpoint.method.toLowerCase()]: operation(endpoint, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: '集市 API',
      version: '1',
      description:
        '金额单位为分（整数），比例单位为基点，时间为 ISO-8601（UTC）。失败时返回 error 对象，code 为稳定的错误码，message 可直接展示给用户。',
    },
    servers: [{ url: publicUrl }],
    tags: [...new Set(endpoints.map((endpoint) => endpoint.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        buyer: { type: 'http', scheme: 'bearer', description: '用户登录后取得的访问令牌' },
        staff: { type: 'apiKey', in: 'cookie', name: STAFF_COOKIE, description: '后台登录会话' },
        service: { type: 'http', scheme: 'bearer', description: '后台“服务令牌”中为其他程序创建的令牌' },
        csrf: { type: 'apiKey', in: 'header', name: 'x-csrf-token', description: '后台写操作需要' },
      },
    },
  };
}

function operation(endpoint: Endpoint, schemas: Record<string, Json>): Json {
  const input = jsonSchema(endpoint.input, 'input', `${endpoint.id}Input`, schemas) as Schema;
  const inPath = new Set(pathParams(endpoint.path));
  const inQuery = endpoint.method === 'GET' || endpoint.method === 'DELETE';
  const needed = new Set(input.required);
  const properties = Object.entries(input.properties ?? {});
  const parameters: Json[] = properties
    .filter(([name]) => inPath.has(name) || inQuery)
    .map(([name, schema]) => ({
      name,
      in: inPath.has(name) ? 'path' : 'query',
      required: inPath.has(name) || needed.has(name),
      schema,
      ...(typeof schema['description'] === 'string' ? { description: schema['description'] } : {}),
    }));
  if (endpoint.idempotent) parameters.push(idempotencyHeader);
  const rest = properties.filter(([name]) => !inPath.has(name));
  const right = [endpoint.permission, endpoint.scope].find((one) => one !== undefined && one !== 'self');
  const permission = right && `${endpoint.scope ? '需要授权' : '需要权限'}：${right}`;
  return {
    operationId: endpoint.id,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...(permission ? { description: permission } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(inQuery || endpoint.audience === 'wechat' ? {} : { requestBody: requestBody(endpoint, rest, needed) }),
    responses: { ...success(endpoint, schemas), ...refusals(endpoint) },
    security: security(endpoint),
  };
}

const idempotencyHeader = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: '由客户端生成的防重复提交标识；同一标识的重复请求得到第一次的结果',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{8,64}$' },
};

function requestBody(endpoint: Endpoint, rest: [string, Schema][], needed: ReadonlySet<string>): Json {
  const file = { type: 'string', format: 'binary' };
  const properties = Object.fromEntries(endpoint.upload ? [['file', file], ...rest] : rest);
  const required = Object.keys(properties).filter((name) => needed.has(name) || (endpoint.upload && name === 'file'));
  const schema = {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
  const type = endpoint.upload ? 'multipart/form-data' : 'application/json';
  return { required: required.length > 0, content: { [type]: { schema } } };
}

function success(endpoint: Endpoint, schemas: Record<string, Json>): Json {
  if (endpoint.status === 204) return { 204: { description: '成功，无内容' } };
  const binary = { schema: { type: 'string', format: 'binary' } };
  if (endpoint.file) return { [endpoint.status]: { description: 'Excel 文件', content: { [XLSX_TYPE]: binary } } };
  const schema = jsonSchema(endpoint.output, 'output', `${endpoint.id}Output`, schemas);
  return { [endpoint.status]: { description: '成功', content: { 'application/json': { schema } } } };
}

function refusals(endpoint: Endpoint): Json {
  const codes: ErrorCode[] = [...new Set([...commonTo(endpoint), ...endpoint.errors])];
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  return Object.fromEntries(
    [...byStatus.entries()].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\` ${ERRORS[code].message}`).join('；'),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

/** Of what every door may answer only what this one can. */
function commonTo(endpoint: Endpoint): ErrorCode[] {
  return COMMON_ERRORS.filter((code) => {
    if (code.startsWith('idempotency.')) return endpoint.idempotent;
    if (code.startsWith('staff.')) return endpoint.audience === 'staff';
    if (code.startsWith('service.')) return endpoint.audience === 'service';
    if (code.startsWith('auth.')) return endpoint.audience === 'buyer';
    return code !== 'route.not_found';
  });
}

function security(endpoint: Endpoint): Json[] {
  if (endpoint.audience === 'buyer') return [{ buyer: [] }];
  if (endpoint.audience === 'service') return [{ service: [] }];
  if (endpoint.audience === 'visitor') return [{}, { buyer: [] }];
  if (endpoint.audience !== 'staff') return [];
  return [endpoint.method === 'GET' ? { staff: [] } : { staff: [], csrf: [] }];
}

/** A schema in place; named and recursive parts of it move to the components of the document. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', owner: string, schemas: Record<string, Json>): Json {
  const made = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' }) as Json;
  const { $schema: _, $defs, ...rest } = made;
  const defs = ($defs ?? {}) as Record<string, Json>;
  const nameOf = (name: string) => (name.startsWith('__') ? `${owner}${name.slice(2)}` : name);
  const recursive = JSON.stringify(rest).includes('"$ref":"#"');
  const moved = (part: Json): Json =>
    JSON.parse(
      JSON.stringify(part)
        .replaceAll(
          /"\$ref":"#\/\$defs\/([^"]+)"/g,
          (_all, name: string) => `"$ref":"#/components/schemas/${nameOf(name)}"`,
        )
        .replaceAll('"$ref":"#"', `"$ref":"#/components/schemas/${owner}"`),
    ) as Json;
  for (const [name, def] of Object.entries(defs)) {
    const { id: __, ...plain } = def;
    schemas[nameOf(name)] = moved(plain);
  }
  if (!recursive) return moved(rest);
  schemas[owner] = moved(rest);
  return { $ref: `#/components/schemas/${owner}` };
}

function problemSchema(): Json {
  const text = { type: 'string' };
  return {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message', 'requestId'],
        properties: {
          code: { type: 'string', enum: Object.keys(ERRORS) },
          message: { ...text, description: '可直接展示给用户的中文说明' },
          field: { ...text, description: '出错的字段，例如 lines.0.quantity' },
          details: { type: 'object', additionalProperties: true },
          requestId: text,
        },
      },
    },
  };
}
