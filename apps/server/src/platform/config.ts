// The configuration: read once, checked as a whole, every problem told at once.
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { GROUPS, OLD_NAMES, type Config, type Group, type Setting } from './config.schema.ts';
import { DEMO_DATA_KEYS, isDemoKey, readDataKeys, type DataKey } from './seal.ts';

export type { Config } from './config.schema.ts';

export type Problem = { name: string; problem: string };

/** Why the server does not start: the whole list, for a person. */
export class BadConfig extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ name, problem }) => `  - ${name}：${problem}`);
    super(`配置有 ${problems.length} 个问题，服务未启动：\n${lines.join('\n')}`);
    this.name = 'BadConfig';
    this.problems = problems;
  }
}

/**
 * What only the simulator uses, recognised by its look, so that this code need not know the simulator. A test holds the
 * list against apps/wechat-sim/src/demo-keys.ts.
 */
export const knownTestCredentials = {
  values: [
    /^wxsim/,
    /^1900000000$/,
    /^SIMULATOR(-|ONLY)/,
    /^[0-9A-F]{2}DE30{20}/,
    /^PUB_KEY_ID_0{20}/,
  ] as readonly RegExp[],
  /** SHA-256 of the public half (SPKI, DER) of keys that are published in this repository. */
  keys: [
    'fdda98ba20688f6ec2b526248d738fa303705e3eabf7bead75934d68944bc3a2',
    'c33174eae597cb49954d95be442c0fb5806a8821bef07f1d7376141f457ca391',
    '45b521d6daa23a79833bf036a5750a38639bd35939264cfc59b7a84ea59daefd',
    'd54e92f97a7811536eef59f03126ffd22f595a9de61a211991eb2fb952261e59',
    'f4f092dd027d724ce995b5e83a03babe2b68a957b5ac00e0a53d8ecbe1599781',
  ] as readonly string[],
};

const groups: readonly Group[] = GROUPS;
const entries = (): [string, Setting][] => groups.flatMap((group) => Object.entries(group.settings));

/** Reads the configuration from environment variables. @throws BadConfig with every problem found. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of entries()) {
    // An empty variable means the same as none: that is what compose files make of a missing one.
    const given = env[name]?.trim() === '' ? undefined : env[name];
    const parsed = setting.schema.safeParse(given);
    if (parsed.success) values[name] = parsed.data;
    else
      problems.push({
        name,
        problem: given === undefined ? missing(setting) : (parsed.error.issues[0]?.message ?? ''),
      });
  }
  problems.push(...oldNames(env));
  const config = values as Config;
  problems.push(...fileProblems(config), ...dataKeyProblems(config), ...wechatProblems(config));
  if (config.NODE_ENV === 'production') problems.push(...unsafeInProduction(config, env));
  if (problems.length > 0) throw new BadConfig(problems);
  return config;
}

function missing(setting: Setting): string {
  return `未填写（${setting.zh}）`;
}

/** An old name is refused rather than ignored: a switch that is set and has no effect is the worst of all. */
function oldNames(env: Record<string, string | undefined>): Problem[] {
  return Object.entries(OLD_NAMES).flatMap(([old, now]) => {
    if (env[old] === undefined || env[old] === '' || now === null) return [];
    if (env[now] !== undefined && env[now] !== '') return [];
    return [{ name: old, problem: `这是旧系统的变量名，请改用 ${now}` }];
  });
}

/** Either nothing of WeChat Pay is set or all that signing and checking need. */
function wechatProblems(config: Config): Problem[] {
  const needed = [
    'WECHAT_PAY_MCHID',
    'WECHAT_PAY_SERIAL_NO',
    'WECHAT_PAY_PRIVATE_KEY_PATH',
    'WECHAT_PAY_API_V3_KEY',
    'WECHAT_PAY_PUBLIC_KEY_ID',
    'WECHAT_PAY_PUBLIC_KEY_PATH',
  ] as const;
  const problems: Problem[] = [];
  const absent = needed.filter((name) => config[name] === undefined);
  if (absent.length > 0 && absent.length < needed.length) {
    for (const name of absent) problems.push({ name, problem: '未填写；微信支付的各项需一并填写' });
  }
  const [oa, secret] = ['WECHAT_OA_APPID', 'WECHAT_OA_APP_SECRET'] as const;
  const [token, aes] = ['WECHAT_PUSH_TOKEN', 'WECHAT_PUSH_AES_KEY'] as const;
  const pairs = [
    [oa, secret],
    [secret, oa],
    [token, aes],
    [aes, token],
  ] as const;
  for (const [name, other] of pairs) {
    if (config[name] === undefined && config[other] !== undefined) {
      problems.push({ name, problem: `未填写；需与 ${other} 一并填写` });
    }
  }
  const key = config.WECHAT_PAY_API_V3_KEY;
  if (key !== undefined && Buffer.byteLength(key) !== 32) {
    problems.push({ name: 'WECHAT_PAY_API_V3_KEY', problem: `应为 32 个字符，实际 ${Buffer.byteLength(key)} 个` });
  }
  return problems;
}

