// The invariants of model.md 6.20, as far as this house sells, asked of the database after anything has happened.
import { sql } from 'kysely';
import type { Control } from '@jishi/wechat-sim';
import type { App } from '../src/app.ts';
import { LAWS_BY_THING, ofAll } from './books.laws.ts';

export type Books = {
  /**
   * Throws with every broken invariant by name. `atRest`: lets everything that was begun come to its end first; then
   * nothing may be on its way, and WeChat must agree fen by fen.
   */
  balance(options?: { atRest?: boolean }): Promise<void>;
};

/** What cannot be asked of one thing alone; each returns rows only when the law is broken. */
const LAWS: Readonly<Record<string, string>> = {
  'ledger: all accounts sum to zero': `select unit from ledger_balances group by unit having sum(balance) <> 0`,
  'ledger: the chain over postings is unbroken': `
    select broken, why from ledger_verify(0, decode(repeat('00', 32), 'hex'), 1000000) where broken is not null`,
  'ledger: balances are the sum of their entries': `
    select a.id from ledger_balances a left join (select account_id, sum(amount) as total from ledger_entries group by 1) e on e.account_id = a.id
    where a.balance <> coalesce(e.total, 0)`,
  'recharge: a paid order has its money and its points, any other has neither': `
    select r.id, r.state, p.state as payment, l.granted from recharge_orders r join payments p on p.id = r.payment_id
    left join (select ref_id, sum(granted) as granted from point_lots where ref_kind = 'recharge' and key like 'recharge:%' group by 1) l
      on l.ref_id = r.id
    where (r.state in ('paid', 'refunded') and (p.state <> 'paid' or l.granted <> r.points + r.bonus_points))
      or (r.state not in ('paid', 'refunded') and l.granted is not null) or p.amount_fen <> r.price_fen`,
  'recharge: income is what was paid and not paid back': `
    select a.id from ledger_balances a where a.type = 'recharge_sales' and -a.balance <> (
      select coalesce(sum(p.amount_fen), 0) from payments p where p.payable_kind = 'recharge' and p.state = 'paid') - (
      select coalesce(sum(f.amount_fen), 0) from refunds f where f.cause = 'recharge' and f.state = 'succeeded')`,
  'recharge: paid back once, what was planned, and the points are held until then and gone after': `
    select f.id, f.state, v.state as reservation from recharge_refunds f join recharge_orders r on r.id = f.recharge_id
    join point_reservations v on v.id = f.reservation_id
    left join refunds m on m.ref_kind = 'recharge' and m.ref_id = f.id and m.state <> 'closed'
    where v.points <> f.paid_points + f.bonus_points or f.amount_fen + f.missing_fen <> r.price_fen
      or f.paid_points <> r.points or f.bonus_points + f.missing_bonus <> r.bonus_points
      or (f.state, v.state, r.state) not in (
        ('refunding', 'held', 'paid'), ('succeeded', 'committed', 'refunded'), ('given_up', 'cancelled', 'paid'),
        ('given_up', 'cancelled', 'refunded'))
      or (f.state = 'succeeded') <> coalesce(m.state = 'succeeded' and f.state = 'succeeded', false)
      or (f.state = 'given_up' and m.id is not null)`,
  'wallets: what is between is what is asked for and not decided': `
    select coalesce(a.owner_id, w.buyer_id) as buyer, a.fen, w.fen as asked
    from (select owner_id, -balance as fen from ledger_balances where type = 'withdraw_transit') a
    full join (select buyer_id, sum(amount_fen) as fen from withdrawals
      where state in ('pending', 'approved', 'sending', 'await_confirm') group by 1) w on w.buyer_id = a.owner_id
    where coalesce(a.fen, 0) <> coalesce(w.fen, 0)`,
  'wallets: every withdrawal has one fate, and its postings tell it': `
    select w.id, w.state from withdrawals w
    where not exists (select 1 from ledger_postings p where p.key = 'withdrawal-asked:' || w.id)
      or (w.state = 'paid') <> exists (select 1 from ledger_postings p where p.key = 'withdrawal-paid:' || w.id)
      or (w.state in ('failed', 'rejected', 'cancelled', 'expired')) <>
        exists (select 1 from ledger_postings p where p.key = 'withdrawal-returned:' || w.id)`,
  'reconcile: fees and payouts are booked as noted, day by day': `
    select b.kind, sum(b.amount_fen) as noted, coalesce(max(l.booked), 0) as booked from reconcile_bookings b
    left join (
      select case a.type when 'provider_fee' then 'fee' else 'payout' end as kind, sum(e.amount) as booked
      from ledger_entries e join ledger_accounts a on a.id = e.account_id join ledger_postings p on p.id = e.posting_id
      where a.type in ('provider_fee', 'bank') and p.key like 'reconcile-%' group by 1) l using (kind)
    group by b.kind having sum(b.amount_fen) <> coalesce(max(l.booked), 0)`,
  'reconcile: a day counts its cases, and an agreed one has none open': `
    select d.day, d.state, d.open_cases, count(c.id) filter (where c.state = 'open') as open from reconcile_days d
    left join reconcile_cases c on c.day = d.day group by d.day
    having d.open_cases <> count(c.id) filter (where c.state = 'open') or d.cases <> count(c.id)
      or (d.state = 'agreed' and count(c.id) filter (where c.state = 'open') > 0)`,
  ...Object.fromEntries(Object.entries(LAWS_BY_THING).map(([name, law]) => [name, ofAll(law)])),
};

