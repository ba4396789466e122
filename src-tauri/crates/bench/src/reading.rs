//! Reading: lists, conversations, search.

use crate::bare::{Bare, words};
use crate::measure::{Ask, Report, ms, percentile, timed};
use engine::Engine;
use sqlx::Row;
use std::time::{Duration, Instant};
use store::{ListQuery, SearchFilter, SearchQuery, View};

/// Twenty queries in all scripts, one-character ones included.
pub(crate) const QUERIES: [&str; 20] = [
    "退款",
    "物流",
    "什么时候发货",
    "退",
    "单",
    "尺码",
    "refund",
    "tracking",
    "size chart",
    "the",
    "reembolso",
    "envio",
    "devolución",
    "возврат",
    "деньги",
    "доставка",
    "Rückerstattung",
    "rastreio",
    "订单 refund",
    "差评",
];
/// How often each is asked.
const TIMES: usize = 10;
/// Hits of a page.
const HITS: u32 = 50;

/// What a list, a conversation and a search may take, in milliseconds.
const AT_MOST: Ask = Ask::AtMost(5.0);

/// Measures.
pub(crate) async fn run(engine: &Engine, bare: &mut Bare, report: &mut Report) -> Result<(), String> {
    lists(engine, report).await?;
    conversations(engine, report).await?;
    search(engine, bare, "search p95 over 20 queries", report).await
}

/// The searches once more, after live messages have left their small pieces in the index.
pub(crate) async fn search_again(
    engine: &Engine,
    bare: &mut Bare,
    report: &mut Report,
) -> Result<(), String> {
    search(engine, bare, "search p95 over 20 queries, after live messages", report).await
}

async fn lists(engine: &Engine, report: &mut Report) -> Result<(), String> {
    let main = engine.main_account().await;
    let views =
        [View::Mine(main), View::Team, View::Unassigned, View::Notices, View::Mails, View::Cases, View::Done];
    let mut samples = Vec::new();
    for view in views {
        for _ in 0..TIMES {
            let query = ListQuery { view, store: None, after: None, limit: 50 };
            let (page, time) = timed(engine.store().list(query)).await;
            page.map_err(|error| error.to_string())?;
            samples.push(ms(time));
        }
    }
    report.line("first page of any list view p95", "ms", percentile(&samples, 95), None, &[AT_MOST]);
    let mut samples = Vec::new();
    for _ in 0..TIMES {
        let (counts, time) = timed(engine.store().view_counts(None)).await;
        counts.map_err(|error| error.to_string())?;
        samples.push(ms(time));
    }
    report.note("the numbers beside the views p95", "ms", percentile(&samples, 95), None);
    Ok(())
}

async fn conversations(engine: &Engine, report: &mut Report) -> Result<(), String> {
    let query = ListQuery { view: View::Team, store: None, after: None, limit: 200 };
    let page = engine.store().list(query).await.map_err(|error| error.to_string())?;
    let mut samples = Vec::new();
    for item in page.items {
        let id = item.conversation.id;
        let open = async {
            engine.store().conversation(id).await?;
            engine.store().messages(id, None, 60).await?;
            engine.store().assignments(id).await?;
            engine.store().deadlines_of(id).await
        };
        let (done, time) = timed(open).await;
        done.map_err(|error| error.to_string())?;
        samples.push(ms(time));
    }
    report.line("opening any conversation p95", "ms", percentile(&samples, 95), None, &[AT_MOST]);
    Ok(())
}

/// Each question is asked of the store and of the bare index in turn, so that what else runs here hits both alike.
async fn search(engine: &Engine, bare: &mut Bare, name: &str, report: &mut Report) -> Result<(), String> {
    let (mut samples, mut bounds) = (Vec::new(), Vec::new());
    for text in QUERIES {
        for _ in 0..TIMES {
            let query = SearchQuery {
                text: text.to_owned(),
                typing: false,
                filter: SearchFilter::default(),
                before: None,
                limit: HITS,
            };
            let (page, time) = timed(engine.store().search(&query)).await;
            let hits = page.map_err(|error| error.to_string())?.hits.len();
            samples.push(ms(time));
            let (found, time) = bare_search(bare, &query).await?;
            if found != hits {
                return Err(format!("{text}: {hits} hits, and {found} in the bare index"));
            }
            bounds.push(ms(time));
        }
    }
    let (value, bound) = (percentile(&samples, 95), percentile(&bounds, 95));
    report.line(name, "ms", value, Some(bound), &[AT_MOST, Ask::Within(3.0)]);
    let (value, bound) = (percentile(&samples, 50), percentile(&bounds, 50));
    report.note(&name.replace("p95", "p50"), "ms", value, Some(bound));
    Ok(())
}

/// The same question to FTS5 itself: the newest rows that match, with their texts.
async fn bare_search(bare: &mut Bare, query: &SearchQuery) -> Result<(usize, Duration), String> {
    let question = store::question(query).ok_or("nothing to ask")?;
    let sql = "SELECT s.rowid, m.text FROM search s JOIN message m ON m.search_id = s.rowid
        WHERE search MATCH ?1 ORDER BY s.rowid DESC LIMIT ?2";
    let started = Instant::now();
    let rows = sqlx::query(sql).bind(question).bind(query.limit).fetch_all(bare.conn()).await;
    let rows = rows.map_err(words)?;
    for row in &rows {
        row.try_get::<&str, _>(1).map_err(words)?;
    }
    Ok((rows.len(), started.elapsed()))
}
