-- A refund may go back by two ways: the bill knows what travels by WeChat. What went into the wallet instead is closed there.
create or replace view payment_money_out as
  select r.id as refund_id, r.payment_id, a.transaction_id, r.out_refund_no, r.provider_id,
    case when r.way = 'wechat' then r.state else 'closed' end as state, r.cash_fen as amount_fen, r.sent_at,
    'refund:' || r.id as posting_key
  from refunds r join payment_attempts a on a.id = r.attempt_id where r.cash_fen > 0;
