-- Phone numbers and addresses, off by default (docs/RULES.md §8).

-- What the owner of a store signed for.
ALTER TABLE store ADD COLUMN keep_phone INTEGER NOT NULL DEFAULT 0;
ALTER TABLE store ADD COLUMN keep_address INTEGER NOT NULL DEFAULT 0;

-- One field of one order, sealed with a key that is not in this file; an empty value is none. `told_ms` is the platform's
-- time of the order's state. `missed_ms`: a state came then whose value could not be sealed. A row that is `erased` stays
-- without its value, so that the platform's next word on the order does not bring it back.
CREATE TABLE sealed (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id  INTEGER NOT NULL DEFAULT 0 REFERENCES store (id) ON DELETE CASCADE,
    order_no  TEXT    NOT NULL DEFAULT '',
    field     TEXT    NOT NULL DEFAULT '',
    value     BLOB    NOT NULL DEFAULT x'',
    told_ms   INTEGER NOT NULL DEFAULT 0,
    missed_ms INTEGER NOT NULL DEFAULT 0,
    erased    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX sealed_place ON sealed (store_id, order_no, field);
