//! Aim: every conversation is on the lists it belongs to, in order, and pages neither repeat nor leave out.

use super::support::{Shop, at, reply, say, shop};
use crate::{ConversationRow, IntakeWrite, LastMessage, ListCursor, ListQuery, MessageRow, View};
use domain::{AccountId, Body, BodyKind, ConversationKind, ConversationState};
use proptest::prelude::*;

fn query(view: View) -> ListQuery {
    ListQuery { view, store: None, after: None, limit: 100 }
}

async fn keys(shop: &Shop, view: View) -> Vec<String> {
    let page = shop.store.list(query(view)).await.unwrap();
    page.items.into_iter().map(|i| i.conversation.key).collect()
}

async fn filled() -> Shop {
    let shop = shop().await;
    shop.take(&[
        say("late", "m1", "hi", 0),
        say("soon", "m2", "hi", 60),
        say("answered", "m3", "hi", 10),
        reply("answered", "m4", "yes", 20),
        say("quiet", "m5", "hi", 5),
        reply("quiet", "m6", "yes", 6),
    ])
    .await;
    let owned = async |key: &str, owner: AccountId| {
        shop.put(ConversationRow { owner: Some(owner), ..shop.conversation(key).await }).await;
    };
    owned("late", shop.li).await;
    owned("soon", shop.wang).await;
    owned("answered", shop.li).await;
    for (kind, key) in
        [(ConversationKind::Notice, "n"), (ConversationKind::Mail, "m"), (ConversationKind::Case, "k")]
    {
        let mut tx = shop.store.begin().await.unwrap();
        let id = tx.new_conversation();
        drop(tx);
        shop.put(ConversationRow::new(id, shop.id, kind, key)).await;
    }
    shop
}

#[tokio::test]
async fn each_list_shows_what_it_promises_most_urgent_first() {
    let shop = filled().await;
    assert_eq!(keys(&shop, View::Mine(shop.li)).await, ["late"], "mine = owned by me and owing a reply");
    assert_eq!(
        keys(&shop, View::Team).await,
        ["late", "soon", "answered", "quiet"],
        "by due instant, then activity"
    );
    assert_eq!(keys(&shop, View::Unassigned).await, ["quiet"], "nobody's");
    assert_eq!(keys(&shop, View::Notices).await, ["n"], "notices have their own list");
    assert_eq!(keys(&shop, View::Mails).await, ["m"], "so has mail");
    assert_eq!(keys(&shop, View::Cases).await, ["k"], "so have cases");
    assert_eq!(keys(&shop, View::Done).await, [""; 0], "nothing was put aside");
    let item = shop.store.list(query(View::Team)).await.unwrap().items.remove(0);
    assert_eq!(
        (item.buyer_name.as_str(), item.buyer_country.as_str()),
        ("Ivan late", "RU"),
        "with the buyer"
    );
}

/// What the one line of the list says its newest message is.
async fn newest(shop: &Shop) -> Option<BodyKind> {
    let line = shop.store.list(query(View::Team)).await.unwrap().items.remove(0);
    let alone = shop.store.conversation(line.conversation.id).await.unwrap();
    assert_eq!(alone, line, "alone as in its list");
    line.last_kind
}

#[tokio::test]
async fn a_line_says_what_its_newest_message_is() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0)]).await;
    assert_eq!(newest(&shop).await, Some(BodyKind::Text), "words");
    let row = shop.conversation("c1").await;
    let first = shop.store.messages(row.id, None, 1).await.unwrap().remove(0);
    for (body, kind) in [
        (Body::Sticker { id: "7".into() }, Some(BodyKind::Sticker)),
        (Body::OrderCard { order_no: "8192".into() }, Some(BodyKind::OrderCard)),
        (Body::Erased { was: BodyKind::Image }, None),
    ] {
        let mut tx = shop.store.begin().await.unwrap();
        let id = tx.new_message();
        let last = row.last.clone().map(|last| LastMessage { id, ..last });
        let message = MessageRow { id, provider_id: format!("m{id}"), body, ..first.clone() };
        let conversations = vec![ConversationRow { last, ..row.clone() }];
        tx.write(&IntakeWrite { messages: vec![message], conversations, ..IntakeWrite::default() })
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            newest(&shop).await,
            kind,
            "a sticker is no picture, and what was erased is nothing any more"
        );
    }
}

#[tokio::test]
async fn what_is_put_aside_leaves_the_list_unless_it_owes_a_reply() {
    let shop = filled().await;
    let becomes = async |key: &str, state: ConversationState| {
        shop.put(ConversationRow { state, ..shop.conversation(key).await }).await;
    };
    for key in ["answered", "late"] {
        becomes(key, ConversationState::Done).await;
    }
    assert_eq!(keys(&shop, View::Done).await, ["answered"], "done and owing nothing");
    assert_eq!(
        keys(&shop, View::Team).await,
        ["late", "soon", "quiet"],
        "a platform's clock is not put aside"
    );
    becomes("answered", ConversationState::Open).await;
    assert_eq!(keys(&shop, View::Done).await, [""; 0], "taken up again");
    assert!(shop.store.verify().await.unwrap().tally_agrees, "the numbers follow");
}

