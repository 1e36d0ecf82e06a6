// Starts one role of the server, or says in one list why it does not.
import { openApp } from './app.ts';
import { BadConfig, loadConfig, type Config } from './platform/config.ts';
import { createLog } from './platform/log.ts';

const NODE_MAJOR_MIN = 24;

async function start(config: Config): Promise<void> {
  const log = createLog({ level: config.LOG_LEVEL, role: config.ROLE });
  const app = await openApp(config, log);
  if (config.ROLE !== 'worker') await app.fastify.listen({ host: config.HOST, port: config.PORT });
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
