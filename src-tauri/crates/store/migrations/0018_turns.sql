-- Which of several messages of one instant a message is, by the platform's id: `domain::Turn`, less 2^63, so that a signed
-- number has the same order. Clocks and counts went by it already, while what was shown and paged went by when a message came.
ALTER TABLE message ADD COLUMN turn INTEGER NOT NULL DEFAULT -9223372036854775808;

-- It is made anew below: each row would be moved in it.
DROP INDEX message_conversation;

-- An id that is a number below 2^64 is its own turn. One of 19 digits or more is taken in two parts that fit.
UPDATE message SET turn = CASE
        WHEN length(ltrim(provider_id, '0')) < 19
            THEN CAST(ltrim(provider_id, '0') AS INTEGER) - 9223372036854775807 - 1
        ELSE (CAST(substr(ltrim(provider_id, '0'), 1, length(ltrim(provider_id, '0')) - 9) AS INTEGER) - 9223372037)
            * 1000000000 + CAST(substr(provider_id, -9) AS INTEGER) + 145224192
    END
    WHERE provider_id <> '' AND provider_id NOT GLOB '*[^0-9]*'
        AND (length(ltrim(provider_id, '0')) < 20
            OR length(ltrim(provider_id, '0')) = 20 AND ltrim(provider_id, '0') <= '18446744073709551615');

-- Any other id has the turn of its FNV-1a hash, byte by byte of its hexadecimal digits. The 64 bits are reckoned in halves,
-- because SQLite has no numbers without a sign; times the prime is times 435, and the lower half 8 bits up into the upper one.
UPDATE message SET turn = (
        WITH RECURSIVE hash (rest, byte, upper, lower) AS (
            SELECT hex(CAST(provider_id AS BLOB)),
                instr('123456789ABCDEF', substr(hex(CAST(provider_id AS BLOB)), 1, 1)) * 16
                    + instr('123456789ABCDEF', substr(hex(CAST(provider_id AS BLOB)), 2, 1)),
                3421674724, 2216829733
            UNION ALL
            SELECT substr(rest, 3),
                instr('123456789ABCDEF', substr(rest, 3, 1)) * 16 + instr('123456789ABCDEF', substr(rest, 4, 1)),
                upper * 435 + ((lower | byte) - (lower & byte)) * 435 / 4294967296
                    + ((lower | byte) - (lower & byte)) * 256 & 4294967295,
                ((lower | byte) - (lower & byte)) * 435 & 4294967295
            FROM hash WHERE rest <> '')
        SELECT (upper - 2147483648) * 4294967296 + lower FROM hash WHERE rest = '')
    WHERE provider_id = '' OR provider_id GLOB '*[^0-9]*' OR length(ltrim(provider_id, '0')) > 20
        OR length(ltrim(provider_id, '0')) = 20 AND ltrim(provider_id, '0') > '18446744073709551615';

CREATE INDEX message_conversation ON message (conversation_id, sent_at_ms, turn, id);

-- Of the states of a dispute the end comes last: its turn is half of the hash, below whether it is the end. Which of them is one
-- is known of the one that stands.
UPDATE message SET turn = (turn >> 1 & 4611686018427387903) + iif(turn < 0, 0, 4611686018427387904)
        + iif(state.last, 0, -9223372036854775807 - 1)
    FROM (
        SELECT m.id, d.id IS NOT NULL AS last
        FROM conversation c CROSS JOIN message m INDEXED BY message_conversation ON m.conversation_id = c.id
        LEFT JOIN dispute d ON d.store_id = c.store_id AND d.provider_id = c.key AND d.closed = 1
            AND m.provider_id = 'case:' || d.provider_id || ':' || d.updated_at_ms || ':' || d.status
        WHERE c.kind = 'case') AS state
    WHERE message.id = state.id;

-- Who was erased, while they are looked for: a mail is known to speak of them by the numbers of their orders.
ALTER TABLE erasure ADD COLUMN buyer_id INTEGER NOT NULL DEFAULT 0;
