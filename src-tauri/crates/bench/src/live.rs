//! One live message at a time, each beside a bare durable commit of the same moment.

use crate::bare::{Bare, words};
use crate::corpus::Dice;
use crate::measure::{Ask, Report, ms, percentile, timed};
use channels::{Batch, Received};
use domain::{
    Author, Body, BuyerRef, Device, IncomingEvent, IncomingMessage, Platform, RawPayload, from_ms, to_ms,
};
use engine::{Engine, Mode};
use sqlx::sqlite::SqliteConnection;
use std::time::{Duration, Instant};

/// Live messages measured.
const LIVE: i64 = 1000;
/// Before each of what is timed lies a chance number of milliseconds up to this. A message comes to a machine that does
/// nothing else; a commit right after one would find caches and processor warm, and be no measure for it.
const PAUSE: u64 = 60;

/// Measures, received to committed.
pub(crate) async fn run(engine: &Engine, bare: &mut Bare, report: &mut Report) -> Result<(), String> {
    let stores = engine.store().stores().await.map_err(|error| error.to_string())?;
    let store = stores.iter().find(|row| row.store.platform == Platform::AliExpress);
    let store = store.ok_or("no store was imported")?.id;
    let (mut live, mut commits, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    let mut dice = Dice::new(11);
    for number in 0..LIVE {
        pause(&mut dice).await;
        let batch = message(number, to_ms(engine.now()));
        let (done, time) = timed(engine.accept(store, Platform::AliExpress, &batch, Mode::Live)).await;
        done.map_err(|error| error.to_string())?;
        live.push(ms(time));
        pause(&mut dice).await;
        commits.push(ms(bare.commit().await?));
        pause(&mut dice).await;
        rows.push(ms(same_rows(bare.conn(), number).await?));
    }
    for (percent, asks) in [(50, &[][..]), (95, &[]), (99, &[Ask::Within(2.0)])] {
        let (value, bound) = (percentile(&live, percent), percentile(&commits, percent));
        report.line(&format!("one live message p{percent}"), "ms", value, Some(bound), asks);
        let bound = percentile(&rows, percent);
        let name = format!("one live message p{percent}, beside bare inserts of the same rows");
        report.note(&name, "ms", value, Some(bound));
    }
    Ok(())
}

async fn pause(dice: &mut Dice) {
    tokio::time::sleep(Duration::from_millis(dice.below(PAUSE))).await;
}

fn message(number: i64, now_ms: i64) -> Batch {
    let event = IncomingMessage {
        provider_id: format!("live:{number}"),
        conversation_key: format!("live-{}", number % 40),
        buyer: BuyerRef {
            key: format!("live-{}", number % 40),
            name: "María G.".into(),
            country: Some("ES".into()),
        },
        author: Author::Buyer,
        device: Device::Pc,
        body: Body::from_text("¿Cuándo llega mi pedido 8192003312764471? 退款"),
        sent_at: from_ms(now_ms),
        direct_to: None,
        order_no: None,
        item_id: None,
    };
    let raw = RawPayload { source: "bench", bytes: format!("live {number}").into_bytes() };
    Batch {
        received: vec![Received { raw, events: vec![IncomingEvent::Message(event)] }],
        ..Batch::default()
    }
}

/// What an intake of one message leaves, each a copy of the row before it.
const ROWS: &str = "
    BEGIN IMMEDIATE;
    INSERT INTO raw (source, received_at_ms, hash_head, sha256, bytes)
        SELECT source, received_at_ms, random(), randomblob(32), bytes FROM raw ORDER BY id DESC LIMIT 1;
    UPDATE conversation SET unread = unread + 1, recency = recency - 1, last_at_ms = last_at_ms + 1,
        due_ms = last_at_ms
        WHERE id = ?;
    INSERT INTO message (conversation_id, store_id, provider_id, author, kind, text, sent_at_ms, raw_id, search_id)
        SELECT c.id, c.store_id, 'live:' || hex(randomblob(8)), 'buyer', 'text', c.preview, c.last_at_ms,
            (SELECT max(id) FROM raw), (SELECT max(search_id) + 1 FROM message) FROM conversation c WHERE c.id = ?;
    INSERT INTO search (rowid, text, chars, tags)
        SELECT search_id, '¿Cuándo llega mi pedido 8192003312764471? 退款 款', '款 退', 's1 in' FROM message
        ORDER BY id DESC LIMIT 1;
    INSERT INTO assignment (conversation_id, buyer_id, to_id, reason, distributed, facts, at_ms)
        SELECT conversation_id, buyer_id, to_id, reason, distributed, facts, at_ms + 1 FROM assignment
        ORDER BY id DESC LIMIT 1;
    INSERT INTO audit (at_ms, kind, conversation_id, detail, hash)
        SELECT at_ms, kind, conversation_id, detail, randomblob(32) FROM audit ORDER BY id DESC LIMIT 1;
    INSERT INTO change (entity, entity_id) VALUES ('conversation', 1), ('message', 1);
    COMMIT";

async fn same_rows(conn: &mut SqliteConnection, number: i64) -> Result<Duration, String> {
    let conversation = number % 40 + 1;
    let started = Instant::now();
    let query = sqlx::query(ROWS).bind(conversation).bind(conversation);
    query.execute(conn).await.map_err(words)?;
    Ok(started.elapsed())
}
