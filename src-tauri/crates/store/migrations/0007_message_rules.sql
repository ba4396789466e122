-- Message rules (docs/RULES.md §8): what the team wants to hear of, what fired, and the texts that were offered.

-- A rule of the team. `definition` is the engine's JSON in its form `version`; rules fire in the order of `place`.
CREATE TABLE message_rule (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL DEFAULT '',
    enabled       INTEGER NOT NULL DEFAULT 1,
    place         INTEGER NOT NULL DEFAULT 0,
    version       INTEGER NOT NULL DEFAULT 0,
    definition    TEXT    NOT NULL DEFAULT '',
    changed_at_ms INTEGER NOT NULL DEFAULT 0,
    changed_by_id INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX message_rule_name ON message_rule (name);

-- What fired: each rule once for each event, whatever arrives twice. `event` names it within its store; `name` is the
-- rule's at that time, because the rule may change or go; `why` is the engine's JSON. Until `told_at_ms` is set nobody at
-- this program has heard of one that rings. A new order may have no conversation yet.
CREATE TABLE rule_firing (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    rule_id         INTEGER NOT NULL DEFAULT 0,
    store_id        INTEGER NOT NULL DEFAULT 0 REFERENCES store (id) ON DELETE CASCADE,
    event           TEXT    NOT NULL DEFAULT '',
    name            TEXT    NOT NULL DEFAULT '',
    conversation_id INTEGER NOT NULL DEFAULT 0,
    why             TEXT    NOT NULL DEFAULT '',
    at_ms           INTEGER NOT NULL DEFAULT 0,
    rings           INTEGER NOT NULL DEFAULT 0,
    told_at_ms      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX rule_firing_once ON rule_firing (rule_id, store_id, event);
CREATE INDEX rule_firing_rule ON rule_firing (rule_id, at_ms);
CREATE INDEX rule_firing_conversation ON rule_firing (conversation_id, at_ms) WHERE conversation_id > 0;
CREATE INDEX rule_firing_untold ON rule_firing (id) WHERE rings = 1 AND told_at_ms = 0;

-- A text that a rule offers as an answer; a person sends it, or nobody does. `event_at_ms` is the event's instant by the
-- platform's clock: whatever the team wrote after it has answered. `fate` says what ended it otherwise: dropped by a
-- person, replaced by a newer one of its rule, withdrawn with the rule.
CREATE TABLE offered_text (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL DEFAULT 0 REFERENCES conversation (id) ON DELETE CASCADE,
    rule_id         INTEGER NOT NULL DEFAULT 0,
    firing_id       INTEGER NOT NULL DEFAULT 0 REFERENCES rule_firing (id) ON DELETE CASCADE,
    language        TEXT    NOT NULL DEFAULT '',
    text            TEXT    NOT NULL DEFAULT '',
    event_at_ms     INTEGER NOT NULL DEFAULT 0,
    at_ms           INTEGER NOT NULL DEFAULT 0,
    ended_at_ms     INTEGER NOT NULL DEFAULT 0,
    fate            TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX offered_text_open ON offered_text (conversation_id, rule_id) WHERE ended_at_ms = 0;
CREATE INDEX offered_text_rule ON offered_text (rule_id) WHERE ended_at_ms = 0;
CREATE INDEX offered_text_firing ON offered_text (firing_id);
