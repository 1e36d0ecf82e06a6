// Service tokens: how another program proves who it is, and the page on which staff give and take them.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Day, Instant, line } from './fields.ts';
import { ServiceTokenId } from './ids.ts';
import { SERVICE_SCOPE_CODES, type ServiceScope } from './permissions.ts';

/** Tokens that are good at the same time; old ones are revoked before that many are needed. */
export const SERVICE_TOKENS_MAX = 100;

const Scope = z.enum(SERVICE_SCOPE_CODES as [ServiceScope, ...ServiceScope[]]);
/** What the service is called in addresses and keys. Several tokens of one service share what belongs to it. */
const ServiceCode = z.string().regex(/^[a-z][a-z0-9-]{1,31}$/, '以小写字母开头，2 到 32 位小写字母、数字、横线');

export const SERVICE_TOKEN_STATES = ['active', 'expired', 'revoked'] as const;
export const SERVICE_TOKEN_STATE_NAMES = { active: '有效', expired: '已过期', revoked: '已停用' } as const;

export const ServiceToken = z.object({
  id: ServiceTokenId,
  service: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
  /** The last symbols of the token, to tell one from another. */
  hint: z.string(),
  state: z.enum(SERVICE_TOKEN_STATES),
  createdBy: z.string(),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
});
export const listServiceTokens = endpoint({
  id: 'listServiceTokens',
  tag: '后台·系统',
  method: 'GET',
  path: '/admin/service-tokens',
  audience: 'staff',
  permission: 'service.edit',
  summary: '服务令牌：有效的在前，令牌本身不再显示',
  input: z.object({}).strict(),
  output: z.object({ items: z.array(ServiceToken) }),
});
export const createServiceToken = endpoint({
  id: 'createServiceToken',
  tag: '后台·系统',
  method: 'POST',
  path: '/admin/service-tokens',
  audience: 'staff',
  permission: 'service.edit',
  status: 201,
  summary: '新增服务令牌：令牌只在这次返回中出现',
  input: z
    .object({
      service: ServiceCode,
      name: line(20).describe('用户在积分明细中看到的名称'),
      scopes: z.array(Scope).min(1).max(20),
      expiresOn: Day.nullable().default(null).describe('最后有效的一天（北京时间），空为长期有效'),
    })
    .strict(),
  output: z.object({ token: z.string(), item: ServiceToken }),
  errors: ['service_token.too_many', 'service_token.day_past'],
});
export const revokeServiceToken = endpoint({
  id: 'revokeServiceToken',
  tag: '后台·系统',
  method: 'POST',
  path: '/admin/service-tokens/:tokenId/revoke',
  audience: 'staff',
  permission: 'service.edit',
  summary: '停用服务令牌，立即生效且不能恢复；原因记入操作日志',
  input: z.object({ tokenId: ServiceTokenId, reason: line(100) }).strict(),
  output: ServiceToken,
  errors: ['service_token.not_found'],
});

export const getServiceSelf = endpoint({
  id: 'getServiceSelf',
  tag: '服务接口',
  method: 'GET',
  path: '/service/self',
  audience: 'service',
  scope: 'self',
  summary: '令牌属于哪个服务、有哪些授权',
  input: z.object({}).strict(),
  output: z.object({ service: z.string(), name: z.string(), scopes: z.array(Scope), expiresAt: Instant.nullable() }),
});
