// The reconciling process of the bench: does one thing with one day and says how long it took and how much memory it had.
import { createLedger } from '../apps/server/src/modules/ledger/ledger.ts';
import { createReconcile } from '../apps/server/src/modules/reconcile/reconcile.ts';
import { stage } from '../apps/server/src/modules/reconcile/reconcile.run.ts';
import { systemClock } from '../apps/server/src/platform/clock.ts';
import { openLoader } from '../apps/server/src/platform/copy.ts';
import { openDb } from '../apps/server/src/platform/db.ts';
import { silentLog } from '../apps/server/src/platform/log.ts';
import { createMetrics } from '../apps/server/src/platform/metrics.ts';
import { diskVault } from '../apps/server/src/platform/vault.ts';
import type { ChildSaid, ChildWish } from './reconcile.ts';

const wish = JSON.parse(process.argv[2] ?? '') as ChildWish;
const db = openDb({ url: wish.databaseUrl, max: 4 });
const vault = diskVault(wish.vaultDir);
const nothing = () => Promise.reject(new Error('WeChat is not asked here'));

const reconcile = createReconcile({
  db,
  clock: systemClock,
  log: silentLog,
  metrics: createMetrics({ process: false }),
  vault,
  ledger: createLedger({ clock: systemClock }),
  payment: { look: nothing, lookRefund: nothing, recover: nothing, recoverRefund: nothing },
  staff: { audit: nothing },
  pay: {
    // The files lie there already, under the hash that is announced: nothing is downloaded.
    applyBill: async ({ kind, day }) => ({
      outcome: 'ok',
      value: { kind, day, sha1: wish.sha1[kind], target: '', isGzip: true },
      requestId: null,
    }),
    downloadBill: nothing,
  },
});

async function staged(): Promise<string> {
  const loader = await openLoader(db);
  const keyOf = (kind: 'trade' | 'fund') => ({ key: `${wish.day}/${kind}-${wish.sha1[kind]}.csv` });
  await stage({ vault }, loader, { trade: keyOf('trade'), fund: keyOf('fund') });
  await loader.close();
  return 'done';
}

async function compared(): Promise<string> {
  await db.pool.query('insert into reconcile_days (day, created_at) values ($1, now()) on conflict do nothing', [
    wish.day,
  ]);
  const result = await reconcile.run(wish.day, 'bench');
  const { rows } = await db.pool.query('select state, open_cases from reconcile_days where day = $1', [wish.day]);
  return rows[0]?.state === 'agreed' ? result : `${rows[0]?.state}, ${rows[0]?.open_cases} cases`;
}

const from = performance.now();
const result = await (wish.what === 'stage' ? staged() : compared());
const said: ChildSaid = {
  ms: performance.now() - from,
  maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  result,
};
await db.close();
process.stdout.write(JSON.stringify(said));
