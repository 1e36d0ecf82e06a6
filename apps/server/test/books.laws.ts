// Laws of model.md 6.20 that speak of one thing at a time: asked of all things, or after a step only of those it touched.

export type Kind = 'order' | 'payment' | 'sku' | 'posting' | 'product';

/**
 * Each answers rows only when the law is broken. `{order: o.id}` stands for "this order is among those that are asked
 * about"; sums are made per row, by an index, so that asking about a few costs little however many there are.
 */
export const LAWS_BY_THING: Readonly<Record<string, string>> = {
  'stock: on hand is the sum of its movements': `
    select b.sku_id, b.on_hand, m.total as journal from stock_balances b, lateral (
      select coalesce(sum(delta), 0) as total from stock_movements m
      where m.sku_id = b.sku_id and m.location_id = b.location_id) m
    where {sku: b.sku_id} and b.on_hand <> m.total`,
  'stock: reserved is the sum of what is held': `
    select b.sku_id, b.reserved, h.total as held from stock_balances b, lateral (
      select coalesce(sum(held), 0) as total from stock_holds h
      where h.sku_id = b.sku_id and h.location_id = b.location_id and h.held > 0) h
    where {sku: b.sku_id} and b.reserved <> h.total`,
  'stock: no hold outlives its order': `
    select h.line_id, o.state, h.held from orders o join stock_holds h on h.order_id = o.id
    where {order: o.id} and h.held > 0 and o.state in ('cancelled', 'shipped', 'received', 'completed', 'refunded')`,
  'stock: what was shipped was consumed': `
    select l.id, l.shipped_quantity, h.consumed from order_lines l join stock_holds h on h.line_id = l.id
    where {order: l.order_id} and l.shipped_quantity <> h.consumed`,
  'stock: what came back was received in a return': `
    select h.line_id, h.returned, r.received from order_lines l join stock_holds h on h.line_id = l.id, lateral (
      select coalesce(sum(al.quantity), 0) as received from aftersale_lines al join aftersales s on s.id = al.aftersale_id
      where al.line_id = l.id and s.kind = 'return_refund' and s.state in ('return_received', 'refunding', 'done')) r
    where {order: l.order_id} and h.returned <> r.received`,
  'money: lines and shipping make the order': `
    select o.id from orders o where {order: o.id} and o.total_fen <> o.shipping_fen + (
      select coalesce(sum(payable_fen), 0) from order_lines l where l.order_id = o.id)`,
  'money: orders make the checkout, and the checkout is what is owed': `
    select c.id from payments p join checkouts c on c.id = p.payable_id
    where {payment: p.id} and (c.payment_id <> p.id or p.amount_fen <> c.total_fen
      or c.total_fen <> (select sum(total_fen) from orders o where o.checkout_id = c.id))`,
  'money: the accepted attempt paid exactly what is owed': `
    select p.id from payments p left join payment_attempts a on a.payment_id = p.id and a.is_accepted
    where {payment: p.id} and ((a.id is not null) <> (p.state = 'paid' and p.amount_fen > p.balance_fen)
      or a.paid_fen <> p.amount_fen - p.balance_fen)`,
  'wallet: what a payment holds is what it was promised, until it is decided': `
    select p.id, p.state, p.balance_fen, h.balance from payments p left join ledger_accounts h
      on h.type = 'payment_hold' and h.owner_kind = 'payment' and h.owner_id = p.id and h.unit = 'CNY'
    where {payment: p.id}
      and -coalesce(h.balance, 0) <> case when p.state in ('open', 'closing') then p.balance_fen else 0 end`,
  'wallet: what goes back to it never exceeds what came from it': `
    select p.id from payments p, lateral (
      select coalesce(sum(balance_fen), 0) as total from refunds r where r.payment_id = p.id and r.state <> 'closed') r
    where {payment: p.id}
      and (r.total > p.balance_fen or r.total <> p.refunded_balance_fen + p.refunding_balance_fen)`,
  'money: refunds never exceed what was paid': `
    select a.id from payment_attempts a, lateral (
      select coalesce(sum(cash_fen), 0) as total from refunds r where r.attempt_id = a.id and r.state <> 'closed') r
    where {payment: a.payment_id}
      and (r.total > coalesce(a.paid_fen, 0) or r.total <> a.refunded_fen + a.refunding_fen)`,
  'money: what lines say was refunded is what orders say': `
    select o.id from orders o where {order: o.id} and o.refunded_fen <> o.refunded_shipping_fen + (
      select coalesce(sum(refunded_fen), 0) from order_lines l where l.order_id = o.id)`,
  'money: the pieces refunded are those of cases that are done': `
    select l.id from order_lines l, lateral (
      select coalesce(sum(al.quantity), 0) as pieces, coalesce(sum(al.agreed_fen), 0) as fen from aftersale_lines al
      join aftersales s on s.id = al.aftersale_id where al.line_id = l.id and s.state = 'done') d
    where {order: l.order_id} and (l.refunded_quantity, l.refunded_fen) <> (d.pieces, d.fen)`,
  'money: what is claimed is what live and done cases ask for': `
    select l.id from order_lines l, lateral (
      select coalesce(sum(al.quantity), 0) as pieces, coalesce(sum(al.amount_fen), 0) as fen,
        coalesce(sum(al.unshipped_quantity), 0) as unshipped
      from aftersale_lines al join aftersales s on s.id = al.aftersale_id
      where al.line_id = l.id and s.state not in ('rejected', 'withdrawn', 'expired')) c
    where {order: l.order_id}
      and (l.claimed_quantity, l.claimed_fen, l.claimed_unshipped) <> (c.pieces, c.fen, c.unshipped)`,
  'money: a case pays back what was agreed, once': `
    select s.id, s.agreed_fen from aftersales s
    where {order: s.order_id} and s.state = 'done' and s.agreed_fen <> (
      select coalesce(sum(r.amount_fen), 0) from refunds r
      where r.ref_kind = 'aftersale' and r.ref_id = s.id and r.state = 'succeeded')`,
  'money: what is agreed is agreed line by line': `
    select s.id, s.agreed_fen from aftersales s
    where {order: s.order_id} and s.agreed_fen <> s.shipping_fen + (
      select sum(al.agreed_fen) from aftersale_lines al where al.aftersale_id = s.id)`,
  'money: whoever asks for all pieces asks for all that was paid': `
    select l.id from order_lines l
    where {order: l.order_id} and l.claimed_quantity = l.quantity and l.claimed_fen <> l.payable_fen`,
  'ledger: every posting balances': `
    select e.posting_id from ledger_entries e where {posting: e.posting_id}
    group by e.posting_id, e.unit having sum(e.amount) <> 0`,
  'ledger: what is deferred is what the order still is worth': `
    select o.id, o.state, -a.balance as deferred from orders o
    join ledger_accounts a on a.type = 'order_deferred' and a.owner_kind = 'order' and a.owner_id = o.id and a.unit = 'CNY'
    join checkouts c on c.id = o.checkout_id join payments p on p.id = c.payment_id
    where {order: o.id} and -a.balance <> case
      when p.state = 'paid' and o.state not in ('completed', 'refunded') then (
        select sum((part ->> 'amountFen')::bigint + coalesce((part ->> 'subsidyFen')::bigint, 0))
        from jsonb_array_elements(p.parts) part where part -> 'account' ->> 'ownerId' = o.id::text) - (
        select coalesce(sum((s ->> 'amountFen')::bigint + coalesce((s ->> 'subsidyFen')::bigint, 0)), 0)
        from refunds r, jsonb_array_elements(r.sources) s where r.payment_id = p.id and r.state = 'succeeded'
          and s ->> 'ownerId' = o.id::text and s ->> 'type' = 'order_deferred') - (
      select coalesce(sum(al.points_back_fen), 0) from aftersale_lines al join aftersales s on s.id = al.aftersale_id
      where s.order_id = o.id and s.state = 'done') else 0 end`,
  'money: the parts of a payment are what is owed': `
    select p.id from payments p where {payment: p.id} and p.amount_fen <> (
      select coalesce(sum((part ->> 'amountFen')::bigint), 0) from jsonb_array_elements(p.parts) part)`,
  'money: the sources of a refund are what goes home': `
    select r.id from refunds r
    where {payment: r.payment_id} and r.amount_fen <> (
      select coalesce(sum((s ->> 'amountFen')::bigint), 0) from jsonb_array_elements(r.sources) s)`,
  'orders: one fate per paid attempt': `
    select a.id, a.state from payment_attempts a
    where {payment: a.payment_id} and a.state in ('succeeded', 'disputed') and not a.is_accepted
      and not exists (select 1 from refunds r where r.attempt_id = a.id and r.state <> 'closed')
      and not exists (select 1 from payment_cases c where c.attempt_id = a.id and (c.state = 'open'
        or exists (select 1 from ledger_postings l where l.key = 'mismatch-home:' || c.id)))`,
  'orders: open cases are counted': `
    select o.id, o.open_cases from orders o where {order: o.id} and o.open_cases <> (
      select count(*) from aftersales s where s.order_id = o.id
        and s.state in ('requested', 'await_return', 'returning', 'return_received', 'refunding'))`,
  'orders: what is completed or refunded has no open case': `
    select o.id, o.state from orders o where {order: o.id} and o.state = 'completed' and o.open_cases > 0`,
  'goods: sales are what was paid less what was refunded': `
    select p.id, p.sales_count from products p where {product: p.id} and p.sales_count <> (
      select coalesce(sum(l.quantity - l.refunded_quantity), 0) from order_lines l join orders o on o.id = l.order_id
      where l.product_id = p.id and o.paid_at is not null)`,
};

const PLACE = /\{(\w+): ([\w.]+)\}/g;

/** The law asked of everything there is. */
export const ofAll = (law: string): string => law.replaceAll(PLACE, 'true');

/** The law asked of the things whose ids come in as parameters, one array per kind. */
export const ofSome = (law: string, parameterOf: (kind: Kind) => string): string =>
  law.replaceAll(PLACE, (_, kind: Kind, column: string) => `${column} = any(${parameterOf(kind)})`);

/** Which kind a law is about. */
export const kindsIn = (law: string): Kind[] => [...law.matchAll(PLACE)].map(([, kind]) => kind as Kind);
