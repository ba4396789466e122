-- Whose payload it is. Most are found by the message that came in them; a state of an order, and what was told a second time,
-- have none, and must go with their store and with its retention all the same. 0: kept before this was noted.
ALTER TABLE raw ADD COLUMN store_id INTEGER NOT NULL DEFAULT 0;

-- Payloads up to this one have been looked at for their age.
ALTER TABLE store ADD COLUMN expired_raw_id INTEGER NOT NULL DEFAULT 0;

-- What a person wrote who handed a conversation over. It stood in the push log, from which nothing can be erased.
ALTER TABLE assignment ADD COLUMN note TEXT NOT NULL DEFAULT '';
