// Starts one role of the server, or says in one list why it does not.
import { openApp, type App } from './app.ts';
import { BadConfig, loadConfig, type Config } from './platform/config.ts';
import { createLog } from './platform/log.ts';

const NODE_MAJOR_MIN = 24;

async function start(config: Config): Promise<void> {
  const log = createLog({ level: config.LOG_LEVEL, role: config.ROLE });
  const app = await openApp(config, log);
  await listen(app, config);
  if (config.ROLE !== 'api') await app.jobs.start();
  log.info({ port: config.PORT, role: config.ROLE }, 'started');

  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'stopping');
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
}

async function listen(app: App, config: Config): Promise<void> {
  try {
    await app.fastify.listen({ host: config.HOST, port: config.PORT });
  } catch (error) {
    await app.close();
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE')
      throw new Error(`端口 ${config.PORT} 已被占用，请结束占用它的程序或修改 PORT`, { cause: error });
    if (code === 'EACCES') throw new Error(`没有权限监听端口 ${config.PORT}，请使用 1024 以上的端口`, { cause: error });
    throw error;
  }
}

try {
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
    throw new Error(`需要 Node ${NODE_MAJOR_MIN} 以上，当前为 ${process.versions.node}；请用 npm start 启动`);
  }
  await start(loadConfig(process.env));
} catch (error) {
  const isPlain = error instanceof BadConfig || (error instanceof Error && /[一-鿿]/.test(error.message));
  process.stderr.write(
    `${isPlain ? (error as Error).message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
}
