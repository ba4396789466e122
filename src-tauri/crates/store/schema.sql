-- Written by a test from the migrations; for reading only.

CREATE TABLE account (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    name           TEXT    NOT NULL DEFAULT '',
    presence       TEXT    NOT NULL DEFAULT 'offline',
    participates   INTEGER NOT NULL DEFAULT 1,
    disabled       INTEGER NOT NULL DEFAULT 0,
    ever_signed_in INTEGER NOT NULL DEFAULT 0
, weight INTEGER NOT NULL DEFAULT 1) STRICT;

CREATE UNIQUE INDEX account_name ON account (name);

CREATE TABLE alert_raised (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL DEFAULT 0 REFERENCES conversation (id) ON DELETE CASCADE,
    kind            TEXT    NOT NULL DEFAULT '',
    due_ms          INTEGER NOT NULL DEFAULT 0,
    stage_s         INTEGER NOT NULL DEFAULT 0,
    raised_at_ms    INTEGER NOT NULL DEFAULT 0,
    late_ms         INTEGER NOT NULL DEFAULT 0,
    acted_at_ms     INTEGER NOT NULL DEFAULT 0,
    action          TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE UNIQUE INDEX alert_raised_once ON alert_raised (conversation_id, kind, due_ms, stage_s);

CREATE TABLE assignment (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL DEFAULT 0 REFERENCES conversation (id) ON DELETE CASCADE,
    buyer_id        INTEGER NOT NULL DEFAULT 0,
    from_id         INTEGER NOT NULL DEFAULT 0,
    to_id           INTEGER NOT NULL DEFAULT 0,
    reason          TEXT    NOT NULL DEFAULT '',
    distributed     INTEGER NOT NULL DEFAULT 0,
    facts           TEXT    NOT NULL DEFAULT '',
    at_ms           INTEGER NOT NULL DEFAULT 0
, note TEXT NOT NULL DEFAULT '') STRICT;

CREATE INDEX assignment_conversation ON assignment (conversation_id, at_ms);

CREATE INDEX assignment_recent ON assignment (buyer_id, at_ms, id, to_id) WHERE distributed = 1;

CREATE INDEX assignment_today ON assignment (to_id, at_ms) WHERE distributed = 1;

CREATE TABLE audit (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms           INTEGER NOT NULL DEFAULT 0,
    kind            TEXT    NOT NULL DEFAULT '',
    conversation_id INTEGER NOT NULL DEFAULT 0,
    detail          TEXT    NOT NULL DEFAULT '',
    hash            BLOB    NOT NULL DEFAULT x''
) STRICT;

CREATE INDEX audit_kind ON audit (kind, id) WHERE kind <> 'received';

CREATE TRIGGER audit_append_only_delete BEFORE DELETE ON audit BEGIN
    SELECT raise(ABORT, 'the push log is append-only');
END;

CREATE TRIGGER audit_append_only_update BEFORE UPDATE ON audit BEGIN
    SELECT raise(ABORT, 'the push log is append-only');
END;

CREATE TABLE buyer (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id         INTEGER NOT NULL DEFAULT 0 REFERENCES store (id) ON DELETE CASCADE,
    key              TEXT    NOT NULL DEFAULT '',
    name             TEXT    NOT NULL DEFAULT '',
    country          TEXT    NOT NULL DEFAULT '',
    private_customer INTEGER NOT NULL DEFAULT 0,
    tags             TEXT    NOT NULL DEFAULT '[]'
) STRICT;

CREATE UNIQUE INDEX buyer_key ON buyer (store_id, key);

CREATE VIRTUAL TABLE buyer_search USING fts5 (
    text, chars,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE change (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    entity    TEXT    NOT NULL DEFAULT '',
    entity_id INTEGER NOT NULL DEFAULT 0
) STRICT;

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

CREATE TABLE conversation (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id        INTEGER NOT NULL DEFAULT 0 REFERENCES store (id) ON DELETE CASCADE,
    kind            TEXT    NOT NULL DEFAULT 'chat',
    key             TEXT    NOT NULL DEFAULT '',
    buyer_id        INTEGER NOT NULL DEFAULT 0,
    owner_id        INTEGER NOT NULL DEFAULT 0,
    state           TEXT    NOT NULL DEFAULT 'open',
    owes            INTEGER NOT NULL DEFAULT 0,
    unread          INTEGER NOT NULL DEFAULT 0,
    due_ms          INTEGER NOT NULL DEFAULT 9223372036854775807,
    recency         INTEGER NOT NULL DEFAULT 0,
    last_message_id INTEGER NOT NULL DEFAULT 0,
    last_at_ms      INTEGER NOT NULL DEFAULT 0,
    last_author     TEXT    NOT NULL DEFAULT '',
    preview         TEXT    NOT NULL DEFAULT '',
    title           TEXT    NOT NULL DEFAULT '',
    opened_at_ms    INTEGER NOT NULL DEFAULT 0,
    order_no        TEXT    NOT NULL DEFAULT '',
    sensitive       TEXT    NOT NULL DEFAULT '',
    clock           TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX conversation_buyer ON conversation (buyer_id) WHERE buyer_id > 0;

CREATE INDEX conversation_done ON conversation (recency, id, store_id) WHERE state = 'done' AND owes = 0;

CREATE UNIQUE INDEX conversation_key ON conversation (store_id, kind, key);

CREATE INDEX conversation_mine ON conversation (owner_id, due_ms, recency, id, store_id)
    WHERE kind = 'chat' AND owes = 1;

CREATE INDEX conversation_order ON conversation (order_no) WHERE order_no <> '';

CREATE INDEX conversation_other ON conversation (kind, due_ms, recency, id, store_id)
    WHERE kind <> 'chat' AND state = 'open';

CREATE INDEX conversation_team ON conversation (due_ms, recency, id, store_id)
    WHERE kind = 'chat' AND (owes = 1 OR state = 'open');

CREATE INDEX conversation_unassigned ON conversation (due_ms, recency, id, store_id)
    WHERE kind = 'chat' AND owner_id = 0 AND (owes = 1 OR state = 'open');

CREATE TRIGGER tally_delete AFTER DELETE ON conversation BEGIN
    UPDATE tally SET n = n - 1
    WHERE store_id = old.store_id AND kind = old.kind AND state = old.state AND owner_id = old.owner_id
      AND owes = old.owes AND unread = (old.unread > 0);
END;

CREATE TRIGGER tally_insert AFTER INSERT ON conversation BEGIN
    INSERT INTO tally (store_id, kind, state, owner_id, owes, unread, n)
    VALUES (new.store_id, new.kind, new.state, new.owner_id, new.owes, new.unread > 0, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER tally_update AFTER UPDATE OF state, owner_id, owes, unread ON conversation
WHEN old.owes <> new.owes OR old.owner_id <> new.owner_id OR (old.unread > 0) <> (new.unread > 0)
    OR old.state <> new.state
BEGIN
    UPDATE tally SET n = n - 1
    WHERE store_id = old.store_id AND kind = old.kind AND state = old.state AND owner_id = old.owner_id
      AND owes = old.owes AND unread = (old.unread > 0);
    INSERT INTO tally (store_id, kind, state, owner_id, owes, unread, n)
    VALUES (new.store_id, new.kind, new.state, new.owner_id, new.owes, new.unread > 0, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TABLE cursor (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id INTEGER NOT NULL DEFAULT 0 REFERENCES store (id) ON DELETE CASCADE,
    stream   TEXT    NOT NULL DEFAULT '',
    value    TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE UNIQUE INDEX cursor_stream ON cursor (store_id, stream);

CREATE TABLE deadline (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id  INTEGER NOT NULL DEFAULT 0 REFERENCES conversation (id) ON DELETE CASCADE,
    kind             TEXT    NOT NULL DEFAULT '',
    status           TEXT    NOT NULL DEFAULT 'open',
    from_ms          INTEGER NOT NULL DEFAULT 0,
    due_ms           INTEGER NOT NULL DEFAULT 0,
    next_stage_at_ms INTEGER NOT NULL DEFAULT 0,
    snoozed_until_ms INTEGER NOT NULL DEFAULT 0,
    closed_at_ms     INTEGER NOT NULL DEFAULT 0,
    why              TEXT    NOT NULL DEFAULT ''
, ladder_from_ms INTEGER NOT NULL DEFAULT 0, ladder_at_ms INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE INDEX deadline_alert ON deadline (next_stage_at_ms) WHERE status = 'open' AND next_stage_at_ms > 0;

CREATE INDEX deadline_due ON deadline (due_ms) WHERE status = 'open';

CREATE UNIQUE INDEX deadline_instant ON deadline (conversation_id, kind, due_ms);

CREATE INDEX deadline_ladder ON deadline (ladder_at_ms) WHERE status = 'open' AND ladder_at_ms > 0;

CREATE TABLE dispute (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id        INTEGER NOT NULL DEFAULT 0 REFERENCES store (id) ON DELETE CASCADE,
    provider_id     TEXT    NOT NULL DEFAULT '',
    conversation_id INTEGER NOT NULL DEFAULT 0,
    order_no        TEXT    NOT NULL DEFAULT '',
    buyer_key       TEXT    NOT NULL DEFAULT '',
    status          TEXT    NOT NULL DEFAULT '',
    reason          TEXT    NOT NULL DEFAULT '',
    closed          INTEGER NOT NULL DEFAULT 0,
    due_ms          INTEGER NOT NULL DEFAULT 0,
    opened_at_ms    INTEGER NOT NULL DEFAULT 0,
    updated_at_ms   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX dispute_order ON dispute (order_no);

CREATE UNIQUE INDEX dispute_provider ON dispute (store_id, provider_id);

CREATE TABLE draft (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL DEFAULT 0 REFERENCES conversation (id) ON DELETE CASCADE,
    account_id      INTEGER NOT NULL DEFAULT 0,
    text            TEXT    NOT NULL DEFAULT '',
    saved_at_ms     INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX draft_of ON draft (conversation_id, account_id);

CREATE TABLE erasure (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id     INTEGER NOT NULL DEFAULT 0,
    words        TEXT    NOT NULL DEFAULT '[]',
    after_raw_id INTEGER NOT NULL DEFAULT 0,
    begun_at_ms  INTEGER NOT NULL DEFAULT 0
, buyer_id INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE folder_check (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id  INTEGER NOT NULL DEFAULT 0 REFERENCES store (id) ON DELETE CASCADE,
    folder    TEXT    NOT NULL DEFAULT '',
    at_ms     INTEGER NOT NULL DEFAULT 0,
    on_server INTEGER NOT NULL DEFAULT 0,
    missing   INTEGER NOT NULL DEFAULT 0,
    fetched   INTEGER NOT NULL DEFAULT 0,
    gone      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX folder_check_folder ON folder_check (store_id, folder);

CREATE TABLE mail (
    message_id   INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    from_name    TEXT    NOT NULL DEFAULT '',
    from_address TEXT    NOT NULL DEFAULT '',
    html         TEXT    NOT NULL DEFAULT '',
    attachments  TEXT    NOT NULL DEFAULT '[]',
    authenticity TEXT    NOT NULL DEFAULT '',
    topic        TEXT    NOT NULL DEFAULT ''
, print TEXT NOT NULL DEFAULT '') STRICT;

CREATE INDEX mail_print ON mail (print) WHERE print <> '';

CREATE TABLE message (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL DEFAULT 0 REFERENCES conversation (id) ON DELETE CASCADE,
    store_id        INTEGER NOT NULL DEFAULT 0,
    provider_id     TEXT    NOT NULL DEFAULT '',
    author          TEXT    NOT NULL DEFAULT '',
    account_id      INTEGER NOT NULL DEFAULT 0,
    device          TEXT    NOT NULL DEFAULT 'pc',
    direct          INTEGER NOT NULL DEFAULT 0,
    kind            TEXT    NOT NULL DEFAULT '',
    title           TEXT    NOT NULL DEFAULT '',
    text            TEXT    NOT NULL DEFAULT '',
    body            TEXT    NOT NULL DEFAULT '',
    sent_at_ms      INTEGER NOT NULL DEFAULT 0,
    received_at_ms  INTEGER NOT NULL DEFAULT 0,
    counting        TEXT    NOT NULL DEFAULT '',
    raw_id          INTEGER NOT NULL DEFAULT 0,
    outbox_id       INTEGER NOT NULL DEFAULT 0,
    search_id       INTEGER NOT NULL DEFAULT 0
, item_id TEXT NOT NULL DEFAULT '', turn INTEGER NOT NULL DEFAULT -9223372036854775808) STRICT;

CREATE INDEX message_conversation ON message (conversation_id, sent_at_ms, turn, id);

CREATE UNIQUE INDEX message_provider ON message (store_id, provider_id);

CREATE UNIQUE INDEX message_search ON message (search_id);

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

CREATE TABLE notice (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    topic      TEXT    NOT NULL DEFAULT '',
    url        TEXT    NOT NULL DEFAULT '',
    due_ms     INTEGER NOT NULL DEFAULT 0,
    order_no   TEXT    NOT NULL DEFAULT ''
) STRICT;

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

CREATE INDEX offered_text_firing ON offered_text (firing_id);

CREATE UNIQUE INDEX offered_text_open ON offered_text (conversation_id, rule_id) WHERE ended_at_ms = 0;

CREATE INDEX offered_text_rule ON offered_text (rule_id) WHERE ended_at_ms = 0;

CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id       TEXT    NOT NULL DEFAULT '',
    conversation_id INTEGER NOT NULL DEFAULT 0 REFERENCES conversation (id) ON DELETE CASCADE,
    account_id      INTEGER NOT NULL DEFAULT 0,
    body            TEXT    NOT NULL DEFAULT '',
    state           TEXT    NOT NULL DEFAULT 'waiting',
    created_at_ms   INTEGER NOT NULL DEFAULT 0,
    send_after_ms   INTEGER NOT NULL DEFAULT 0,
    seen_message_id INTEGER NOT NULL DEFAULT 0,
    attempts        INTEGER NOT NULL DEFAULT 0,
    changed_at_ms   INTEGER NOT NULL DEFAULT 0,
    provider_id     TEXT    NOT NULL DEFAULT '',
    detail          TEXT    NOT NULL DEFAULT ''
, file TEXT NOT NULL DEFAULT '') STRICT;

CREATE UNIQUE INDEX outbox_client ON outbox (client_id);

CREATE INDEX outbox_conversation ON outbox (conversation_id, id);

CREATE INDEX outbox_unsettled ON outbox (state, send_after_ms) WHERE state <> 'sent' AND state <> 'cancelled';

CREATE TABLE presence_log (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL DEFAULT 0 REFERENCES account (id) ON DELETE CASCADE,
    presence   TEXT    NOT NULL DEFAULT '',
    at_ms      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX presence_log_account ON presence_log (account_id, at_ms);

CREATE TABLE purchase (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id      INTEGER NOT NULL DEFAULT 0 REFERENCES store (id) ON DELETE CASCADE,
    order_no      TEXT    NOT NULL DEFAULT '',
    buyer_key     TEXT    NOT NULL DEFAULT '',
    status        TEXT    NOT NULL DEFAULT '',
    currency      TEXT    NOT NULL DEFAULT '',
    amount        TEXT    NOT NULL DEFAULT '',
    lines         TEXT    NOT NULL DEFAULT '[]',
    logistics     TEXT    NOT NULL DEFAULT '',
    paid_at_ms    INTEGER NOT NULL DEFAULT 0,
    due_ms        INTEGER NOT NULL DEFAULT 0,
    updated_at_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX purchase_buyer ON purchase (store_id, buyer_key, updated_at_ms);

CREATE UNIQUE INDEX purchase_number ON purchase (order_no, store_id);

CREATE TABLE purge (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    step INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE push (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    partner TEXT    NOT NULL DEFAULT '',
    source  TEXT    NOT NULL DEFAULT '',
    at_ms   INTEGER NOT NULL DEFAULT 0,
    bytes   BLOB    NOT NULL DEFAULT x''
) STRICT;

CREATE TABLE quarantine (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id       INTEGER NOT NULL DEFAULT 0,
    source         TEXT    NOT NULL DEFAULT '',
    why            TEXT    NOT NULL DEFAULT '',
    first_at_ms    INTEGER NOT NULL DEFAULT 0,
    last_at_ms     INTEGER NOT NULL DEFAULT 0,
    seen           INTEGER NOT NULL DEFAULT 1,
    sha256         BLOB    NOT NULL DEFAULT x'',
    bytes          BLOB    NOT NULL DEFAULT x''
, cause TEXT NOT NULL DEFAULT '', beside TEXT NOT NULL DEFAULT '', reader TEXT NOT NULL DEFAULT '', tried_at_ms INTEGER NOT NULL DEFAULT 0, own_id TEXT NOT NULL DEFAULT '') STRICT;

CREATE UNIQUE INDEX quarantine_known ON quarantine (sha256, source, store_id, own_id);

CREATE TABLE raw (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    source         TEXT    NOT NULL DEFAULT '',
    received_at_ms INTEGER NOT NULL DEFAULT 0,
    hash_head      INTEGER NOT NULL DEFAULT 0,
    sha256         BLOB    NOT NULL DEFAULT x'',
    bytes          BLOB    NOT NULL DEFAULT x''
, store_id INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE INDEX raw_hash ON raw (hash_head);

CREATE TABLE read_mark (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id         INTEGER NOT NULL DEFAULT 0 REFERENCES store (id) ON DELETE CASCADE,
    conversation_key TEXT    NOT NULL DEFAULT '',
    at_ms            INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX read_mark_conversation ON read_mark (store_id, conversation_key);

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

CREATE INDEX rule_firing_conversation ON rule_firing (conversation_id, at_ms) WHERE conversation_id > 0;

CREATE UNIQUE INDEX rule_firing_once ON rule_firing (rule_id, store_id, event);

CREATE INDEX rule_firing_rule ON rule_firing (rule_id, at_ms);

CREATE INDEX rule_firing_untold ON rule_firing (id) WHERE rings = 1 AND told_at_ms = 0;

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

CREATE VIRTUAL TABLE search USING fts5 (
    text, chars, tags,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE setting (
    key           TEXT    NOT NULL DEFAULT '' PRIMARY KEY,
    value         TEXT    NOT NULL DEFAULT '',
    changed_at_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

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

CREATE TABLE store (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    platform          TEXT    NOT NULL DEFAULT '',
    name              TEXT    NOT NULL DEFAULT '',
    external_id       TEXT    NOT NULL DEFAULT '',
    settings          TEXT    NOT NULL DEFAULT '{}',
    secret_handle     TEXT    NOT NULL DEFAULT '',
    multi_device_sync INTEGER NOT NULL DEFAULT 0,
    capabilities      TEXT    NOT NULL DEFAULT '{}',
    paused            INTEGER NOT NULL DEFAULT 0,
    last_success_ms   INTEGER NOT NULL DEFAULT 0,
    last_error_ms     INTEGER NOT NULL DEFAULT 0,
    last_error_code   TEXT    NOT NULL DEFAULT ''
, owner_must_act INTEGER NOT NULL DEFAULT 0, authorised_until_ms INTEGER NOT NULL DEFAULT 0, authorisation_told_ms INTEGER NOT NULL DEFAULT 0, keep_days INTEGER NOT NULL DEFAULT 0, keep_phone INTEGER NOT NULL DEFAULT 0, keep_address INTEGER NOT NULL DEFAULT 0, expired_raw_id INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE UNIQUE INDEX store_external ON store (platform, external_id);

CREATE TABLE tally (
    store_id INTEGER NOT NULL DEFAULT 0,
    kind     TEXT    NOT NULL DEFAULT '',
    state    TEXT    NOT NULL DEFAULT '',
    owner_id INTEGER NOT NULL DEFAULT 0,
    owes     INTEGER NOT NULL DEFAULT 0,
    unread   INTEGER NOT NULL DEFAULT 0,
    n        INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (store_id, kind, state, owner_id, owes, unread)
) STRICT, WITHOUT ROWID;

CREATE TABLE watch (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    until_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE zeros (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    fill BLOB NOT NULL DEFAULT x''
) STRICT;
