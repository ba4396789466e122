//! What can go along with a reply: pictures, orders and products as cards.

use crate::app::App;
use crate::wire::{CardGate, ItemDto, PictureGate, UiError};
use store::ConversationItem;

pub(super) async fn pictures(app: &App, item: &ConversationItem) -> Result<PictureGate, UiError> {
    Ok(match app.engine.pictures_taken(item).await? {
        Ok(limits) => PictureGate {
            code: None,
            kinds: limits.kinds.iter().map(|kind| kind.name().to_owned()).collect(),
            max_bytes: limits.max_bytes,
        },
        Err(code) => PictureGate { code: Some(code.to_owned()), kinds: Vec::new(), max_bytes: 0 },
    })
}

pub(super) async fn cards(app: &App, item: &ConversationItem) -> Result<CardGate, UiError> {
    let taken = app.engine.cards_taken(item).await?;
    Ok(CardGate { orders: taken.orders, items: taken.items, code: taken.why_not })
}

pub(super) async fn items(app: &App, item: &ConversationItem) -> Result<Vec<ItemDto>, UiError> {
    let items = app.engine.items_of(item).await?;
    Ok(items
        .into_iter()
        .map(|item| ItemDto { item_id: item.item_id, title: item.title, picture: item.picture })
        .collect())
}
