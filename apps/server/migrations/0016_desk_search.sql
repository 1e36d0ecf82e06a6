-- What staff type into a search box meets an index: buyers by a piece of the name or the end of the phone number.
create index buyers_nickname on buyers using gin (bigrams(nickname));
create index buyers_phone_tail on buyers (right(phone, 4)) where phone is not null;
-- Orders that somebody wrote a note on, and those with a case that is not over: few among many.
create index orders_noted on orders (created_at desc, id desc) where staff_note <> '';
create index orders_disputed on orders (created_at desc, id desc) where open_cases > 0;
-- The bin of the catalog, last removed first.
create index products_bin on products (deleted_at desc, id desc) where deleted_at is not null;
