//! What happens in the demo shop: read from `script.json`, which is data and may be changed without touching code.

use domain::{Platform, Presence};
use serde::Deserialize;
use std::sync::LazyLock;

/// The whole script.
#[derive(Debug, Deserialize)]
pub(super) struct Script {
    /// The sub-accounts.
    pub(super) team: Vec<Member>,
    /// The stores, in the order in which they are connected.
    pub(super) shops: Vec<Shop>,
    /// Who wrote before the first start.
    pub(super) buyers: Vec<Buyer>,
    /// Who writes while the demo runs, over and over.
    pub(super) later: Vec<Later>,
    /// Returns that were asked for.
    pub(super) returns: Vec<Return>,
    /// Notices of the Seller Centre.
    pub(super) notices: Vec<Letter>,
    /// System mails.
    pub(super) mails: Vec<Letter>,
}

/// A sub-account.
#[derive(Debug, Deserialize)]
pub(super) struct Member {
    /// The part after the colon.
    pub(super) name: String,
    /// Where it stands at the first start.
    pub(super) presence: Presence,
}

/// A store.
#[derive(Debug, Deserialize)]
pub(super) struct Shop {
    /// Its name in this script.
    pub(super) key: String,
    /// Its platform.
    pub(super) platform: Platform,
    /// Its name on the rail.
    pub(super) name: String,
    /// Partner id, app key or mail user.
    pub(super) account: String,
    /// Shopee's shop id.
    #[serde(default)]
    pub(super) shop_id: u64,
    /// Shopee's market.
    #[serde(default)]
    pub(super) region: String,
    /// Seconds between two looks.
    pub(super) every_s: u64,
}

/// A buyer with a history.
#[derive(Debug, Deserialize)]
pub(super) struct Buyer {
    /// The platform's id.
    pub(super) key: u64,
    /// The nickname.
    pub(super) name: String,
    /// ISO 3166.
    pub(super) country: String,
    /// The store.
    pub(super) shop: String,
    /// The reply to them falls due just after the first start; `minutes_ago` is then chosen by the rules.
    #[serde(default)]
    pub(super) due_soon: bool,
    /// How long before the first start line 0 was written.
    #[serde(default)]
    pub(super) minutes_ago: i64,
    /// What they bought.
    pub(super) order: Order,
    /// The conversation, oldest first.
    pub(super) lines: Vec<Line>,
}

/// An order.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Order {
    /// Its number.
    pub(super) no: String,
    /// What was bought; the picture is drawn from it.
    pub(super) item: String,
    /// Such as `12.40`.
    pub(super) amount: String,
    /// ISO 4217.
    pub(super) currency: String,
    /// The platform's word.
    pub(super) status: String,
}

/// Who wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum From {
    /// The buyer.
    Buyer,
    /// A person of the shop, elsewhere.
    Seller,
    /// The automatic answer.
    Auto,
}

/// A line of a conversation.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    /// Minutes after the conversation's line 0; negative before it.
    pub(super) at: i64,
    /// Who wrote.
    pub(super) from: From,
    /// The words; empty for a picture.
    #[serde(default)]
    pub(super) text: String,
    /// A picture of what was bought.
    #[serde(default)]
    pub(super) picture: bool,
    /// Written only if the reply that is due soon hangs on this automatic answer's promise.
    #[serde(default)]
    pub(super) promise: bool,
}

/// A buyer who writes while the demo runs.
#[derive(Debug, Deserialize)]
pub(super) struct Later {
    /// The platform's id.
    pub(super) key: u64,
    /// The nickname.
    pub(super) name: String,
    /// ISO 3166.
    pub(super) country: String,
    /// The store.
    pub(super) shop: String,
    /// One of them per turn.
    pub(super) texts: Vec<String>,
}

/// A return.
#[derive(Debug, Deserialize)]
pub(super) struct Return {
    /// The store.
    pub(super) shop: String,
    /// Its number.
    pub(super) no: String,
    /// The order.
    pub(super) order: String,
    /// Who asks.
    pub(super) buyer: u64,
    /// The platform's word.
    pub(super) reason: String,
    /// The buyer's words.
    pub(super) text: String,
    /// What is asked back.
    pub(super) amount: String,
    /// ISO 4217.
    pub(super) currency: String,
    /// Minutes before the first start.
    pub(super) minutes_ago: i64,
    /// Minutes after the first start.
    pub(super) due_in_minutes: i64,
}

/// A notice or a mail.
#[derive(Debug, Deserialize)]
pub(super) struct Letter {
    /// The store.
    pub(super) shop: String,
    /// Minutes before the first start; without it, it comes while the demo runs.
    pub(super) minutes_ago: Option<i64>,
    /// The sender, for a mail.
    #[serde(default)]
    pub(super) from: String,
    /// Headline or subject.
    #[serde(alias = "subject")]
    pub(super) title: String,
    /// The words.
    pub(super) text: String,
}

static SHIPPED: LazyLock<Script> = LazyLock::new(|| {
    serde_json::from_str(include_str!("script.json"))
        .expect("script.json is part of the program and read by a test")
});

/// The script of this version.
pub(super) fn shipped() -> &'static Script {
    &SHIPPED
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_shipped_script_is_whole() {
        let script = shipped();
        let raw: serde_json::Value = serde_json::from_str(include_str!("script.json")).unwrap();
        let people = ["buyers", "later"].into_iter().flat_map(|list| raw[list].as_array().unwrap());
        let languages: BTreeSet<&str> = people.map(|person| person["lang"].as_str().unwrap()).collect();
        assert!(languages.len() >= 7, "a cross-border shop hears many languages: {languages:?}");
        let shops: BTreeSet<&String> = script.shops.iter().map(|shop| &shop.key).collect();
        let named = script.buyers.iter().map(|b| &b.shop).chain(script.later.iter().map(|l| &l.shop));
        let named = named.chain(script.notices.iter().chain(&script.mails).map(|l| &l.shop));
        for shop in named.chain(script.returns.iter().map(|r| &r.shop)) {
            assert!(shops.contains(shop), "{shop} is not among the stores");
        }
        let platforms: BTreeSet<Platform> = script.shops.iter().map(|shop| shop.platform).collect();
        assert_eq!(platforms.len(), 3, "every platform is shown");
        assert_eq!(script.buyers.iter().filter(|b| b.due_soon).count(), 1, "one alert, not a storm");
        assert!(script.later.iter().all(|l| l.texts.len() >= 2), "nobody repeats themselves at once");
        let at_start = |letters: &[Letter]| letters.iter().filter(|l| l.minutes_ago.is_some()).count();
        assert_eq!((at_start(&script.notices), at_start(&script.mails)), (2, 2), "two of each at the start");
    }

    #[test]
    fn the_reply_that_is_due_soon_has_no_other_clock() {
        let buyer = shipped().buyers.iter().find(|b| b.due_soon).unwrap();
        let asked = buyer.lines.iter().find(|l| l.at == 0).unwrap();
        let hits = rules::sensitive::detect(&asked.text);
        assert!(hits.is_empty(), "an escalation of two hours would be overdue already: {hits:?}");
        let promise = buyer.lines.iter().find(|l| l.promise).unwrap();
        assert!(
            promise.text.contains(" 2 ") && promise.at == 1,
            "due_soon counts on two hours: {}",
            promise.text
        );
    }
}
