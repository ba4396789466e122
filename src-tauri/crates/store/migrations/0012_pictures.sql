-- A reply may carry a picture. It lies beside this file, in the folder `outbox`, under this name, until the reply is
-- settled; empty for a reply without one.
ALTER TABLE outbox ADD COLUMN file TEXT NOT NULL DEFAULT '';
