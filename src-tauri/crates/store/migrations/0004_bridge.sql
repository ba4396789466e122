-- How far the team has read a conversation elsewhere, as a bridge tells it: kept, because the message may come later.
CREATE TABLE read_mark (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id         INTEGER NOT NULL DEFAULT 0 REFERENCES store (id) ON DELETE CASCADE,
    conversation_key TEXT    NOT NULL DEFAULT '',
    at_ms            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX read_mark_conversation ON read_mark (store_id, conversation_key);
