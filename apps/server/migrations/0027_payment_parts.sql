-- A part of a payment names the account that it goes to, and what the shop adds to it: an order, points, whatever comes.
update payments set parts = (
  select coalesce(jsonb_agg(jsonb_build_object(
    'account', jsonb_build_object('type', 'order_deferred', 'ownerKind', part -> 'ownerKind', 'ownerId', part -> 'ownerId'),
    'amountFen', part -> 'amountFen') order by place), '[]')
  from jsonb_array_elements(parts) with ordinality as old (part, place));
comment on column payments.parts is
  'Whose money it becomes: [{ "account": { "type", "ownerKind", "ownerId" }, "amountFen", "subsidyFen"? }]; amountFen sums to amount_fen.';

alter table payments add constraint payments_payable_kind check (payable_kind in ('checkout', 'recharge'));
alter table refunds drop constraint refunds_cause_check;
alter table refunds add constraint refunds_cause_check
  check (cause in ('aftersale', 'recharge', 'late', 'duplicate', 'dispute'));
