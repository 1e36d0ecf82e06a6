// The auditor: after every step asks the laws of what the step has touched, and of nothing else, so that it can be asked
// thousands of times. Triggers of the town's own database write down what was touched.
import type pg from 'pg';
import { kindsIn, LAWS_BY_THING, ofSome, type Kind } from '../books.laws.ts';

export type Auditor = {
  /** Throws `Broken` when a law does not hold for something that was touched since the last time. */
  audit(): Promise<void>;
};

/** A law that does not hold: what the whole simulation is looking for. */
export class Broken extends Error {
  readonly law: string;
  constructor(law: string, detail: string) {
    super(`${law}: ${detail}`);
    this.law = law;
  }
}

/** Where a change of a row touches something: the table, the thing, and the column that names it. */
const TOUCHES: readonly [table: string, kind: Kind, id: string][] = [
  ['orders', 'order', 'new.id'],
  ['order_lines', 'order', 'new.order_id'],
  ['stock_holds', 'order', 'new.order_id'],
  ['aftersales', 'order', 'new.order_id'],
  ['order_lines', 'product', 'new.product_id'],
  ['products', 'product', 'new.id'],
  ['payments', 'payment', 'new.id'],
  ['payment_attempts', 'payment', 'new.payment_id'],
  ['payment_cases', 'payment', 'new.payment_id'],
  ['refunds', 'payment', '(select payment_id from payment_attempts where id = new.attempt_id)'],
  ['stock_balances', 'sku', 'new.sku_id'],
  ['stock_movements', 'sku', 'new.sku_id'],
  ['stock_holds', 'sku', 'new.sku_id'],
];
const KINDS = [...new Set(Object.values(LAWS_BY_THING).flatMap(kindsIn))];

const place = (kind: Kind) => `$${KINDS.indexOf(kind) + 1}::uuid[]`;
const QUESTION = Object.entries(LAWS_BY_THING)
  .filter(([, law]) => kindsIn(law).length > 0)
  .map(([name, law]) => `select '${name}' as law, to_jsonb(x) as found from (${ofSome(law, place)}) x`)
  .join('\nunion all\n');

type Touched = { kind: Kind | 'entry'; ids: string[]; amounts: number[] };

export async function createAuditor(db: pg.Client): Promise<Auditor> {
  await db.query(triggers());
  await db.query(`set jit = off; set plan_cache_mode = force_generic_plan`);
  const balances = new Map<string, number>();
  return {
    audit: async () => {
      const { rows } = await db.query<Touched>({
        name: 'touched',
        text: `with gone as (delete from sim_touched returning kind, id, amount)
          select kind, array_agg(id) as ids, array_agg(amount) as amounts from gone where id is not null group by kind`,
      });
      if (rows.length === 0) return;
      const touched = new Map(rows.map((row) => [row.kind, row]));
      const values = KINDS.map((kind) => [...new Set(touched.get(kind)?.ids)]);
      const found = await db.query<{ law: string; found: unknown }>({ name: 'laws', text: QUESTION, values });
      const [first] = found.rows;
      if (first) throw new Broken(first.law, JSON.stringify(found.rows.map((row) => row.found).slice(0, 3)));
      const entries = touched.get('entry');
      if (entries) await auditAccounts(db, balances, entries);
    },
  };
}

/** An account is the sum of its entries. Entries never change, so the sum so far is kept here and only added to. */
async function auditAccounts(db: pg.Client, balances: Map<string, number>, entries: Touched): Promise<void> {
  entries.ids.forEach((id, index) => balances.set(id, (balances.get(id) ?? 0) + (entries.amounts[index] ?? 0)));
  const ids = [...new Set(entries.ids)];
  const { rows } = await db.query<{ id: string; type: string; balance: number }>({
    name: 'accounts',
    text: 'select id, type, balance from ledger_balances where id = any($1::uuid[])',
    values: [ids],
  });
  for (const { id, type, balance } of rows)
    if (balance !== balances.get(id))
      throw new Broken(
        'ledger: balances are the sum of their entries',
        `${type} says ${balance}, not ${balances.get(id)}`,
      );
  const sum = [...balances.values()].reduce((total, balance) => total + balance, 0);
  if (sum !== 0) throw new Broken('ledger: all accounts sum to zero', String(sum));
}

function triggers(): string {
  const tables = [...new Set(TOUCHES.map(([table]) => table))];
  const writers = tables.map((table) => {
    const rows = TOUCHES.filter(([one]) => one === table).map(([, kind, id]) => `('${kind}', ${id}, 0)`);
    return writer(table, 'insert or update', rows);
  });
  const entry = writer('ledger_entries', 'insert', [
    `('entry', new.account_id, new.amount)`,
    `('posting', new.posting_id, 0)`,
  ]);
  return [
    `create unlogged table sim_touched (kind text not null, id uuid, amount bigint not null)`,
    ...writers,
    entry,
  ].join(';\n');
}

const writer = (table: string, when: string, rows: readonly string[]) => `
  create function sim_${table}() returns trigger language plpgsql as $$ begin
    insert into sim_touched values ${rows.join(', ')}; return null;
  end $$;
  create trigger sim_touches after ${when} on ${table} for each row execute function sim_${table}()`;
