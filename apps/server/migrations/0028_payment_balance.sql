-- Wallet balance as a second means of paying, and refunds that go back by both ways.
alter table payments
  -- What of amount_fen is paid from the wallet: held while the payment is open, spent when it is paid.
  add column balance_fen bigint not null default 0 check (balance_fen >= 0),
  -- How often that was changed: each change is a posting of its own.
  add column balance_turns int not null default 0,
  add column refunded_balance_fen bigint not null default 0 check (refunded_balance_fen >= 0),
  add column refunding_balance_fen bigint not null default 0 check (refunding_balance_fen >= 0),
  add constraint payments_balance_capped check (balance_fen <= amount_fen),
  add constraint payments_closed_holds_nothing check (state <> 'closed' or balance_fen = 0),
  add constraint payments_balance_refunds_capped check (refunded_balance_fen + refunding_balance_fen <= balance_fen);

alter table refunds
  add column payment_id uuid references payments,
  -- What of amount_fen goes back to the wallet because it came from there; the rest was cash.
  add column balance_fen bigint not null default 0 check (balance_fen >= 0 and balance_fen <= amount_fen),
  add column cash_fen bigint generated always as (amount_fen - balance_fen) stored,
  -- How the cash travels: by WeChat, or into the wallet when WeChat cannot take it any more.
  add column way text not null default 'wechat' check (way in ('wechat', 'wallet'));
update refunds r set payment_id = a.payment_id from payment_attempts a where a.id = r.attempt_id;
alter table refunds
  alter column payment_id set not null,
  alter column attempt_id drop not null,
  drop constraint refunds_amount_fen_check,
  add constraint refunds_amount_fen_check check (amount_fen >= 0),
  add constraint refunds_cash_has_attempt check (amount_fen = balance_fen or attempt_id is not null);
create index refunds_payment on refunds (payment_id);
create index refunds_created on refunds (created_at desc, id desc);
