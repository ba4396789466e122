-- Mails that come by two ways, and what the nightly check of a mailbox found.

-- A hash of a mail's header and words, the same from a server and from a file; empty for mails kept before this.
ALTER TABLE mail ADD COLUMN print TEXT NOT NULL DEFAULT '';
CREATE INDEX mail_print ON mail (print) WHERE print <> '';

-- The last comparison of a folder with its server: mails there, mails that were there and not here, how many of those
-- were fetched, and mails here that are there no longer.
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
