// The whole suite in one run: a vitest project per room of the house.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

const globalSetup = existsSync(fileURLToPath(new URL('apps/server/test/global-setup.ts', import.meta.url)))
  ? ['apps/server/test/global-setup.ts']
  : [];
const ignored = ['**/node_modules/**', '**/dist/**'];

/** The oldest PostgreSQL that we promise, as Debian installs it; what is most likely to differ there runs on it as well. */
const postgres15 = existsSync('/usr/lib/postgresql/15/bin/postgres');
const ON_POSTGRES_15 = [
  'apps/server/test/journeys/**/*.test.ts',
  'apps/server/src/platform/migrate.test.ts',
  'apps/server/src/modules/catalog/catalog.search.test.ts',
];
const PROOF_OF_15 = 'apps/server/test/postgres15.test.ts';

export default defineConfig({
  test: {
    pool: 'forks',
    // Two cores are what we promise to be comfortable on; PostgreSQL needs some of them too.
    maxWorkers: 2,
    projects: [
      room('contract', ['packages/contract/**/*.test.ts']),
      room('wechat', ['packages/wechat/**/*.test.ts']),
      room('wechat-sim', ['apps/wechat-sim/**/*.test.ts']),
      room('scripts', ['scripts/**/*.test.ts'], { fileParallelism: false }),
      room('server', ['apps/server/**/*.test.ts'], {
        exclude: [...ignored, 'apps/server/test/browser/**', PROOF_OF_15],
        globalSetup,
      }),
      // Its one own test says so when 15 is not installed.
      room('server-pg15', [PROOF_OF_15, ...(postgres15 ? ON_POSTGRES_15 : [])], { globalSetup }),
      { plugins: [vue()], ...room('admin', ['apps/admin/**/*.test.ts']) },
      room('shop', ['apps/shop/**/*.test.ts', 'apps/shop/**/*.test.tsx']),
      // A real browser, two servers and a database at once: one file after the other.
      room('browser', ['apps/server/test/browser/**/*.test.ts'], { globalSetup, fileParallelism: false }),
    ],
  },
});

function room(name: string, include: string[], more: object = {}) {
  return {
    extends: true as const,
    test: {
      name,
      include,
      exclude: ignored,
      environment: 'node' as const,
      testTimeout: 60_000,
      hookTimeout: 120_000,
      ...more,
    },
  };
}
