//! Products that can be sent to a buyer as a card: what they sent or asked about, and what they bought.

use crate::engine::Engine;
use crate::error::EngineError;
use channels::pictures::{Cards, cards};
use domain::{Body, Capability, CapabilityState, ConversationKind, OrderSnapshot, Timestamp};
use std::collections::HashMap;
use store::{ConversationItem, ItemTalk};

/// So many are offered.
const MOST: usize = 12;

/// A product that a buyer has to do with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedItem {
    /// The platform's id of it.
    pub item_id: String,
    /// What it is called, if anything told.
    pub title: Option<String>,
    /// The address (https) of its picture, if the platform gave one.
    pub picture: Option<String>,
    /// When it was spoken of or bought last.
    pub at: Timestamp,
}

impl OfferedItem {
    /// The card of it.
    #[must_use]
    pub fn card(&self) -> Body {
        Body::ItemCard { item_id: self.item_id.clone(), title: self.title.clone() }
    }
}

impl Engine {
    /// Which cards can be sent in a conversation: what the platform takes, through the way that the store has to it.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn cards_taken(&self, item: &ConversationItem) -> Result<Cards, EngineError> {
        if item.conversation.kind != ConversationKind::Chat {
            return Ok(Cards { why_not: Some("read_only_kind".into()), ..Cards::default() });
        }
        let store = self.store().store(item.conversation.store).await?;
        match store.capabilities.get(&Capability::SendCards) {
            Some(CapabilityState::Off { code }) => {
                Ok(Cards { why_not: Some(code.clone()), ..Cards::default() })
            }
            Some(CapabilityState::On | CapabilityState::Unknown) | None => Ok(cards(store.store.platform)),
        }
    }

    /// The products that can be sent in a conversation: those that the buyer sent, wrote about or bought, the newest
    /// first, at most twelve.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn items_of(&self, item: &ConversationItem) -> Result<Vec<OfferedItem>, EngineError> {
        let row = &item.conversation;
        if row.kind != ConversationKind::Chat {
            return Ok(Vec::new());
        }
        let talked = self.store().items_talked_of(row.id).await?;
        let mut orders = Vec::new();
        if !row.order_no.is_empty() {
            orders.extend(self.store().order(row.store, &row.order_no).await?);
        }
        if let Some(buyer) = row.buyer {
            orders.extend(self.store().buyer_summary(buyer).await?.orders);
        }
        Ok(offered(talked, orders.into_iter().map(|found| found.order)))
    }
}

/// Each product once, with the best that is known of it.
fn offered(talked: Vec<ItemTalk>, orders: impl Iterator<Item = OrderSnapshot>) -> Vec<OfferedItem> {
    let spoken = talked.into_iter().map(|talk| OfferedItem {
        item_id: talk.item_id,
        title: talk.title,
        picture: None,
        at: talk.at,
    });
    let bought = orders.flat_map(|order| {
        let at = order.paid_at.unwrap_or(order.updated_at);
        order.lines.into_iter().filter_map(move |line| {
            let title = Some(line.title).filter(|title| !title.is_empty());
            Some(OfferedItem { item_id: line.item_id?, title, picture: line.picture, at })
        })
    });
    let mut known: HashMap<String, OfferedItem> = HashMap::new();
    for item in spoken.chain(bought) {
        match known.get_mut(&item.item_id) {
            Some(first) => {
                first.at = first.at.max(item.at);
                first.title = first.title.take().or(item.title);
                first.picture = first.picture.take().or(item.picture);
            }
            None => {
                known.insert(item.item_id.clone(), item);
            }
        }
    }
    let mut items: Vec<OfferedItem> = known.into_values().collect();
    items.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.item_id.cmp(&b.item_id)));
    items.truncate(MOST);
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{OrderLine, from_ms};

    fn talk(id: &str, title: Option<&str>, at: i64) -> ItemTalk {
        ItemTalk { item_id: id.into(), title: title.map(str::to_owned), at: from_ms(at) }
    }

    fn order(no: &str, at: i64, items: &[Option<&str>]) -> OrderSnapshot {
        let line = |id: &Option<&str>| OrderLine {
            title: format!("bought in {no}"),
            sku: String::new(),
            quantity: 1,
            item_id: id.map(str::to_owned),
            picture: Some("https://example.com/a.jpg".into()),
        };
        OrderSnapshot {
            order_no: no.into(),
            buyer_key: None,
            status: "SHIPPED".into(),
            currency: String::new(),
            amount: String::new(),
            lines: items.iter().map(line).collect(),
            paid_at: Some(from_ms(at)),
            logistics: None,
            due: None,
            updated_at: from_ms(at + 1),
        }
    }

    #[test]
    fn each_product_is_offered_once_with_all_that_is_known_of_it_newest_first() {
        let talked = vec![talk("3", None, 900), talk("1", Some("Cup"), 500), talk("3", None, 100)];
        let orders = [order("A", 700, &[Some("1"), None]), order("B", 200, &[Some("2")])];
        let items = offered(talked, orders.into_iter());
        let ids: Vec<&str> = items.iter().map(|item| item.item_id.as_str()).collect();
        assert_eq!(ids, ["3", "1", "2"], "by the newest mention; a line without an id is none");
        assert_eq!((items[0].title.as_deref(), items[0].picture.as_deref()), (None, None), "only spoken of");
        assert_eq!(items[1].title.as_deref(), Some("Cup"), "the message's own title stays");
        assert!(items[1].picture.is_some(), "and the order adds the picture");
    }

    #[test]
    fn the_list_has_an_end() {
        let talked = (0..40).map(|n| talk(&n.to_string(), None, n)).collect();
        let items = offered(talked, std::iter::empty());
        assert_eq!((items.len(), items[0].item_id.as_str()), (MOST, "39"), "the newest twelve");
    }
}
