-- What could not be read was known by its bytes alone: two mails without content, of two stores or folders, were one row, and
-- one of them out of sight. What tells it from another with the same bytes is the provider's own name for it: the place of a
-- mail, the conversation of a message, the application of a push. It may name a buyer: it goes with the bytes.
ALTER TABLE quarantine ADD COLUMN own_id TEXT NOT NULL DEFAULT '';

UPDATE quarantine SET own_id = CASE
        WHEN bytes = x'' THEN 'erased:' || id
        WHEN NOT json_valid(beside) THEN ''
        WHEN beside ->> 'is' = 'mail' THEN ifnull(beside ->> 'id', '')
        WHEN beside ->> 'is' = 'chat' THEN ifnull(beside ->> 'conversation', '')
        WHEN beside ->> 'is' = 'push' THEN ifnull(beside ->> 'partner', '')
        ELSE '' END;

DROP INDEX quarantine_hash;
CREATE UNIQUE INDEX quarantine_known ON quarantine (sha256, source, store_id, own_id);
