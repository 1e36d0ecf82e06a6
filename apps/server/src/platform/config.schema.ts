// Every setting of the server: its name, what it means, its default. `.env.example` is written from this list.
import { isIP } from 'node:net';
import { z } from 'zod';

const flag = (fallback: 'true' | 'false') =>
  z
    .enum(['true', 'false', '1', '0'], '请填写 true 或 false')
    .default(fallback)
    .transform((value) => value === 'true' || value === '1');
const onOff = z.enum(['on', 'off'], '请填写 on 或 off').default('on');
const count = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d+$/, '请填写整数')
    .transform(Number)
    .pipe(z.int().min(min, `不能小于 ${min}`).max(max, `不能大于 ${max}`))
    .default(fallback);
const web = z
  .url({ protocol: /^https?$/, error: '请填写以 http:// 或 https:// 开头的地址' })
  .transform((url) => url.replace(/\/+$/, ''));
const optional = z.string().trim().min(1).optional();
const list = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
/** Browsers send an origin without a path: anything else would never match, in silence. */
const isOrigin = (text: string) => text === '*' || (URL.canParse(text) && new URL(text).origin === text);
const NAMED_NETWORKS = new Set(['loopback', 'linklocal', 'uniquelocal']);

function isNetwork(text: string): boolean {
  const [ip = '', bits, ...more] = text.split('/');
  const version = isIP(ip);
  if (NAMED_NETWORKS.has(text)) return true;
  if (version === 0 || more.length > 0) return false;
  // Nought bits would be everybody, and everybody could name any address as their own.
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

export type Setting = { schema: z.ZodType; zh: string; en: string; example?: string; secret?: boolean };
export type Group = { title: string; settings: Record<string, Setting> };

/** Grouped for people; the groups have no meaning for the code. */
export const GROUPS = [
  {
    title: '运行 / process',
    settings: {
      NODE_ENV: {
        schema: z
          .enum(['development', 'production', 'test'], '可选 development、production、test')
          .default('development'),
        zh: '运行环境；production 会拒绝一切不安全的配置',
        en: 'production refuses every unsafe setting',
      },
      ROLE: {
        schema: z.enum(['api', 'worker', 'both'], '可选 api、worker、both').default('both'),
        zh: '本进程负责：接口、后台任务，或两者',
        en: 'what this process does',
      },
      HOST: { schema: z.string().default('0.0.0.0'), zh: '监听地址', en: 'address to listen on' },
      PORT: { schema: count(0, 65_535, 8080), zh: '监听端口', en: 'port to listen on' },
      PUBLIC_URL: {
        schema: web.default('http://localhost:8080'),
        zh: '用户访问的地址（生产环境应为 https）',
        en: 'the address that people use; https in production',
      },
      TRUSTED_PROXIES: {
        schema: z
          .string()
          .default('loopback,uniquelocal')
          .transform((text) => (text === 'none' ? [] : list(text)))
          .refine((all) => all.every(isNetwork), '应为 none，或逗号分隔的 loopback、linklocal、uniquelocal、IP、网段'),
        zh: '可信的反向代理网段，用于识别用户真实 IP；没有反向代理时填 none',
        en: 'proxies whose X-Forwarded-For is believed; none without a proxy',
        example: 'loopback,uniquelocal',
      },
      DATA_DIR: { schema: z.string().min(1).default('.data'), zh: '上传文件等数据的目录', en: 'folder of uploads' },
      LOG_LEVEL: {
        schema: z
          .enum(['debug', 'info', 'warn', 'error', 'silent'], '可选 debug、info、warn、error、silent')
          .default('info'),
        zh: '日志级别',
        en: 'log level',
      },
    },
  },
  {
    title: '数据库 / database',
    settings: {
      DATABASE_URL: {
        schema: z.url({ protocol: /^postgres(ql)?$/, error: '请填写 postgres:// 开头的连接地址' }),
        zh: 'PostgreSQL 15 以上的连接地址',
        en: 'PostgreSQL 15 or later',
        example: 'postgres://jishi:密码@127.0.0.1:5432/jishi',
        secret: true,
      },
      DATABASE_POOL_MAX: { schema: count(2, 200, 10), zh: '连接池大小', en: 'connections of this process' },
    },
  },
  {
    title: '安全 / security',
    settings: {
      ACCESS_TOKEN_SECRET: {
        schema: z.string().default('dev-only-access-token-secret-change-me'),
        zh: '用户令牌的签名密钥，至少 32 个字符（可用 openssl rand -base64 48 生成）',
        en: 'signs buyers’ tokens, at least 32 characters',
        secret: true,
      },
      STAFF_SESSION_SECRET: {
        schema: z.string().default('dev-only-staff-session-secret-change-me'),
        zh: '后台会话密钥，至少 32 个字符，不能与上一项相同',
        en: 'keys staff sessions, at least 32 characters, not the same as above',
        secret: true,
      },
      DATA_KEYS: {
        schema: z.string().trim().min(1).optional(),
        zh: '个人信息（收款姓名、证件号、卡号）的加密密钥，格式 编号=密钥，逗号分隔，最新的在前；密钥可用 openssl rand -base64 32 生成',
        en: 'keys that seal personal data, `id=base64` of 32 bytes, newest first; old ones stay until everything is resealed',
        secret: true,
      },
      DATA_KEYS_PATH: {
        schema: optional,
        zh: '上述密钥改为从文件读取，每行一把；与上一项二选一',
        en: 'the same from a file, one a line; instead of the above',
      },
      CORS_ORIGINS: {
        schema: z
          .string()
          .default('')
          .transform(list)
          .refine((all) => all.every(isOrigin), '应为逗号分隔的来源，如 https://m.example.com，不带路径和结尾的 /'),
        zh: '允许跨域访问接口的来源，逗号分隔；同源部署留空',
        en: 'origins that may call the API from elsewhere, comma separated',
      },
      CAPTCHA: { schema: onOff, zh: '后台登录验证码；生产环境必须为 on', en: 'captcha at staff sign-in' },
      RATE_LIMIT: { schema: onOff, zh: '访问频率限制；生产环境必须为 on', en: 'request limits' },
      RATE_LIMIT_IP_PER_MINUTE: {
        schema: count(10, 1_000_000, 600),
        zh: '每个 IP 每分钟的请求上限（移动网络多人共用 IP，不宜过小）',
        en: 'per address; mobile networks share addresses',
      },
      RATE_LIMIT_USER_PER_MINUTE: {
        schema: count(10, 1_000_000, 200),
        zh: '每个登录者每分钟的请求上限',
        en: 'per person',
      },
      METRICS_TOKEN: {
        schema: optional,
        zh: '读取 /metrics 需要的令牌；留空则只有本机与内网可以读取',
        en: 'bearer token of /metrics; only private networks may read it without one',
        secret: true,
      },
    },
  },
  {
    title: '微信 / WeChat',
    settings: {
      WECHAT_APPID: { schema: optional, zh: '小程序 AppID', en: 'app id', example: 'wx0123456789abcdef' },
      WECHAT_APP_SECRET: { schema: optional, zh: '小程序密钥', en: 'app secret', secret: true },
      WECHAT_OA_APPID: {
        schema: optional,
        zh: '公众号 AppID，用于网页登录与网页内支付；留空则使用小程序 AppID',
        en: 'official account for web sign-in and pay; the mini-program’s when empty',
      },
      WECHAT_OA_APP_SECRET: { schema: optional, zh: '公众号密钥', en: 'its secret', secret: true },
      WECHAT_API_BASE_URL: { schema: web.default('https://api.weixin.qq.com'), zh: '微信接口地址', en: 'WeChat API' },
      WECHAT_OAUTH_BASE_URL: {
        schema: web.default('https://open.weixin.qq.com'),
        zh: '微信网页授权地址',
        en: 'WeChat web sign-in',
      },
      WECHAT_PAY_BASE_URL: {
        schema: web.default('https://api.mch.weixin.qq.com'),
        zh: '微信支付地址',
        en: 'WeChat Pay API',
      },
      WECHAT_PAY_MCHID: { schema: optional, zh: '商户号', en: 'merchant number' },
      WECHAT_PAY_SERIAL_NO: {
        schema: optional,
        zh: '商户 API 证书序列号',
        en: 'serial number of the merchant certificate',
      },
      WECHAT_PAY_PRIVATE_KEY_PATH: {
        schema: optional,
        zh: '商户 API 私钥文件（apiclient_key.pem）',
        en: 'file of the merchant’s private key',
      },
      WECHAT_PAY_API_V3_KEY: {
        schema: optional,
        zh: 'APIv3 密钥，32 个字符',
        en: 'APIv3 key, 32 characters',
        secret: true,
      },
      WECHAT_PAY_PUBLIC_KEY_ID: {
        schema: optional,
        zh: '微信支付公钥 ID（PUB_KEY_ID_ 开头）',
        en: 'id of WeChat Pay’s public key',
      },
      WECHAT_PAY_PUBLIC_KEY_PATH: { schema: optional, zh: '微信支付公钥文件', en: 'file of WeChat Pay’s public key' },
      WECHAT_PUSH_TOKEN: {
        schema: z
          .string()
          .regex(/^[0-9A-Za-z]{3,32}$/, '应为 3 到 32 位字母或数字')
          .optional(),
        zh: '小程序消息推送的 Token（公众平台“消息推送”，安全模式、JSON；地址为 PUBLIC_URL/api/v1/wechat/push）',
        en: 'token of the mini-program’s message push, safe mode and JSON',
        secret: true,
      },
      WECHAT_PUSH_AES_KEY: {
        schema: z
          .string()
          .regex(/^[0-9A-Za-z]{43}$/, '应为 43 位字母或数字')
          .optional(),
        zh: '小程序消息推送的 EncodingAESKey；与上一项一并填写',
        en: 'its EncodingAESKey',
        secret: true,
      },
      WECHAT_PAY_NOTIFY_BASE_URL: {
        schema: web.optional(),
        zh: '微信通知回调的地址；留空则使用 PUBLIC_URL',
        en: 'where WeChat sends notices; PUBLIC_URL when empty',
      },
    },
  },
  {
    title: '仅限开发与测试 / development and tests only',
    settings: {
      DEV_LOGIN: { schema: flag('false'), zh: '允许模拟登录；生产环境拒绝启动', en: 'sign in without WeChat' },
      DEBUG_ROUTES: { schema: flag('false'), zh: '调试接口；生产环境拒绝启动', en: 'debug endpoints' },
      CRASH_AT: { schema: optional, zh: '测试用：在指定位置终止进程', en: 'tests: die at the named place' },
    },
  },
] as const satisfies readonly Group[];

type Settings = (typeof GROUPS)[number]['settings'];
type Flatten<S> = S extends unknown
  ? { [K in keyof S]: S[K] extends { schema: infer Z extends z.ZodType } ? z.output<Z> : never }
  : never;
type Merge<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never;
/** The whole configuration, by the names of the variables. */
export type Config = { [K in keyof Merge<Flatten<Settings>>]: Merge<Flatten<Settings>>[K] };

/** Names that the five earlier systems used, and what they are called here. Null: no longer needed. */
export const OLD_NAMES: Record<string, string | null> = {
  API_PREFIX: null,
  DB_HOST: 'DATABASE_URL',
  DB_PORT: 'DATABASE_URL',
  DB_USERNAME: 'DATABASE_URL',
  DB_PASSWORD: 'DATABASE_URL',
  DB_DATABASE: 'DATABASE_URL',
  REDIS_HOST: null,
  REDIS_PORT: null,
  REDIS_PASSWORD: null,
  REDIS_DB: null,
  JWT_SECRET: 'ACCESS_TOKEN_SECRET',
  JWT_EXPIRES_IN: null,
  ADMIN_JWT_SECRET: 'STAFF_SESSION_SECRET',
  SESSION_SECRET: 'STAFF_SESSION_SECRET',
  CORS_ORIGIN: 'CORS_ORIGINS',
  WX_APP_ID: 'WECHAT_APPID',
  WX_APPID: 'WECHAT_APPID',
  WX_APP_SECRET: 'WECHAT_APP_SECRET',
  WECHAT_SECRET: 'WECHAT_APP_SECRET',
  WXPAY_APPID: 'WECHAT_APPID',
  WXPAY_MCHID: 'WECHAT_PAY_MCHID',
  WXPAY_MERCHANT_SERIAL: 'WECHAT_PAY_SERIAL_NO',
  WXPAY_MERCHANT_KEY_PATH: 'WECHAT_PAY_PRIVATE_KEY_PATH',
  WXPAY_PLATFORM_CERT_PATH: 'WECHAT_PAY_PUBLIC_KEY_PATH',
  WXPAY_API_V3_KEY: 'WECHAT_PAY_API_V3_KEY',
  WXPAY_NOTIFY_URL: 'WECHAT_PAY_NOTIFY_BASE_URL',
  WXPAY_ACK_STRICT: null,
  WECHAT_MCH_ID: 'WECHAT_PAY_MCHID',
  WECHAT_PAY_KEY: 'WECHAT_PAY_API_V3_KEY',
  WECHAT_PAY_CERT_PATH: 'WECHAT_PAY_PUBLIC_KEY_PATH',
  WECHAT_PAY_APP_ID: 'WECHAT_APPID',
  WECHAT_PAY_MCH_ID: 'WECHAT_PAY_MCHID',
  WECHAT_PAY_API_KEY: 'WECHAT_PAY_API_V3_KEY',
  WECHAT_PAY_NOTIFY_URL: 'WECHAT_PAY_NOTIFY_BASE_URL',
  STORAGE_PROVIDER: 'DATA_DIR',
  STORAGE_TYPE: 'DATA_DIR',
  ENABLE_DEBUG_ROUTES: 'DEBUG_ROUTES',
  ENABLE_TEST_ROUTES: 'DEBUG_ROUTES',
  ENABLE_X_OPENID_AUTH: 'DEV_LOGIN',
  ALLOW_OPENID_AUTH: 'DEV_LOGIN',
};
