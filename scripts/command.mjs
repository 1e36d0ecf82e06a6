// `npm run migrate`, `seed`, `doctor`: a command of the server on this clone's own database, whether or not it is running now.
import path from 'node:path';
import fs from 'node:fs';
import { spawn } from 'node:child_process';
import { openDatabase } from './database.mjs';
import { chosenEnv, DATA, developmentEnv, portOf } from './dev-env.mjs';
import { continueUnderOurNode, ensureInstalled, ourNode, ourPath, refuseOldNode, ROOT } from './ensure.mjs';
import { explainDisk, Refusal } from './refusal.mjs';

/** @returns {Promise<number>} the exit code of the command */
async function main() {
  refuseOldNode();
  await ensureInstalled((line) => process.stderr.write(`${line}\n`));
  await continueUnderOurNode(path.join(ROOT, 'scripts/command.mjs'));
  const chosen = chosenEnv();
  // A real shop gets nothing that was made for development: what is missing there has to be told, not filled in.
  if (chosen.NODE_ENV === 'production') return run(process.argv.slice(2), { ...chosen, PATH: ourPath() });
  try {
    fs.mkdirSync(DATA, { recursive: true });
  } catch (error) {
    throw explainDisk(error, DATA);
  }
  const database = await openDatabase(chosen.DATABASE_URL);
  try {
    const env = await developmentEnv({
      chosen,
      port: portOf(chosen, 'PORT', 8080),
      simPort: portOf(chosen, 'SIM_PORT', 8090),
      databaseUrl: database.url,
    });
    return await run(process.argv.slice(2), env);
  } finally {
    // A running `npm start` keeps its database.
    if (!database.reused) await database.stop();
  }
}

/** @param {string[]} args @param {Record<string, string>} env @returns {Promise<number>} */
function run(args, env) {
  // The terminal's Ctrl-C reaches the command by itself; we only wait for it.
  process.on('SIGINT', () => undefined);
  return new Promise((resolve, reject) => {
    const child = spawn(ourNode(), ['apps/server/src/cli.ts', ...args], { cwd: ROOT, env, stdio: 'inherit' });
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

// Whoever falls asleep on the way has not succeeded.
process.exitCode = 1;
main().then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(
      `${error instanceof Refusal ? error.message : error instanceof Error ? error.stack : error}\n`,
    );
    process.exit(1);
  },
);