/** The keys of personal data, the newest first. A text says what is wrong with them. */
function dataKeys(config: Pick<Config, 'DATA_KEYS' | 'DATA_KEYS_PATH'>): DataKey[] | string {
  const { DATA_KEYS: given, DATA_KEYS_PATH: file } = config;
  if (given !== undefined && file !== undefined) return '与 DATA_KEYS_PATH 只能填写一项';
  if (file === undefined) return readDataKeys(given ?? DEMO_DATA_KEYS);
  try {
    return readDataKeys(readFileSync(file, 'utf8'));
  } catch {
    return `文件不存在或无法读取：${file}`;
  }
}

export function dataKeysOf(config: Pick<Config, 'DATA_KEYS' | 'DATA_KEYS_PATH'>): DataKey[] {
  const keys = dataKeys(config);
  if (typeof keys === 'string') throw new BadConfig([{ name: dataKeysName(config), problem: keys }]);
  return keys;
}

const dataKeysName = (config: Pick<Config, 'DATA_KEYS' | 'DATA_KEYS_PATH'>): string =>
  config.DATA_KEYS === undefined && config.DATA_KEYS_PATH !== undefined ? 'DATA_KEYS_PATH' : 'DATA_KEYS';

function dataKeyProblems(config: Config): Problem[] {
  const keys = dataKeys(config);
  const name = dataKeysName(config);
  if (typeof keys === 'string') return [{ name, problem: keys }];
  if (config.NODE_ENV !== 'production') return [];
  if (config.DATA_KEYS === undefined && config.DATA_KEYS_PATH === undefined) {
    return [{ name, problem: '未填写；生产环境不能使用演示密钥' }];
  }
  return keys.some(isDemoKey) ? [{ name, problem: '仍是演示密钥，请更换' }] : [];
}

const KEY_FILES = ['WECHAT_PAY_PRIVATE_KEY_PATH', 'WECHAT_PAY_PUBLIC_KEY_PATH'] as const;

function fileProblems(config: Config): Problem[] {
  return KEY_FILES.flatMap((name) => {
    const file = config[name];
    if (file === undefined) return [];
    const print = fingerprintOf(file);
    if (print.length === 64 && name === 'WECHAT_PAY_PRIVATE_KEY_PATH' && !isPrivateKey(file)) {
      return [{ name, problem: `文件里不是私钥：${file}` }];
    }
    if (print === 'unreadable') return [{ name, problem: `文件不存在或无法读取：${file}` }];
    return print === 'no key' ? [{ name, problem: `文件内容不是有效的 PEM 密钥：${file}` }] : [];
  });
}

function isPrivateKey(file: string): boolean {
  try {
    return createPrivateKey(readFileSync(file, 'utf8')).type === 'private';
  } catch {
    return false;
  }
}

/** Names a key by its public half, whether the file holds a private key, a public key or a certificate. */
function fingerprintOf(file: string): string {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch {
    return 'unreadable';
  }
  try {
    const der = createPublicKey(pem).export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(der).digest('hex');
  } catch {
    return 'no key';
  }
}

const SECRET_MIN = 32;
const TOKEN_MIN = 16;