/// The numbers by counting the lists.
async fn counted(shop: &Shop) -> Vec<u64> {
    let mut out = Vec::new();
    for view in [
        View::Team,
        View::Unassigned,
        View::Notices,
        View::Mails,
        View::Cases,
        View::Done,
        View::Mine(shop.li),
    ] {
        out.push(keys(shop, view).await.len() as u64);
    }
    out
}

async fn shown(shop: &Shop) -> Vec<u64> {
    let c = shop.store.view_counts(None).await.unwrap();
    let mine = c.mine.iter().find(|(a, _)| *a == shop.li).map_or(0, |(_, n)| *n);
    vec![c.team, c.unassigned, c.notices, c.mails, c.cases, c.done, mine]
}

#[tokio::test]
async fn the_numbers_are_those_of_the_lists() {
    let shop = filled().await;
    assert_eq!(shown(&shop).await, counted(&shop).await, "a number and its list must never disagree");
    let other = shop.store.view_counts(Some(domain::StoreId(99))).await.unwrap();
    assert_eq!(other, crate::ViewCounts::default(), "another store has none");
    let counts = shop.store.view_counts(Some(shop.id)).await.unwrap();
    assert_eq!((counts.owing, counts.unread), (2, 2), "late and soon owe a reply and are unread");
}

#[tokio::test]
async fn messages_are_paged_both_ways_without_gap() {
    let shop = shop().await;
    let says: Vec<_> = (0..23).map(|n| say("c", &format!("m{n}"), "x", n / 4)).collect();
    shop.take(&says).await;
    let id = shop.id_of("c").await;
    let (mut up, mut before) = (Vec::new(), None);
    loop {
        let page = shop.store.messages(id, before, 5).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.place());
        up.extend(page.iter().map(|m| m.id));
    }
    let first = shop.store.message(up[22]).await.unwrap();
    let down = shop.store.messages_after(id, first.place(), 100).await.unwrap();
    let down: Vec<_> = down.iter().map(|m| m.id).rev().collect();
    assert_eq!(up.len(), 23, "every message once, also those of one second");
    assert_eq!(down, up[..22], "downwards the same, in the other order");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn pages_join_without_gap_and_numbers_agree_while_the_list_changes(
        rows in proptest::collection::vec((0..5_i64, any::<bool>(), any::<bool>(), 0..3_i64, 0..3_u32), 1..60),
        size in 1..7_u32,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let shop = shop().await;
            let says: Vec<_> = (0..rows.len()).map(|n| say(&format!("c{n}"), &format!("m{n}"), "x", n as i64 / 3)).collect();
            shop.take(&says).await;
            for (n, (due, owes, open, owner, unread)) in rows.iter().enumerate() {
                let row = shop.conversation(&format!("c{n}")).await;
                let state = if *open { ConversationState::Open } else { ConversationState::Done };
                let due = owes.then(|| at(*due));
                let owner = (*owner > 0).then_some(AccountId(*owner));
                shop.put(ConversationRow { state, owes: *owes, due, owner, unread: *unread, ..row }).await;
            }
            prop_assert_eq!(shown(&shop).await, counted(&shop).await, "numbers are derived, not counted up");
            for view in [View::Team, View::Done, View::Mine(shop.li), View::Unassigned] {
                let whole = keys(&shop, view).await;
                let (mut paged, mut after): (Vec<String>, Option<ListCursor>) = (Vec::new(), None);
                let mut round = 0;
                loop {
                    let page = shop.store.list(ListQuery { after, limit: size, ..query(view) }).await.unwrap();
                    paged.extend(page.items.iter().map(|i| i.conversation.key.clone()));
                    // A new conversation comes in while somebody scrolls.
                    if round < 4 {
                        let key = format!("new-{view:?}-{round}");
                        shop.take(&[say(&key, &key, "x", 9000 + round)]).await;
                    }
                    round += 1;
                    after = page.next;
                    if after.is_none() { break; }
                }
                paged.retain(|key| !key.starts_with("new-"));
                let whole: Vec<_> = whole.into_iter().filter(|key| !key.starts_with("new-")).collect();
                prop_assert_eq!(paged, whole, "what was there is shown once, in order: {:?}", view);
            }
            prop_assert!(shop.store.verify().await.unwrap().is_whole(), "the kept numbers equal a count");
            Ok(())
        })?;
    }
}
