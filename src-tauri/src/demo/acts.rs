//! What happens on the pretend platforms, each in its own words.

use super::plan::{Act, Step};
use super::platforms::{Platforms, Pretend};
use super::script::{From, Letter, Line, Order, Return};
use domain::Timestamp;
use sandbox::aliexpress::{Line as OrderLine, PretendOrder};
use sandbox::shopee::{BuyerMessage, Shopee};
use serde_json::{Value, json};

/// The products of the pretend AliExpress are numbered from here, one for each buyer.
const PRODUCTS: u64 = 1_005_000_000_000_000;

impl Platforms {
    /// Lets one step of the past happen.
    pub(super) fn act(&self, step: &Step<'_>) {
        match step.act {
            Act::Order(buyer, ends) => self.order(&buyer.shop, buyer.key, &buyer.order, (step.at, ends)),
            Act::Card(buyer) => self.card(&buyer.shop, buyer.key, &buyer.order.no),
            Act::Line(buyer, line) => self.line(&buyer.shop, buyer.key, &buyer.order, line),
            Act::Return(back, due) => self.give_back(back, due),
            Act::Notice(letter) | Act::Mail(letter) => self.letter(letter),
        }
    }

    fn line(&self, shop: &str, buyer: u64, order: &Order, line: &Line) {
        match (line.from, line.picture) {
            (From::Buyer, true) => self.picture(shop, buyer, &order.item),
            (From::Buyer, false) => self.text(shop, buyer, &line.text),
            (From::Seller, _) => match self.stores.get(shop) {
                Some(Pretend::AliExpress(store)) => drop(store.seller_says(buyer, &line.text)),
                Some(Pretend::Shopee { shop, .. }) => {
                    drop(shop.seller_says(buyer, &line.text, "new_webchat"));
                }
                Some(Pretend::Mail(_)) | None => {}
            },
            (From::Auto, _) => match self.stores.get(shop) {
                Some(Pretend::AliExpress(store)) => drop(store.auto_replies(buyer, &line.text)),
                Some(Pretend::Shopee { shop, .. }) => drop(shop.auto_reply(buyer, &line.text)),
                Some(Pretend::Mail(_)) | None => {}
            },
        }
    }

    /// A buyer writes.
    pub(super) fn text(&self, shop: &str, buyer: u64, text: &str) {
        match self.stores.get(shop) {
            Some(Pretend::AliExpress(store)) => drop(store.buyer_says(buyer, text)),
            Some(Pretend::Shopee { shop, .. }) => drop(shop.buyer_says(buyer, text)),
            Some(Pretend::Mail(_)) | None => {}
        }
    }

    /// A buyer shows a picture of what they bought.
    pub(super) fn picture(&self, shop: &str, buyer: u64, item: &str) {
        let url = format!("{}/pictures/{}.svg", self.pictures.base(), escaped(item));
        match self.stores.get(shop) {
            Some(Pretend::AliExpress(store)) => {
                drop(store.buyer_sends(buyer, 3, &json!({ "img_url": url }).to_string()));
            }
            Some(Pretend::Shopee { shop, .. }) => {
                sends(shop, buyer, "image", json!({ "url": url, "thumb_url": url }));
            }
            Some(Pretend::Mail(_)) | None => {}
        }
    }

    fn card(&self, shop: &str, buyer: u64, order_no: &str) {
        match self.stores.get(shop) {
            Some(Pretend::AliExpress(store)) => {
                drop(store.buyer_sends(buyer, 10_007, &json!({ "order_id": order_no }).to_string()));
            }
            Some(Pretend::Shopee { shop, .. }) => {
                sends(shop, buyer, "order", json!({ "order_sn": order_no }));
            }
            Some(Pretend::Mail(_)) | None => {}
        }
    }

    /// An order comes, paid at the first instant; what it waits for ends at the second.
    pub(super) fn order(&self, shop: &str, buyer: u64, order: &Order, (paid, ends): (Timestamp, Timestamp)) {
        match self.stores.get(shop) {
            Some(Pretend::AliExpress(store)) => {
                let Ok(order_id) = order.no.parse() else { return };
                let amount = format!("{} {}", order.amount, order.currency);
                let (title, sku) = (order.item.clone(), format!("SKU-{buyer}"));
                store.put_order(PretendOrder {
                    order_id,
                    buyer_login: buyer.to_string(),
                    status: order.status.clone(),
                    lines: vec![OrderLine { title, product_id: PRODUCTS + buyer, sku, count: 1, amount }],
                    created: paid,
                    updated: paid,
                    until: (order.status != "FINISH").then_some(ends),
                });
            }
            Some(Pretend::Shopee { shop, .. }) => shop.put_order(
                &order.no,
                &json!({
                    "buyer_user_id": buyer,
                    "currency": order.currency,
                    "total_amount": number(&order.amount),
                    "order_status": order.status,
                    "ship_by_date": ends.as_second(),
                    "item_list": [{ "item_id": buyer, "item_name": order.item, "model_name": "",
                        "model_sku": format!("SKU-{buyer}"), "model_quantity_purchased": 1 }],
                }),
            ),
            Some(Pretend::Mail(_)) | None => {}
        }
    }

    fn give_back(&self, back: &Return, due: Timestamp) {
        if let Some(Pretend::Shopee { shop, .. }) = self.stores.get(&back.shop) {
            let fields = json!({
                "reason": back.reason,
                "text_reason": back.text,
                "refund_amount": number(&back.amount),
                "currency": back.currency,
                "due_date": due.as_second(),
                "user": { "user_id": back.buyer },
            });
            shop.put_return(&back.no, &back.order, &fields);
        }
    }

    /// A notice or a mail comes.
    pub(super) fn letter(&self, letter: &Letter) {
        match self.stores.get(&letter.shop) {
            Some(Pretend::Shopee { shop, .. }) => shop.notify(&letter.title, &letter.text, ""),
            Some(Pretend::Mail(store)) => {
                store.deliver_simple(&letter.from, &letter.title, &letter.text, &[]);
            }
            Some(Pretend::AliExpress(_)) | None => {}
        }
    }
}

fn sends(shop: &Shopee, buyer: u64, kind: &str, content: Value) {
    drop(shop.buyer_sends(BuyerMessage { buyer, kind: kind.to_owned(), content, order_sn: None }));
}

fn number(amount: &str) -> f64 {
    amount.parse().unwrap_or_default()
}

/// A name as one part of a path.
fn escaped(name: &str) -> String {
    let mut path = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_is_one_part_of_a_path() {
        assert_eq!(escaped("a b/衫"), "a%20b%2F%E8%A1%AB", "a slash would be another part");
    }
}
