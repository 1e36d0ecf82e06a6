-- Whoever looks for one account is led to it and never to all accounts of its type. While the table was new both indexes
-- seemed to cost the same, and a plan made then was kept by its connection: postings became slower with every account.
-- In another collation only the desk's list can use it.
drop index ledger_accounts_newest;
create index ledger_accounts_newest on ledger_accounts (type collate "C", id);
