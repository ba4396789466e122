-- The ways out to the team's own WeCom (docs/RULES.md §4 ladder, §8).

-- A group robot or an application. `queue` is the channel's queue in JSON: what waits, what is under way, what went out
-- lately, how the breaker stands. It changes in the transaction that decides that somebody is told.
CREATE TABLE robot (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    kind          TEXT    NOT NULL DEFAULT '',
    name          TEXT    NOT NULL DEFAULT '',
    secret_handle TEXT    NOT NULL DEFAULT '',
    settings      TEXT    NOT NULL DEFAULT '',
    ladder        INTEGER NOT NULL DEFAULT 0,
    silence       INTEGER NOT NULL DEFAULT 0,
    queue         TEXT    NOT NULL DEFAULT '',
    last_ms       INTEGER NOT NULL DEFAULT 0,
    last_result   TEXT    NOT NULL DEFAULT '',
    last_code     TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX robot_name ON robot (name);
