-- A seat's share of new buyers under the preset *weights*: 1 is normal, 0 takes only what nobody else can, at most 100.
ALTER TABLE account ADD COLUMN weight INTEGER NOT NULL DEFAULT 1;
