//! `search`: messages, buyers and orders, a JSON object a hit.

use crate::Failure;
use crate::cli::{Command, DirectionArg};
use crate::open::reading;
use domain::StoreId;
use serde_json::json;
use std::path::Path;
use store::{Direction, SearchFilter, SearchQuery, Store};

pub(crate) async fn run(data: Option<&Path>, command: Command) -> Result<(), Failure> {
    let Command::Search { query, limit, count, store, direction, from, to } = command else { return Ok(()) };
    let direction = direction.map(|direction| match direction {
        DirectionArg::In => Direction::In,
        DirectionArg::Out => Direction::Out,
    });
    let filter = SearchFilter { store: store.map(StoreId), direction, from, to };
    let reading = reading(data).await?;
    if count {
        let found = reading.search_count(&query, false, &filter).await.map_err(|error| error.to_string())?;
        crate::say(&json!({ "query": query, "count": found }).to_string());
        return Ok(());
    }
    // Buyers and orders have neither a direction nor a date of their own.
    if filter.direction.is_none() && filter.from.is_none() && filter.to.is_none() {
        others(&reading, &query, &filter, limit).await?;
    }
    let query = SearchQuery { text: query, typing: false, filter, before: None, limit };
    let page = reading.search(&query).await.map_err(|error| error.to_string())?;
    for hit in page.hits {
        let line = json!({
            "kind": "message", "message": hit.message, "conversation": hit.conversation, "store": hit.store,
            "author": hit.author, "at": hit.sent_at, "name": hit.name, "snippet": hit.snippet.text,
            "marks": hit.snippet.marks,
        });
        crate::say(&line.to_string());
    }
    Ok(())
}

async fn others(store: &Store, text: &str, filter: &SearchFilter, limit: u32) -> Result<(), Failure> {
    let few = limit.min(5);
    for hit in store.search_buyers(text, false, filter.store, few).await.map_err(|error| error.to_string())? {
        let line = json!({
            "kind": "buyer", "buyer": hit.buyer, "name": hit.name, "store": hit.store,
            "conversation": hit.conversation,
        });
        crate::say(&line.to_string());
    }
    for hit in store.search_orders(text, filter.store, few).await.map_err(|error| error.to_string())? {
        let line = json!({
            "kind": "order", "order": hit.order_no, "status": hit.status, "store": hit.store,
            "conversation": hit.conversation,
        });
        crate::say(&line.to_string());
    }
    Ok(())
}
