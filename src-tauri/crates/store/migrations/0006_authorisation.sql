-- When the authorisation of a store ends (0: not known), and when its owner was last told that this is near.
ALTER TABLE store ADD COLUMN authorised_until_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE store ADD COLUMN authorisation_told_ms INTEGER NOT NULL DEFAULT 0;
