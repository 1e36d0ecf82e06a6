// The settings of a start on one's own machine: what the shell says, then .env, then values made here for development.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import util from 'node:util';
import { ourPath, ROOT } from './ensure.mjs';
import { explainDisk, Refusal } from './refusal.mjs';

/** Everything that a start makes lives here; `--fresh` removes it. */
export const DATA = path.join(ROOT, '.data');

/** What the person chose: the shell wins over .env. @returns {Record<string, string>} */
export function chosenEnv() {
  const file = path.join(ROOT, '.env');
  const written = fs.existsSync(file) ? util.parseEnv(fs.readFileSync(file, 'utf8')) : {};
  // An empty value means the same as none, as the server reads it too.
  return Object.fromEntries([written, process.env].flatMap((source) => filled(source)));
}

/** @param {NodeJS.Dict<string>} source @returns {[string, string][]} */
function filled(source) {
  return Object.entries(source).flatMap(([name, value]) => (value ? [[name, value]] : []));
}

/**
 * The whole environment of the server and its commands.
 * @param {{ chosen: Record<string, string>, port: number, simPort: number, databaseUrl: string }} start
 * @returns {Promise<Record<string, string>>}
 */
export async function developmentEnv({ chosen, port, simPort, databaseUrl }) {
  const simulator = chosen.WECHAT_API_BASE_URL ? {} : await simulatorEnv(simPort);
  return {
    NODE_ENV: 'development',
    ROLE: 'both',
    // The demo accounts have published passwords: only this machine may reach them, unless HOST says otherwise.
    HOST: '127.0.0.1',
    PUBLIC_URL: `http://localhost:${port}`,
    DATA_DIR: path.join(DATA, 'uploads'),
    LOG_LEVEL: 'info',
    ...lastingSecrets(),
    ...simulator,
    ...chosen,
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    PATH: ourPath(),
  };
}

/** Made once: a restart must not sign everybody out. @returns {Record<string, string>} */
function lastingSecrets() {
  const file = path.join(DATA, 'dev.env');
  try {
    if (!fs.existsSync(file)) {
      const lines = ['ACCESS_TOKEN_SECRET', 'STAFF_SESSION_SECRET'].map(
        (name) => `${name}=${randomBytes(48).toString('base64url')}\n`,
      );
      fs.writeFileSync(file, lines.join(''), { mode: 0o600 });
    }
    return /** @type {Record<string, string>} */ (util.parseEnv(fs.readFileSync(file, 'utf8')));
  } catch (error) {
    throw explainDisk(error, file);
  }
}

/** The account that the pretend WeChat knows; its keys are public. @param {number} simPort */
async function simulatorEnv(simPort) {
  const keys = await import('../apps/wechat-sim/src/demo-keys.ts');
  const folder = path.join(DATA, 'sim-keys');
  const files = {
    WECHAT_PAY_PRIVATE_KEY_PATH: ['merchant-private.pem', keys.demoMerchantPrivateKey],
    WECHAT_PAY_PUBLIC_KEY_PATH: ['platform-public.pem', keys.demoPublicKeyModePublicKey],
  };
  /** @type {Record<string, string>} */
  const env = {
    WECHAT_APPID: keys.demoAccounts.appid,
    WECHAT_APP_SECRET: keys.demoAccounts.appSecret,
    WECHAT_OA_APPID: keys.demoAccounts.oaAppid,
    WECHAT_OA_APP_SECRET: keys.demoAccounts.oaAppSecret,
    WECHAT_API_BASE_URL: `http://127.0.0.1:${simPort}`,
    WECHAT_OAUTH_BASE_URL: `http://127.0.0.1:${simPort}`,
    WECHAT_PAY_BASE_URL: `http://127.0.0.1:${simPort}`,
    WECHAT_PUSH_TOKEN: keys.demoAccounts.pushToken,
    WECHAT_PUSH_AES_KEY: keys.demoAccounts.pushAesKey,
    WECHAT_PAY_MCHID: keys.demoAccounts.mchid,
    WECHAT_PAY_SERIAL_NO: keys.demoAccounts.merchantSerialNo,
    WECHAT_PAY_API_V3_KEY: keys.demoAccounts.apiV3Key,
    WECHAT_PAY_PUBLIC_KEY_ID: keys.demoAccounts.platformPublicKeyId,
  };
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [name, [file = '', pem = '']] of Object.entries(files)) {
      env[name] = path.join(folder, file);
      fs.writeFileSync(env[name], pem, { mode: 0o600 });
    }
  } catch (error) {
    throw explainDisk(error, folder);
  }
  return env;
}

/**
 * @param {Record<string, string>} chosen @param {string} name @param {number} otherwise
 * @returns {number}
 */
export function portOf(chosen, name, otherwise) {
  const text = chosen[name];
  if (text === undefined || text === '') return otherwise;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Refusal(`${name} 的值“${text}”不是有效的端口，应为 1 到 65535 的整数。`);
}
