-- The product from whose page a message was written, by the platform's id; empty if it does not say. What was asked about
-- can be sent back as a card.
ALTER TABLE message ADD COLUMN item_id TEXT NOT NULL DEFAULT '';
