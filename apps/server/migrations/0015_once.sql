-- Which intent a case was made by: an idempotency key whose server was killed before it could keep the answer is taken
-- over and works again, and must then find the case that is there instead of paying back twice.
alter table aftersales add column made_by text constraint aftersales_made_by unique;
