-- Pushes that were taken and not worked on yet (docs/PUSH.md). The platform has its answer once its push is here; the
-- row goes when what it says is taken in, so a crash in between loses nothing.
CREATE TABLE push (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    partner TEXT    NOT NULL DEFAULT '',
    source  TEXT    NOT NULL DEFAULT '',
    at_ms   INTEGER NOT NULL DEFAULT 0,
    bytes   BLOB    NOT NULL DEFAULT x''
) STRICT;
