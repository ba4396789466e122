//! Search hits for the UI.

use super::instant;
use super::list::platform_dto;
use crate::app::App;
use crate::wire::{HitKind, PlatformDto, SearchHit, SearchPage, SearchQuery, Span, UiError};
use domain::{ConversationId, StoreId, Timestamp};
use std::collections::HashMap;
use store::{Direction, MessageHit, SearchCursor, SearchFilter, Snippet};

/// Buyers and orders shown above the messages.
const OTHERS: u32 = 5;

type Shops = HashMap<StoreId, (PlatformDto, String)>;

/// A page of hits: buyers and orders first, then messages, newest first.
pub(crate) async fn search(app: &App, query: &SearchQuery) -> Result<SearchPage, UiError> {
    let store = app.engine.store();
    let shops: Shops = store
        .stores()
        .await?
        .into_iter()
        .map(|row| (row.id, (platform_dto(row.store.platform), row.store.name)))
        .collect();
    let filter = filter(query)?;
    let before = query.cursor.as_deref().map(str::parse).transpose()?.map(SearchCursor);
    let asked = store::SearchQuery {
        text: query.text.clone(),
        typing: true,
        filter,
        before,
        limit: query.limit.clamp(1, 200),
    };
    let mut hits = Vec::new();
    if before.is_none() && filter.direction.is_none() && filter.from.is_none() && filter.to.is_none() {
        hits.extend(others(app, &query.text, filter.store, &shops).await?);
    }
    let page = store.search(&asked).await?;
    hits.extend(page.hits.iter().map(|hit| message_hit(hit, &shops)));
    Ok(SearchPage { hits, next: page.next.map(|cursor| cursor.0.to_string()), rebuilding: None })
}

fn filter(query: &SearchQuery) -> Result<SearchFilter, UiError> {
    let at = |text: &Option<String>| -> Result<Option<Timestamp>, UiError> {
        text.as_deref().map(|text| text.parse().map_err(|_| UiError::invalid("instant"))).transpose()
    };
    let direction = match query.direction.as_deref() {
        None | Some("") => None,
        Some("in") => Some(Direction::In),
        Some("out") => Some(Direction::Out),
        Some(_) => return Err(UiError::invalid("direction")),
    };
    let store = query.store_id.as_deref().map(str::parse).transpose()?;
    Ok(SearchFilter { store, direction, from: at(&query.from)?, to: at(&query.to)? })
}

async fn others(
    app: &App,
    text: &str,
    only: Option<StoreId>,
    shops: &Shops,
) -> Result<Vec<SearchHit>, UiError> {
    let store = app.engine.store();
    let mut hits = Vec::new();
    for hit in store.search_buyers(text, true, only, OTHERS).await? {
        if let Some(conversation) = hit.conversation {
            hits.push(
                other(app, HitKind::Buyer, conversation, hit.store, hit.name, String::new(), shops).await?,
            );
        }
    }
    for hit in store.search_orders(text, only, OTHERS).await? {
        if let Some(conversation) = hit.conversation {
            let (title, words) = (hit.order_no, hit.status);
            hits.push(other(app, HitKind::Order, conversation, hit.store, title, words, shops).await?);
        }
    }
    Ok(hits)
}

async fn other(
    app: &App,
    kind: HitKind,
    conversation: ConversationId,
    store: StoreId,
    title: String,
    words: String,
    shops: &Shops,
) -> Result<SearchHit, UiError> {
    let row = app.engine.store().conversation(conversation).await?.conversation;
    let last = row.last.as_ref();
    let (platform, store_name) = shop(shops, store);
    let snippet =
        if words.is_empty() { last.map(|last| last.preview.clone()).unwrap_or_default() } else { words };
    Ok(SearchHit {
        kind,
        conversation_id: conversation.to_string(),
        message_id: None,
        title,
        platform,
        store_name,
        snippet,
        marks: Vec::new(),
        ours: false,
        at: instant(last.map_or_else(|| app.engine.now(), |last| last.at)),
    })
}

fn message_hit(hit: &MessageHit, shops: &Shops) -> SearchHit {
    let (platform, store_name) = shop(shops, hit.store);
    SearchHit {
        kind: HitKind::Message,
        conversation_id: hit.conversation.to_string(),
        message_id: Some(hit.message.to_string()),
        title: hit.name.clone(),
        platform,
        store_name,
        snippet: hit.snippet.text.clone(),
        marks: utf16_marks(&hit.snippet),
        ours: !hit.author.is_incoming(),
        at: instant(hit.sent_at),
    }
}

fn shop(shops: &Shops, store: StoreId) -> (PlatformDto, String) {
    shops.get(&store).cloned().unwrap_or((PlatformDto::Mail, String::new()))
}

/// JavaScript counts in UTF-16 units; an emoji before the hit would shift every mark.
fn utf16_marks(snippet: &Snippet) -> Vec<Span> {
    let mut units = Vec::with_capacity(snippet.text.len() + 1);
    let mut at = 0_u32;
    for c in snippet.text.chars() {
        units.push(at);
        at += u32::try_from(c.len_utf16()).unwrap_or(2);
    }
    units.push(at);
    let unit = |char: u32| units.get(char as usize).copied().unwrap_or(at);
    snippet.marks.iter().map(|(from, to)| Span { from: unit(*from), to: unit(*to) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_counted_as_javascript_counts() {
        let snippet = Snippet { text: "👍 退款 ok".into(), marks: vec![(2, 4)] };
        assert_eq!(utf16_marks(&snippet), [Span { from: 3, to: 5 }], "the thumb takes two units");
    }
}
