// Commands of the person who runs the shop: node apps/server/src/cli.ts <command>
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { platformChecks, type Check } from './platform/checks.ts';
import { BadConfig, envExample, loadConfig, type Config } from './platform/config.ts';
import { openDb } from './platform/db.ts';
import { writeLaws } from './platform/laws.ts';
import { createLog, type Log } from './platform/log.ts';
import { migrate } from './platform/migrate.ts';
import { writeSchemaTypes } from './platform/schema-types.ts';

/** The house as the commands need it; `app.ts` exports `openApp` with this shape or more. */
export type CommandApp = {
  checks: readonly Check[];
  resealData(): Promise<number>;
  createAdmin(input: { username: string; password: string; name: string }): Promise<void>;
  close(): Promise<void>;
};

type Values = Record<string, string | boolean | undefined>;
type Command = { help: string; run: (values: Values) => Promise<number> };

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const commands: Record<string, Command> = {
  migrate: { help: '执行尚未执行的数据库迁移', run: runMigrate },
  seed: { help: '写入演示数据（--once：已有数据时不做任何事）', run: runSeed },
  doctor: { help: '检查配置、数据库与账目', run: runDoctor },
  'staff:create-admin': {
    help: '创建第一个管理员（--username --name，密码由 ADMIN_PASSWORD 传入）',
    run: runCreateAdmin,
  },
  'data:reseal': { help: '用最新的密钥重新加密个人信息（更换 DATA_KEYS 后执行）', run: runReseal },
  types: { help: '由数据库生成 db.types.ts（--check：只比较）', run: runTypes },
  laws: { help: '由数据库生成 laws.json', run: runLaws },
  'env-example': { help: '由配置定义生成 .env.example', run: runEnvExample },
};

function readConfig(): Config {
  const file = `${ROOT}.env`;
  if (existsSync(file)) process.loadEnvFile(file);
  return loadConfig(process.env);
}

async function runMigrate(): Promise<number> {
  const config = readConfig();
  const applied = await migrate(config.DATABASE_URL, { onApplied: (name) => console.log(`  已执行 ${name}`) });
  console.log(applied.length === 0 ? '数据库结构已是最新' : `完成，共执行 ${applied.length} 个迁移`);
  return 0;
}

/** Modules are loaded late: migrating must work where the rest cannot start yet. */
async function withApp(config: Config, log: Log, run: (app: CommandApp) => Promise<number>): Promise<number> {
  const { openApp } = (await import('./app.ts')) as { openApp(config: Config, log: Log): Promise<CommandApp> };
  const app = await openApp(config, log);
  try {
    return await run(app);
  } finally {
    await app.close();
  }
}

async function runSeed(values: Values): Promise<number> {
  const config = readConfig();
  if (config.NODE_ENV === 'production' && values['demo'] !== true) {
    console.error('生产环境默认不写入演示数据；确需写入请加 --demo');
    return 1;
  }
  return withApp(config, createLog({ level: 'warn', role: 'cli' }), async (app) => {
    const { seed } = (await import('./seed.ts')) as {
      seed(app: CommandApp, options: { once: boolean }): Promise<string | void>;
    };
    console.log((await seed(app, { once: values['once'] === true })) ?? '演示数据已写入');
    return 0;
  });
}

async function runDoctor(): Promise<number> {
  const config = readConfig();
  console.log('✓ 配置');
  const db = openDb({ url: config.DATABASE_URL, max: 2, applicationName: 'jishi-doctor' });
  let sick: number;
  try {
    sick = await examine(platformChecks(config, db));
  } finally {
    await db.close();
  }
  // What modules know can only be asked where the ground is sound.
  if (sick === 0) {
    sick += await withApp(config, createLog({ level: 'silent' }), async (app) => examine(app.checks));
  }
  console.log(sick === 0 ? '一切正常' : `发现 ${sick} 个问题`);
  return sick === 0 ? 0 : 1;
}

async function examine(checks: readonly Check[]): Promise<number> {
  let sick = 0;
  for (const check of checks) {
    const problem = await check
      .run()
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    console.log(problem === null ? `✓ ${check.name}` : `✗ ${check.name}：${problem}`);
    if (problem !== null) sick += 1;
  }
  return sick;
}

async function runCreateAdmin(values: Values): Promise<number> {
  const username = values['username'];
  // Not an option: options of a command can be read by every user of the machine.
  const password = process.env['ADMIN_PASSWORD'];
  if (typeof username !== 'string' || !password) {
    console.error(
      '用法：ADMIN_PASSWORD=密码 node apps/server/src/cli.ts staff:create-admin --username=用户名 [--name=姓名]',
    );
    return 1;
  }
  const name = typeof values['name'] === 'string' ? values['name'] : username;
  return withApp(readConfig(), createLog({ level: 'warn', role: 'cli' }), async (app) => {
    await app.createAdmin({ username, password, name });
    console.log(`管理员 ${username} 已创建`);
    return 0;
  });
}

async function runReseal(): Promise<number> {
  return withApp(readConfig(), createLog({ level: 'warn', role: 'cli' }), async (app) => {
    let done = 0;
    for (let rows = await app.resealData(); rows > 0; rows = await app.resealData()) done += rows;
    console.log(done === 0 ? '全部已由最新的密钥加密' : `完成，共重新加密 ${done} 行`);
    return 0;
  });
}

async function runTypes(values: Values): Promise<number> {
  const check = values['check'] === true;
  const same = await writeSchemaTypes(readConfig().DATABASE_URL, { check });
  console.log(
    same ? 'db.types.ts 与数据库一致' : check ? 'db.types.ts 与数据库不一致，请运行 types 命令' : 'db.types.ts 已更新',
  );
  return same || !check ? 0 : 1;
}

async function runLaws(): Promise<number> {
  const db = openDb({ url: readConfig().DATABASE_URL, max: 1 });
  try {
    console.log((await writeLaws(db.pool)) ? 'laws.json 已更新' : 'laws.json 与数据库一致');
    return 0;
  } finally {
    await db.close();
  }
}

async function runEnvExample(): Promise<number> {
  await writeFile(`${ROOT}.env.example`, envExample());
  console.log('.env.example 已更新');
  return 0;
}

async function main(): Promise<number> {
  const [name = '', ...rest] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const lines = Object.entries(commands).map(([known, { help }]) => `  ${known.padEnd(20)}${help}`);
    console.log(`用法：node apps/server/src/cli.ts <命令>\n\n${lines.join('\n')}`);
    return name === '' || name === 'help' || name === '--help' ? 0 : 1;
  }
  const { values } = parseArgs({
    args: rest,
    options: {
      once: { type: 'boolean' },
      demo: { type: 'boolean' },
      check: { type: 'boolean' },
      username: { type: 'string' },
      name: { type: 'string' },
    },
  });
  return command.run(values);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof BadConfig) console.error(error.message);
  else if (error instanceof Error)
    console.error(`失败：${error.message}${process.env['DEBUG'] ? `\n${error.stack}` : ''}`);
  else console.error(error);
  process.exitCode = 1;
}
