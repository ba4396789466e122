-- Who hears of a deadline when nobody acts, stores that fall silent, and until when deadlines were watched
-- (docs/RULES.md §4).

-- The ladder of a deadline instant: when the stage it stands on was raised, and when it can climb at the earliest;
-- 0 = it has not begun, a person acted, or nobody is left to tell. A settled deadline leaves the index by itself.
ALTER TABLE deadline ADD COLUMN ladder_from_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deadline ADD COLUMN ladder_at_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX deadline_ladder ON deadline (ladder_at_ms) WHERE status = 'open' AND ladder_at_ms > 0;

-- Each step that was climbed, with its reason in the engine's JSON. `rung` is agent, main or outside.
CREATE TABLE climb (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL DEFAULT 0 REFERENCES conversation (id) ON DELETE CASCADE,
    kind            TEXT    NOT NULL DEFAULT '',
    due_ms          INTEGER NOT NULL DEFAULT 0,
    rung            TEXT    NOT NULL DEFAULT '',
    to_id           INTEGER NOT NULL DEFAULT 0,
    from_id         INTEGER NOT NULL DEFAULT 0,
    why             TEXT    NOT NULL DEFAULT '',
    at_ms           INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX climb_once ON climb (conversation_id, kind, due_ms, rung);

-- Whether the last failure can be removed by nobody but the store's owner.
ALTER TABLE store ADD COLUMN owner_must_act INTEGER NOT NULL DEFAULT 0;

-- What people were told of a store that was not read. While a silence lasts, each reason is told once.
CREATE TABLE silence (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id     INTEGER NOT NULL DEFAULT 0 REFERENCES store (id) ON DELETE CASCADE,
    why          TEXT    NOT NULL DEFAULT '',
    code         TEXT    NOT NULL DEFAULT '',
    raised_at_ms INTEGER NOT NULL DEFAULT 0,
    ended_at_ms  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX silence_once ON silence (store_id, why) WHERE ended_at_ms = 0;
CREATE INDEX silence_store ON silence (store_id, ended_at_ms);

-- Until when deadlines were watched, to the nearest minutes: what came due after that could not ring. One row.
CREATE TABLE watch (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    until_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
