// The numbers of a running house, as Prometheus reads them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { house, type House } from '../test/house.ts';

let home: House;
beforeAll(async () => {
  home = await house();
});
afterAll(() => home.close());

const metrics = async (): Promise<string> => (await fetch(`${home.url}/metrics`)).text();

test('a running house shows every number that somebody may have to wake up for', async () => {
  const sku = await home.given.sku({ stock: 3 });
  await home.given.paidOrder(await home.given.buyer(), [{ skuId: sku.skuId }]);
  const text = await metrics();
  expect(text).toMatch(/^jishi_orders\{state="paid"\} 1$/m);
  expect(text).toMatch(/^jishi_payments_total\{result="accepted"\} 1$/m);
  expect(text).toMatch(/^jishi_amount_mismatch_total 0$/m);
  expect(text).toMatch(/^jishi_ledger_imbalance\{unit="[a-zA-Z]+"\} 0$/m);
  expect(text).toMatch(/^jishi_ledger_faults 0$/m);
  expect(text).toMatch(/^jishi_job_lag_seconds \d/m);
  expect(text).toMatch(/^jishi_jobs_dead 0$/m);
  expect(text).toMatch(/^jishi_payment_cases_open 0$/m);
  expect(text).toMatch(/^jishi_db_pool_connections\{state="used"\} \d+$/m);
  for (const edge of ['0.01', '0.05', '0.1', '0.5', '1', '2', '5']) {
    expect(text).toMatch(new RegExp(`^jishi_http_request_seconds_bucket\\{le="${edge}",`, 'm'));
  }
  expect(text).not.toMatch(/^jishi_gauge_failures_total\{/m);
});
