-- A hold that is short is refused by the database itself, so that it may travel with the commit (inventory.store.ts).
create function refuse_short(sku_id uuid, free bigint) returns void language plpgsql as $$
begin
  raise exception 'stock is short' using errcode = 'JS001', detail = json_build_object('skuId', sku_id, 'left', free);
end $$;

-- The same pieces ten times as fast: every order writes two texts into an index of pieces, every search takes one apart.
create or replace function bigrams(t text) returns text[] language plpgsql immutable parallel safe strict as $$
declare
  small text := lower(t);
  pieces text[] := '{}';
begin
  if length(small) = 1 then return array[small]; end if;
  for i in 1 .. length(small) - 1 loop pieces := pieces || substr(small, i, 2); end loop;
  return pieces;
end $$;
