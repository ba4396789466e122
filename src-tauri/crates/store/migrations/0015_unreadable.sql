-- What could not be read says what kind of fault it was in a word of its own; empty for rows of older versions, which
-- kept the reader's words alone.
ALTER TABLE quarantine ADD COLUMN cause TEXT NOT NULL DEFAULT '';
-- What the reader was told beside the bytes, as JSON; empty where the bytes say all. Without it they could not be read
-- again. It may name a buyer: it is erased with the bytes.
ALTER TABLE quarantine ADD COLUMN beside TEXT NOT NULL DEFAULT '';
-- The version of the program that could not read it last; another one tries again.
ALTER TABLE quarantine ADD COLUMN reader TEXT NOT NULL DEFAULT '';
-- When it was tried again last; 0 if it never was.
ALTER TABLE quarantine ADD COLUMN tried_at_ms INTEGER NOT NULL DEFAULT 0;
