-- A notifying transaction commits alone: PostgreSQL holds one lock for all of them until the disk has written, so every
-- order would wait for the one before it. The server rings after the commit instead (platform/db.bell.ts).
drop trigger outbox_wakes_relay on outbox;
drop function wake_relay();
