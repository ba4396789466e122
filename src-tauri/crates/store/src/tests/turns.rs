//! Aim: messages of one instant stand in the order of the platform's ids, whenever they came, in files of before too.

use super::support::{before, say, shop};
use crate::{DATABASE_FILE, Store};
use domain::Turn;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row};

#[tokio::test]
async fn messages_of_one_instant_are_shown_and_paged_by_the_platforms_ids() {
    let shop = shop().await;
    // Ids of one second, as they came; a number less of digits comes before one of more.
    for provider in ["101", "99", "103", "9", "100", "102"] {
        shop.take(&[say("c", provider, "x", 60)]).await;
    }
    shop.take(&[say("c", "7", "later", 61), say("c", "200", "earlier", 59)]).await;
    let id = shop.id_of("c").await;
    let in_order = ["200", "9", "99", "100", "101", "102", "103", "7"];
    for size in [1, 2, 3, 100] {
        let (mut up, mut before) = (Vec::new(), None);
        loop {
            let page = shop.store.messages(id, before, size).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.place());
            up.extend(page.into_iter().map(|row| row.provider_id));
        }
        up.reverse();
        assert_eq!(up, in_order, "upwards in pages of {size}");
        let first = shop.store.messages(id, None, 100).await.unwrap().pop().unwrap();
        let (mut down, mut after) = (vec![first.provider_id.clone()], first.place());
        loop {
            let page = shop.store.messages_after(id, after, size).await.unwrap();
            let Some(last) = page.last() else { break };
            after = last.place();
            down.extend(page.into_iter().map(|row| row.provider_id));
        }
        assert_eq!(down, in_order, "downwards in pages of {size}");
    }
    let since: Vec<String> =
        shop.store.incoming_since(id, None).await.unwrap().into_iter().map(|row| row.provider_id).collect();
    assert_eq!(since, in_order, "and so is what was not seen");
}

/// Ids at the edges of what counts as a number, and others.
const IDS: [&str; 22] = [
    "",
    "0",
    "007",
    "9",
    "10",
    "999999999999999999",
    "1000000000000000000",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "00018446744073709551615",
    "99999999999999999999",
    "123456789012345678901",
    "m1",
    "+1",
    "1.5",
    " 1",
    "<1@mail.example>",
    "消息",
    "a\0b",
    "\u{10ffff}",
];
const CASES: [(&str, bool); 3] = [("open", false), ("a closed one", true), ("zzz", false)];

#[tokio::test]
async fn a_file_of_before_gets_the_turns_that_its_ids_have() {
    let (dir, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    Store::open_with(dir.path(), &before("0018", folder.path()).await).await.unwrap().close().await.unwrap();
    let options = SqliteConnectOptions::new().filename(dir.path().join(DATABASE_FILE));
    let mut conn = options.connect().await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO store (id, platform) VALUES (1, 'aliexpress');
         INSERT INTO conversation (id, store_id, kind, key) VALUES (1, 1, 'chat', 'c'), (2, 1, 'case', 'd1');
         INSERT INTO dispute (store_id, provider_id, conversation_id, status, closed, updated_at_ms)
            VALUES (1, 'd1', 2, 'a closed one', 1, 60);",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    let cases = CASES.map(|(status, _)| format!("case:d1:60:{status}"));
    let chat = IDS.iter().map(|id| (1_i64, *id));
    for (n, (conversation, id)) in (1_i64..).zip(chat.chain(cases.iter().map(|id| (2, id.as_str())))) {
        let sql = "INSERT INTO message (conversation_id, store_id, provider_id, author, kind, sent_at_ms, search_id)
            VALUES (?1, 1, ?2, 'buyer', 'text', 60, ?3)";
        sqlx::query(sql).bind(conversation).bind(id).bind(n).execute(&mut conn).await.unwrap();
    }
    conn.close().await.unwrap();

    let store = Store::open(dir.path()).await.unwrap();
    let rows = sqlx::query("SELECT provider_id, turn FROM message ORDER BY id")
        .fetch_all(&mut *store.reader().await.unwrap())
        .await
        .unwrap();
    let is: Vec<(String, Turn)> =
        rows.iter().map(|row| (row.get(0), Turn::from_signed(row.get(1)))).collect();
    let chat = IDS.iter().map(|id| ((*id).to_owned(), Turn::of(id)));
    let cases = cases.iter().zip(CASES).map(|(id, (_, last))| (id.clone(), Turn::of_state(id, last)));
    assert_eq!(is, chat.chain(cases).collect::<Vec<_>>(), "as if it had been written today");
    let id = domain::ConversationId(2);
    let newest = store.messages(id, None, 1).await.unwrap().remove(0);
    assert_eq!(newest.provider_id, "case:d1:60:a closed one", "of a case's states the end comes last");
}