function unsafeInProduction(config: Config, env: Record<string, string | undefined>): Problem[] {
  const problems: Problem[] = [];
  const refuse = (name: keyof Config, when: boolean, problem: string) => {
    if (when) problems.push({ name, problem });
  };
  for (const name of ['ACCESS_TOKEN_SECRET', 'STAFF_SESSION_SECRET'] as const) {
    const secret = config[name] ?? '';
    if (!env[name]) refuse(name, true, '未填写；生产环境不能使用开发密钥');
    else if (/dev-only|change-?me|simulator/i.test(secret)) refuse(name, true, '仍是示例密钥，请更换');
    else if (secret.length < SECRET_MIN) refuse(name, true, `太短，至少 ${SECRET_MIN} 个字符`);
    else refuse(name, new Set(secret).size < 10, '过于简单，请使用随机生成的密钥');
  }
  const secretsGiven = Boolean(env['ACCESS_TOKEN_SECRET']);
  refuse(
    'STAFF_SESSION_SECRET',
    secretsGiven && config.ACCESS_TOKEN_SECRET === config.STAFF_SESSION_SECRET,
    '不能与 ACCESS_TOKEN_SECRET 相同',
  );
  const token = config.METRICS_TOKEN;
  refuse('METRICS_TOKEN', token !== undefined && token.length < TOKEN_MIN, `太短，至少 ${TOKEN_MIN} 个字符`);
  const others: unknown[] = [config.ACCESS_TOKEN_SECRET, config.STAFF_SESSION_SECRET];
  refuse('METRICS_TOKEN', token !== undefined && others.includes(token), '不能与其他密钥相同');
  refuse('CORS_ORIGINS', config.CORS_ORIGINS?.includes('*') ?? false, '生产环境不能为 *');
  refuse('DEV_LOGIN', config.DEV_LOGIN, '生产环境不能开启模拟登录');
  refuse('DEBUG_ROUTES', config.DEBUG_ROUTES, '生产环境不能开启调试接口');
  refuse('CAPTCHA', config.CAPTCHA === 'off', '生产环境不能关闭验证码');
  refuse('RATE_LIMIT', config.RATE_LIMIT === 'off', '生产环境不能关闭频率限制');
  refuse('CRASH_AT', config.CRASH_AT !== undefined, '仅供测试使用，生产环境请删除');
  refuse('PUBLIC_URL', !env['PUBLIC_URL'], '未填写；生产环境必须写明用户访问的地址');
  for (const name of ['PUBLIC_URL', 'WECHAT_PAY_NOTIFY_BASE_URL'] as const) {
    const isPlain = Boolean(env[name]) && (config[name]?.startsWith('http:') ?? false);
    refuse(name, isPlain, '生产环境必须使用 https');
  }
  problems.push(...wechatInProduction(config));
  return problems;
}

const CREDENTIALS = [
  'WECHAT_APPID',
  'WECHAT_APP_SECRET',
  'WECHAT_OA_APPID',
  'WECHAT_OA_APP_SECRET',
  'WECHAT_PAY_MCHID',
  'WECHAT_PAY_SERIAL_NO',
  'WECHAT_PAY_API_V3_KEY',
  'WECHAT_PAY_PUBLIC_KEY_ID',
  'WECHAT_PUSH_TOKEN',
  'WECHAT_PUSH_AES_KEY',
  ...KEY_FILES,
] as const;

function wechatInProduction(config: Config): Problem[] {
  const problems: Problem[] = [];
  for (const name of ['WECHAT_API_BASE_URL', 'WECHAT_OAUTH_BASE_URL', 'WECHAT_PAY_BASE_URL'] as const) {
    if (config[name] !== undefined && isLocal(config[name])) {
      problems.push({ name, problem: `生产环境不能使用模拟微信：${config[name]}` });
    } else if (config[name]?.startsWith('http:')) problems.push({ name, problem: '生产环境必须使用 https' });
  }
  const required = ['WECHAT_APPID', 'WECHAT_APP_SECRET', 'WECHAT_PAY_MCHID'] as const;
  for (const name of required) if (config[name] === undefined) problems.push({ name, problem: '未填写；生产环境必填' });
  for (const name of CREDENTIALS) {
    const value = config[name];
    if (value === undefined) continue;
    const isKey = KEY_FILES.some((one) => one === name);
    const known = isKey
      ? knownTestCredentials.keys.includes(fingerprintOf(value))
      : knownTestCredentials.values.some((look) => look.test(value));
    if (known) problems.push({ name, problem: '这是模拟器的测试凭证，生产环境请更换' });
  }
  return problems;
}

/** True for this machine and private networks: never where WeChat lives. */
export function isLocal(url: string): boolean {
  const host = new URL(url).hostname.replaceAll(/[[\]]/g, '');
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    !/[.:]/.test(host) ||
    /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|0\.)/.test(host) ||
    /^(::1$|::$|f[cd]|fe80)/i.test(host)
  );
}

/** The text of `.env.example`, so that it can never tell something else than the code. */
export function envExample(): string {
  const parts = groups.map((group) => {
    const lines = Object.entries(group.settings).map(
      ([name, setting]) => `# ${setting.zh}\n# ${setting.en}\n${exampleOf(name, setting)}`,
    );
    return `# ===== ${group.title} =====\n\n${lines.join('\n\n')}`;
  });
  return `# 复制为 .env 后按需修改；被注释的行使用默认值。由 node apps/server/src/cli.ts env-example 生成，请勿手改。\n\n${parts.join('\n\n')}\n`;
}

function exampleOf(name: string, setting: Setting): string {
  if (setting.example !== undefined) return `# ${name}=${setting.example}`;
  const fallback: unknown = setting.schema.safeParse(undefined).data;
  if (setting.secret || fallback === undefined || Array.isArray(fallback)) return `# ${name}=`;
  return `# ${name}=${String(fallback)}`;
}
