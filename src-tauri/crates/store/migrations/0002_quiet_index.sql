-- The search index is merged when nothing else is to be done, never inside the commit of a message: a merge takes many
-- times as long as the commit. Only what has grown out of hand (256 pieces of one size) is still merged at once.
-- What an import collects for one transaction makes one piece.
INSERT INTO search (search, rank) VALUES ('automerge', 0);
INSERT INTO search (search, rank) VALUES ('crisismerge', 256);
INSERT INTO search (search, rank) VALUES ('hashsize', 33554432);
INSERT INTO buyer_search (buyer_search, rank) VALUES ('automerge', 0);
INSERT INTO buyer_search (buyer_search, rank) VALUES ('crisismerge', 256);
