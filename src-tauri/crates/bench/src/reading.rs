//! Reading: lists, conversations, search.

use crate::bare::Bare;
use crate::measure::{Report, ms, percentile, timed};
use engine::Engine;
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

/// Measures.
pub(crate) async fn run(engine: &Engine, bare: &Bare, report: &mut Report) -> Result<(), String> {
    lists(engine, report).await?;
    conversations(engine, report).await?;
    search(engine, bare, report).await
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
    report.line("first page of any list view p95", "ms", percentile(samples, 95), None);
    let mut samples = Vec::new();
    for _ in 0..TIMES {
        let (counts, time) = timed(engine.store().view_counts(None)).await;
        counts.map_err(|error| error.to_string())?;
        samples.push(ms(time));
    }
    report.line("the numbers beside the views p95", "ms", percentile(samples, 95), None);
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
    report.line("opening any conversation p95", "ms", percentile(samples, 95), None);
    Ok(())
}

async fn search(engine: &Engine, bare: &Bare, report: &mut Report) -> Result<(), String> {
    let mut samples = Vec::new();
    for text in QUERIES {
        for _ in 0..TIMES {
            let query = SearchQuery {
                text: text.to_owned(),
                typing: false,
                filter: SearchFilter::default(),
                before: None,
                limit: 50,
            };
            let (page, time) = timed(engine.store().search(&query)).await;
            page.map_err(|error| error.to_string())?;
            samples.push(ms(time));
        }
    }
    report.line("search p95 over 20 queries", "ms", percentile(samples, 95), Some(bare.search_p95_ms));
    Ok(())
}