/** The laws of points alone, for tests that have nothing else. */
const POINT_LAWS: Readonly<Record<string, string>> = {
  'points: what people can spend is their lots, their moves and their accounts': `
    with lots as (select buyer_id, kind, sum(points_left) as n from point_lots group by 1, 2),
    moves as (select buyer_id, kind, sum(delta) as n from point_moves group by 1, 2),
    accounts as (select owner_id as buyer_id, substr(type, 5) as kind, -balance as n from ledger_balances
      where type in ('pts_paid', 'pts_bonus', 'pts_earned'))
    select buyer_id, kind, l.n as lots, m.n as moves, a.n as account
    from lots l full join moves m using (buyer_id, kind) full join accounts a using (buyer_id, kind)
    where (coalesce(l.n, 0), coalesce(m.n, 0)) <> (coalesce(a.n, 0), coalesce(a.n, 0)) or coalesce(l.n, 0) < 0`,
  'points: what is held is what reservations hold, in lots and in the account': `
    with held as (select buyer_id, sum(points) as n from point_reservations where state = 'held' group by 1),
    lots as (select buyer_id, sum(held) as n from point_lots group by 1),
    accounts as (select owner_id as buyer_id, -balance as n from ledger_balances where type = 'pts_held')
    select buyer_id, h.n as held, l.n as lots, a.n as account
    from held h full join lots l using (buyer_id) full join accounts a using (buyer_id)
    where coalesce(h.n, 0) <> coalesce(l.n, 0) or coalesce(h.n, 0) <> coalesce(a.n, 0)`,
  'points: a reservation is its allocations': `
    select r.id from point_reservations r
    left join (select reservation_id, sum(points) as n, sum(given_back) as back from point_allocations group by 1) a
      on a.reservation_id = r.id
    where (r.points, r.given_back) <> (coalesce(a.n, 0), coalesce(a.back, 0))`,
  'points: what was used of a lot is what reservations used and did not get back': `
    select l.id from point_lots l left join (
      select a.lot_id, sum(case when r.state = 'committed' and r.purpose = 'spend' then a.points - a.given_back else 0 end) as used,
        sum(case when r.state = 'held' then a.points else 0 end) as held,
        sum(case when r.state = 'committed' and r.purpose = 'take_back' then a.points else 0 end) as taken
      from point_allocations a join point_reservations r on r.id = a.reservation_id group by 1) u on u.lot_id = l.id
    left join (select lot_id, sum(taken) as taken from point_takings group by 1) t on t.lot_id = l.id
    where (l.used, l.held, l.taken) <> (coalesce(u.used, 0), coalesce(u.held, 0), coalesce(u.taken, 0) + coalesce(t.taken, 0))`,
  'points: all that was given out is with people, used or expired': `
    with lots as (select coalesce(sum(granted - taken), 0) as issued, coalesce(sum(used), 0) as used,
      coalesce(sum(expired), 0) as expired from point_lots),
    accounts as (select coalesce(sum(balance) filter (where type = 'pts_issued'), 0) as issued,
      coalesce(sum(-balance) filter (where type = 'pts_used'), 0) as used,
      coalesce(sum(-balance) filter (where type = 'pts_expired'), 0) as expired from ledger_balances)
    select * from lots, accounts
    where (lots.issued, lots.used, lots.expired) <> (accounts.issued, accounts.used, accounts.expired)`,
  'points: what lines paid is what their checkout reserved': `
    select c.id from checkouts c left join point_reservations r on r.id = c.points_reservation_id
    left join (select o.checkout_id, sum(l.points) as points, sum(l.points_fen) as fen
      from order_line_points l join orders o on o.id = l.order_id group by 1) p on p.checkout_id = c.id
    left join (select p.id, sum(coalesce((part ->> 'subsidyFen')::bigint, 0)) as fen
      from payments p, jsonb_array_elements(p.parts) part group by 1) s on s.id = c.payment_id
    where coalesce(p.points, 0) <> coalesce(r.points, 0) or coalesce(p.fen, 0) <> coalesce(s.fen, 0)`,
  'points: what was given off a line is what points paid': `
    select l.id from order_lines l left join order_line_points p on p.line_id = l.id
    where l.discount_fen <> coalesce(p.points_fen, 0)`,
  'points: a cancelled order has its points back, a paid one has used them': `
    select o.id, o.state, r.state from orders o join checkouts c on c.id = o.checkout_id
    join point_reservations r on r.id = c.points_reservation_id
    where r.state <> case o.state when 'unpaid' then 'held' when 'cancelled' then 'cancelled' else 'committed' end`,
  'points: what went home is what cases that are done gave back': `
    select c.id from checkouts c join point_reservations r on r.id = c.points_reservation_id
    where r.given_back <> (select coalesce(sum(al.points_back), 0) from aftersale_lines al
      join aftersales s on s.id = al.aftersale_id join orders o on o.id = s.order_id
      where o.checkout_id = c.id and s.state = 'done')`,
  'points: what is counted out is what decided cases give back': `
    select l.line_id from order_line_points l left join (
      select al.line_id, sum(al.points_back) as points, sum(al.points_back_fen) as fen, sum(al.agreed_fen) as agreed
      from aftersale_lines al join aftersales s on s.id = al.aftersale_id
      where s.state in ('refunding', 'done') group by 1) d on d.line_id = l.line_id
    where (l.back_points, l.back_fen, l.agreed_fen) <> (coalesce(d.points, 0), coalesce(d.fen, 0), coalesce(d.agreed, 0))`,
  'points: a line whose money is all back has all its points back': `
    select l.line_id from order_line_points l join order_lines o on o.id = l.line_id
    where o.payable_fen > 0 and o.refunded_fen = o.payable_fen and (l.back_points, l.back_fen) <> (l.points, l.points_fen)`,
  'points: the shop bears what points still pay': `
    select a.id from ledger_balances a where a.type = 'discount_cost' and a.balance <> (
      select coalesce(sum(l.points_fen), 0) - coalesce((select sum(al.points_back_fen) from aftersale_lines al
        join aftersales s on s.id = al.aftersale_id where s.state = 'done'), 0)
      from order_line_points l join orders o on o.id = l.order_id join checkouts c on c.id = o.checkout_id
      join payments p on p.id = c.payment_id where p.state = 'paid')`,
  'points: what every event has earned was granted, less what was kept back': `
    select e.key, e.points, e.set_off, l.granted from point_earnings e left join point_lots l on l.key = 'earn:' || e.key
    where coalesce(l.granted, 0) <> e.points - e.set_off or l.kind <> 'earned' or l.buyer_id <> e.buyer_id`,
  'points: what was reversed was taken back or is owed': `
    select e.key from point_earnings e left join point_lots l on l.key = 'earn:' || e.key
    where e.reversed <> coalesce(l.taken, 0) + (
      select coalesce(sum(s.points), 0) from point_shortfalls s where s.key like 'unearn:' || e.key || ':%')`,
  'points: nobody has paid back more than they owed': `
    select e.buyer_id from point_earnings e group by 1 having sum(e.set_off) > coalesce((
      select sum(s.points) from point_shortfalls s where s.buyer_id = e.buyer_id), 0)`,
  'points: nobody has earned more on a day than the cap allows': `
    select e.buyer_id, e.rule, e.day from point_earnings e join point_rules r on r.code = e.rule
    group by 1, 2, 3, r.daily_cap having sum(e.points) > r.daily_cap`,
  'points: a row of days is unbroken': `
    select s.buyer_id, s.day from sign_ins s
    where s.streak > 1 and not exists (
      select from sign_ins y where y.buyer_id = s.buyer_id and y.day = s.day - 1 and y.streak = s.streak - 1)`,
  'points: a reward is granted for a recharge that was kept': `
    select w.invitee_id, w.state from invite_rewards w join recharge_orders r on r.id = w.recharge_id
    left join point_earnings e on e.key = 'invite_recharge:' || w.recharge_id
    where (w.state = 'frozen' and e.key is not null) or (w.state = 'dropped' and coalesce(e.points, 0) <> coalesce(e.reversed, 0))`,
};

