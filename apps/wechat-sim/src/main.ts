// The simulator as a process: `node apps/wechat-sim/src/main.ts`. Its settings are SIM_* environment variables (README.md).
import process from 'node:process';
import { createSim } from './sim.ts';
import type { MerchantSetup, SimOptions } from './surface.ts';

const env = process.env;
const list = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

function readPort(text: string | undefined): number {
  const port = Number(text ?? '8090');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`SIM_PORT is not a port: ${text}`);
  return port;
}

function readControlAccess(text: string | undefined): NonNullable<SimOptions['controlAccess']> {
  if (text === undefined || text === '') return 'loopback';
  if (text === 'loopback' || text === 'any' || text === 'off') return text;
  throw new Error(`SIM_CONTROL must be loopback, any or off, not ${text}`);
}

/** A living merchant pays 0.6 %: the demo does too. */
function readFee(text: string | undefined): number {
  const bps = Number(text ?? '60');
  if (!Number.isInteger(bps) || bps < 0 || bps > 1000) throw new Error(`SIM_FEE_BPS is not a fee: ${text}`);
  return bps;
}

function readSigning(text: string | undefined): Partial<MerchantSetup> {
  if (text === undefined || text === '') return {};
  if (text === 'public_key' || text === 'certificate' || text === 'mixed') return { signing: text };
  throw new Error(`SIM_SIGNING must be public_key, certificate or mixed, not ${text}`);
}

if (env.NODE_ENV === 'production' && env.SIM_ALLOW_PRODUCTION !== 'yes') {
  process.stderr.write('The WeChat simulator does not start with NODE_ENV=production. It moves no real money.\n');
  process.exit(1);
}

const sim = await createSim({
  port: readPort(env.SIM_PORT),
  host: env.SIM_HOST ?? '127.0.0.1',
  stateDir: env.SIM_STATE_DIR ?? null,
  clock: env.SIM_CLOCK === 'steppable' ? 'steppable' : 'real',
  controlAccess: readControlAccess(env.SIM_CONTROL),
  merchant: {
    feeBps: readFee(env.SIM_FEE_BPS),
    domains: list(env.SIM_DOMAINS),
    plainNoticeHosts: list(env.SIM_PLAIN_NOTICE_HOSTS),
    ...readSigning(env.SIM_SIGNING),
    pushUrl: env.SIM_PUSH_URL ?? null,
  },
  ...(env.SIM_PUBLIC_URL === undefined ? {} : { publicUrl: env.SIM_PUBLIC_URL }),
});
process.stdout.write(`WeChat simulator: ${sim.publicUrl}\n`);

let closing = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (closing) return;
    closing = true;
    void sim.close().then(() => process.exit(0));
  });
