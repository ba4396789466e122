-- Least data (docs/RULES.md §8): how long content is kept, and what is being erased.

-- Days for which a store's content is kept; 0 = for ever.
ALTER TABLE store ADD COLUMN keep_days INTEGER NOT NULL DEFAULT 0;

-- A buyer who was erased, while payloads that no message points at are looked through for them. `words` is what they
-- were called; the row goes when that is done, so that nothing is left of them.
CREATE TABLE erasure (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id     INTEGER NOT NULL DEFAULT 0,
    words        TEXT    NOT NULL DEFAULT '[]',
    after_raw_id INTEGER NOT NULL DEFAULT 0,
    begun_at_ms  INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Erased words stay in old pieces of the search index until those are written anew, and in pages that nothing uses.
-- One row: how far that has come; 0 = nothing is due.
CREATE TABLE purge (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    step INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO purge (id, step) VALUES (1, 0);

-- Zeros that take the place of unused pages for a moment.
CREATE TABLE zeros (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    fill BLOB NOT NULL DEFAULT x''
) STRICT;