/** Only when nothing is on its way: an order knows what its payment knows. */
const AT_REST: Readonly<Record<string, string>> = {
  'wallets: nothing is half sent without a person knowing': `
    select id, state from withdrawals where state in ('approved', 'sending') and problem is null and next_check_at is null`,
  'orders: a paid checkout has no unpaid order, a closed one only cancelled ones': `
    select o.id, o.state, p.state as payment from orders o join checkouts c on c.id = o.checkout_id join payments p on p.id = c.payment_id
    where (p.state = 'paid' and o.state in ('unpaid', 'cancelled')) or (p.state = 'closed' and o.state <> 'cancelled')`,
  'recharge: nothing is between order and payment': `
    select r.id, r.state, p.state as payment from recharge_orders r join payments p on p.id = r.payment_id
    where (p.state = 'closed' and r.state = 'pending') or (r.state = 'pending' and r.closing_reason is not null)`,
  'money: nothing waits to go home': `
    select id from ledger_accounts a where a.type = 'payment_suspense' and a.balance <> 0 and a.owner_kind = 'payment'
      and not exists (select 1 from payment_cases c where c.payment_id = a.owner_id and c.state = 'open')`,
  'money: no refund is on its way': `select id, state from refunds where state in ('created', 'submitted')`,
  'money: no payment is half closed': `select id from payments where state = 'closing'`,
  'stock: no hold waits for money that was paid': `
    select h.line_id from stock_holds h join orders o on o.id = h.order_id
    where h.held > 0 and h.expires_at is not null and o.state <> 'unpaid'`,
  'letters: every verified one was worked off': `
    select id, event_type, why from provider_notices where is_verified and state in ('stored', 'failed', 'dead')`,
  'orders: nobody is still closing': `select id from orders where closing_by is not null and state = 'unpaid'`,
  'events: the outbox is empty': `select id from outbox`,
  'events: no job is waiting or dead': `
    select name, data from pgboss.job where (name like '%/%' and state in ('created', 'retry', 'active')) or name = 'dead'`,
};

