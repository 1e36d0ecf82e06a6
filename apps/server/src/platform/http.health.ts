// Is it alive, may it be given traffic, and how is it doing: for orchestrators and Prometheus.
import { createHash, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLocal } from './config.ts';
import type { Db } from './db.ts';
import { fail } from './fail.ts';
import { header } from './http.request.ts';
import type { Metrics } from './metrics.ts';
import { schemaState } from './migrate.ts';
import { statementsOf } from './pool.ts';

export type HealthSettings = {
  db: Db;
  metrics: Metrics;
  metricsToken: string | undefined;
  /** How long the oldest event waits; absent when this process has nothing to do with jobs. */
  lagSeconds?: () => Promise<number>;
};

/** Beyond this, orders are paid and nobody is told: the workers are gone or drowning. */
const LAG_MAX_SECONDS = 60;
const CHECK_MS = 3_000;

export function addHealth(fastify: FastifyInstance, settings: HealthSettings): void {
  const { db, metrics } = settings;
  fastify.get('/health/live', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'up' }),
  );
  fastify.get('/health/ready', async (_request, reply) => {
    const checks = await readiness(settings);
    const ready = Object.values(checks).every((check) => check === 'ok');
    reply.code(ready ? 200 : 503).header('cache-control', 'no-store');
    return reply.send({ status: ready ? 'ready' : 'not ready', checks });
  });
  fastify.get('/metrics', async (request, reply) => {
    if (!mayMeasure(settings.metricsToken, request)) fail('auth.required');
    const { contentType, body } = await metrics.text();
    return reply.type(contentType).send(body);
  });
  const { pool } = db;
  metrics.gauge(
    'db_pool_connections',
    'Database connections of this process',
    () => [
      { labels: { state: 'idle' }, value: pool.idleCount },
      { labels: { state: 'used' }, value: pool.totalCount - pool.idleCount },
      { labels: { state: 'wanted' }, value: pool.waitingCount },
    ],
    ['state'],
  );
  metrics.gauge('db_statements', 'Statements sent to the database since the start', () => statementsOf(pool));
}

async function readiness(settings: HealthSettings): Promise<Record<string, string>> {
  const { db, lagSeconds } = settings;
  const checks: Record<string, string> = { database: 'ok', schema: 'ok' };
  try {
    await within(sql`select 1`.execute(db.q));
  } catch {
    // Why is in the log of the pool; strangers need not read addresses here.
    return { database: 'unreachable', schema: 'unknown' };
  }
  try {
    const schema = await within(schemaState(db.pool));
    if (schema.state === 'behind' || schema.state === 'changed') checks['schema'] = schema.state;
    if (lagSeconds) checks['jobs'] = (await within(lagSeconds())) < LAG_MAX_SECONDS ? 'ok' : 'behind';
  } catch {
    checks['schema'] = 'unknown';
  }
  return checks;
}

function within<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('too slow')), CHECK_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** How many orders there are is nobody's business: without a token only this machine and its networks may ask. */
function mayMeasure(token: string | undefined, request: FastifyRequest): boolean {
  if (token !== undefined) return same(header(request, 'authorization') ?? '', `Bearer ${token}`);
  const ip = request.ip.replace(/^::ffff:(?=\d+\.)/i, '');
  return isLocal(`http://${ip.includes(':') ? `[${ip}]` : ip}`);
}

/** Compares without telling by its duration how much was right. */
function same(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