export async function brokenPoints(db: App['db']): Promise<string[]> {
  const broken: string[] = [];
  for (const [law, query] of Object.entries(POINT_LAWS)) {
    const { rows } = await sql.raw(query).execute(db.q);
    if (rows.length > 0) broken.push(`${law}: ${JSON.stringify(rows.slice(0, 3))}`);
  }
  return broken;
}

/** `settle` lets what was begun come to its end, where nobody else does. */
export function createBooks(
  app: Pick<App, 'db'>,
  wechat: Control,
  settle: () => Promise<void> = async () => {},
): Books {
  return {
    balance: async ({ atRest = false } = {}) => {
      const broken: string[] = [];
      if (atRest) await settle();
      for (const [law, query] of Object.entries({ ...LAWS, ...POINT_LAWS, ...(atRest ? AT_REST : {}) })) {
        const { rows } = await sql.raw(query).execute(app.db.q);
        if (rows.length > 0) broken.push(`${law}: ${JSON.stringify(rows.slice(0, 3))}`);
      }
      wechat.ledger();
      if (atRest) broken.push(...(await againstWechat(app, wechat)));
      if (broken.length > 0) throw new Error(`the books do not balance:\n  ${broken.join('\n  ')}`);
    },
  };
}

/**
 * Fen by fen: what WeChat took and gave back is what our clearing account says, with what has moved on from there by its
 * bills: fees that it kept, payouts to the bank. For a disputed attempt WeChat told us another amount than it took; we book
 * what we were told, and only that difference is allowed.
 */
async function againstWechat(app: Pick<App, 'db'>, wechat: Control): Promise<string[]> {
  const { rows } = await sql<{ balance: number }>`
    select coalesce(sum(balance), 0)::bigint as balance from ledger_balances
    where type in ('provider_clearing', 'provider_fee', 'bank')`.execute(app.db.q);
  const disputed = await app.db.q
    .selectFrom('payment_attempts')
    .select(['out_trade_no', 'paid_fen'])
    .where('state', '=', 'disputed')
    .execute();
  const told = new Map(disputed.map((attempt) => [attempt.out_trade_no, attempt.paid_fen]));
  const taken = wechat
    .orders()
    .filter((order) => order.paidAt !== null)
    .reduce((sum, order) => sum + (told.get(order.outTradeNo) ?? order.totalFen), 0);
  const given = wechat
    .refunds()
    .filter((refund) => refund.state === 'SUCCESS')
    .reduce((sum, refund) => sum + refund.amountFen, 0);
  const transfers = wechat.transfers();
  const paidOut = transfers.reduce((sum, one) => sum + (one.state === 'SUCCESS' ? one.amountFen : 0), 0);
  const ours = Number(rows[0]?.balance ?? 0);
  const theirs = taken - given - paidOut;
  return [
    ...(ours === theirs ? [] : [`clearing: we say ${ours}, WeChat says ${theirs}`]),
    ...(await transfersAgainstUs(app, transfers)),
  ];
}

const FATES: Readonly<Record<string, readonly string[]>> = {
  SUCCESS: ['paid'],
  FAIL: ['failed', 'expired'],
  CANCELLED: ['cancelled'],
};

/** Each transfer that WeChat knows belongs to one withdrawal and ended as it did; none is paid that WeChat has not paid. */
async function transfersAgainstUs(
  app: Pick<App, 'db'>,
  transfers: ReturnType<Control['transfers']>,
): Promise<string[]> {
  const rows = await app.db.q.selectFrom('withdrawals').select(['out_bill_no', 'state']).execute();
  const states = new Map(rows.map((row) => [row.out_bill_no, row.state]));
  const odd = transfers.filter(({ outBillNo, state }) => {
    const ours = states.get(outBillNo);
    return FATES[state] ? !FATES[state].includes(ours ?? '') : !['sending', 'await_confirm'].includes(ours ?? '');
  });
  const known = new Set(transfers.map((one) => one.outBillNo));
  const invented = rows.filter((row) => row.state === 'paid' && !known.has(row.out_bill_no ?? ''));
  return [
    ...odd.map((one) => `transfer ${one.outBillNo}: WeChat says ${one.state}, we say ${states.get(one.outBillNo)}`),
    ...invented.map((row) => `transfer ${row.out_bill_no}: we say paid, WeChat knows nothing of it`),
  ];
}
