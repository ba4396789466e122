//! Aim: whatever script a word is in, what holds it is found, and what is found holds it. The laws are checked against
//! a reading of the text that knows nothing of the index.

use super::support::{Shop, at, prepare, reply, say, shop};
use crate::search::testing::{marked, question_of};
use crate::{Direction, Result, SearchCursor, SearchFilter, SearchQuery, cut, search_id};
use domain::MessageId;
use proptest::prelude::*;
use rstest::rstest;

#[rstest]
#[case("退款很慢", "退款 款很 很慢 慢 ", "很 慢 款 退 ")]
#[case("订单A123退款", " 订单 单 A123 退款 款 ", "单 款 订 退 ")]
#[case("Hola, señor", "Hola, señor", "")]
#[case("退。款", " 退 。 款 ", "款 退 ")]
#[case("ＡＢ１２", "AB12", "")]
#[case("カメラ", " カメ メラ ラ ", "カ メ ラ ")]
fn text_is_cut_into_pairs_and_the_last_character(
    #[case] text: &str,
    #[case] words: &str,
    #[case] chars: &str,
) {
    let cut = cut(text);
    let tidy = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(tidy(&cut.text), tidy(words), "pairs in sequence, then the last one alone");
    assert_eq!(tidy(&cut.chars), tidy(chars), "each character once");
}

async fn find(shop: &Shop, text: &str, typing: bool) -> Vec<String> {
    let query = SearchQuery { text: text.to_owned(), typing, limit: 50, ..SearchQuery::default() };
    let page = shop.store.search(&query).await.unwrap();
    let count = shop.store.search_count(text, typing, &SearchFilter::default()).await.unwrap();
    assert_eq!(count, page.hits.len() as u64, "the number says what the list shows for {text:?}");
    let mut found = Vec::new();
    for hit in &page.hits {
        let message = shop.store.message(hit.message).await.unwrap();
        assert!(!hit.snippet.marks.is_empty(), "the hit is marked for {text:?} in {:?}", hit.snippet.text);
        found.push(message.provider_id);
    }
    found.sort();
    found
}

#[rstest]
#[case("退款", &["zh"])]
#[case("退", &["zh"])]
#[case("款很", &["zh"])]
#[case("慢", &["zh"])]
#[case("退慢", &[])]
#[case("A123", &["mixed", "spaced"])]
#[case("订单A123退款", &["mixed"])]
#[case("单A123退", &["mixed"])]
#[case("A123退", &["mixed"])]
#[case("新订单", &["mixed"])]
#[case("ａ１２３", &["mixed", "spaced"])]
#[case("devolucion", &["es"])]
#[case("devolución", &["es"])]
#[case("DEVOLUCIÓN talla", &["es"])]
#[case("talla devolución", &["es"])]
#[case("\"talla devolución\"", &[])]
#[case("\"la devolución\"", &["es"])]
#[case("еще", &["ru"])]
#[case("Деньги", &["ru"])]
#[case("деньг", &[])]
#[case("استرجاع", &["ar"])]
#[case("اُسْتِرْجَاع", &["ar"])]
#[case("#8190000000000001", &["no"])]
#[case("8190000000000001", &["no"])]
#[case("환불", &["ko"])]
#[case("불", &["ko"])]
#[case("返品", &["ja"])]
#[case("カメ", &["ja"])]
#[case("cafe\u{301}", &["cafe"])]
#[case("café", &["cafe"])]
#[case("don't", &["quote"])]
#[case("ship don't", &["quote"])]
#[tokio::test]
async fn a_word_is_found_in_its_own_script(#[case] text: &str, #[case] want: &[&str]) {
    let shop = shop().await;
    let texts = [
        ("zh", "退款很慢"),
        ("mixed", "新订单A123退款了"),
        ("spaced", "track A123 now"),
        ("es", "¿Cómo hago la devolución? Talla M"),
        ("ru", "Верните деньги, жду ещё"),
        ("ar", "أريد استرجاع المال"),
        ("no", "order 8190000000000001退"),
        ("ko", "환불해 주세요"),
        ("ja", "返品したいカメラ"),
        ("cafe", "un cafe\u{301} grande"),
        ("quote", "I don't see it ship"),
    ];
    let texts = if text.contains('A') || text.contains('ａ') || !text.contains('退') {
        texts.to_vec()
    } else {
        texts.iter().filter(|(id, _)| *id != "no" && *id != "mixed").copied().collect()
    };
    let says: Vec<_> = texts.iter().enumerate().map(|(n, (id, text))| say("c", id, text, n as i64)).collect();
    shop.take(&says).await;
    assert_eq!(find(&shop, text, false).await, want, "words are whole, scripts are equal");
}

#[tokio::test]
async fn while_typing_the_last_word_may_be_a_beginning() {
    let shop = shop().await;
    shop.take(&[say("c", "m1", "please refund the package", 0), say("c", "m2", "A123退款", 1)]).await;
    assert_eq!(find(&shop, "please refu", true).await, ["m1"], "a beginning of three letters or more");
    assert_eq!(find(&shop, "please refu", false).await, [""; 0], "not when typing is over");
    assert_eq!(find(&shop, "re", true).await, [""; 0], "two letters would begin too much");
    assert_eq!(find(&shop, "refund ple", true).await, ["m1"], "only the last word");
    assert_eq!(find(&shop, "refu package", true).await, [""; 0], "not one before it");
    assert_eq!(find(&shop, "refu ", true).await, [""; 0], "a blank ends a word");
}

#[tokio::test]
async fn filters_narrow_by_store_direction_and_time() {
    let shop = shop().await;
    let mut tx = shop.store.begin().await.unwrap();
    let other = tx.add_store(&super::support::new_store("other"), at(0)).await.unwrap();
    prepare(&mut tx, other, &[say("x", "o1", "退款 there", 40)]).await;
    tx.commit().await.unwrap();
    shop.take(&[
        say("c", "m1", "退款 one", 10),
        reply("c", "m2", "退款 two", 20),
        say("c", "m3", "退款 in out s1", 30),
    ])
    .await;
    let ask = async |filter: SearchFilter| {
        let query = SearchQuery { text: "退款".into(), filter, limit: 50, ..SearchQuery::default() };
        let hits = shop.store.search(&query).await.unwrap().hits;
        let count = shop.store.search_count("退款", false, &filter).await.unwrap();
        assert_eq!(count, hits.len() as u64, "the number obeys the filter too");
        hits.into_iter().map(|h| domain::to_ms(h.sent_at) - domain::to_ms(at(0))).collect::<Vec<_>>()
    };
    let all = SearchFilter::default();
    assert_eq!(ask(all).await, [40_000, 30_000, 20_000, 10_000], "newest first");
    assert_eq!(ask(SearchFilter { store: Some(other), ..all }).await, [40_000], "of one store");
    assert_eq!(ask(SearchFilter { direction: Some(Direction::Out), ..all }).await, [20_000], "from the team");
    let between = SearchFilter { from: Some(at(20)), to: Some(at(40)), ..all };
    assert_eq!(ask(between).await, [30_000, 20_000], "from is included, to is not");
    assert_eq!(
        find(&shop, "s1", false).await,
        ["m3"],
        "the inner words of the filter are not searchable text"
    );
    assert_eq!(
        find(&shop, "out", false).await,
        ["m3"],
        "the inner words of the filter are not searchable text"
    );
}

#[tokio::test]
async fn pages_of_hits_join_without_gap_while_new_messages_come() {
    let shop = shop().await;
    let says: Vec<_> = (0..35).map(|n| say("c", &format!("m{n}"), "物流 update", n / 3)).collect();
    shop.take(&says).await;
    let (mut seen, mut before, mut round): (Vec<MessageId>, Option<SearchCursor>, i64) = (vec![], None, 0);
    loop {
        let query = SearchQuery { text: "物流".into(), before, limit: 10, ..SearchQuery::default() };
        let page = shop.store.search(&query).await.unwrap();
        seen.extend(page.hits.iter().map(|h| h.message));
        shop.take(&[say("c", &format!("new{round}"), "物流 new", 1000 + round)]).await;
        round += 1;
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!((seen.len(), once.len()), (35, 35), "each of the first 35 exactly once");
}

#[tokio::test]
async fn a_snippet_shows_the_hit_with_its_place_in_characters() {
    let shop = shop().await;
    let long = format!("{} Devolución 退款 {}", "palabra ".repeat(40), "fin ".repeat(60));
    shop.take(&[say("c", "m1", &long, 0)]).await;
    let query = SearchQuery { text: "devolucion 款".into(), limit: 1, ..SearchQuery::default() };
    let snippet = shop.store.search(&query).await.unwrap().hits.remove(0).snippet;
    let chars: Vec<char> = snippet.text.chars().collect();
    let shown: Vec<String> =
        snippet.marks.iter().map(|(a, b)| chars[*a as usize..*b as usize].iter().collect()).collect();
    assert_eq!(shown, ["Devolución", "款"], "the marks stand on the words in {}", snippet.text);
    assert!(
        chars.len() <= 122 && chars[0] == '…' && chars[chars.len() - 1] == '…',
        "a piece: {}",
        snippet.text
    );
}

#[tokio::test]
async fn buyers_are_found_by_name_and_follow_a_new_name() {
    let shop = shop().await;
    shop.take(&[say("c1", "m1", "hi", 0), say("张小姐", "m2", "hi", 0)]).await;
    let names = async |text: &str| {
        let hits = shop.store.search_buyers(text, true, None, 10).await.unwrap();
        hits.into_iter().map(|h| (h.name, h.conversation.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(names("张").await, [("Ivan 张小姐".to_owned(), true)], "by one character");
    assert_eq!(names("iva").await.len(), 2, "by the beginning of a name");
    let row = shop.conversation("c1").await;
    let mut tx = shop.store.begin().await.unwrap();
    let buyer = tx.buyer(row.buyer.unwrap()).await.unwrap().buyer;
    let renamed = crate::BuyerWrite {
        id: buyer.id,
        store: buyer.store,
        key: buyer.key,
        name: "Мария".into(),
        country: buyer.country,
    };
    tx.write(&crate::IntakeWrite { buyers: vec![renamed], ..crate::IntakeWrite::default() }).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names("мария").await.len(), 1, "by the new name");
    assert_eq!(names("ivan").await.len(), 1, "not by the old one");
}

#[tokio::test]
async fn the_index_can_be_made_again() {
    let shop = shop().await;
    let says: Vec<_> = (0..40).map(|n| say("c", &format!("m{n}"), "退款 please", n)).collect();
    shop.take(&says).await;
    let mut tx = shop.store.begin().await.unwrap();
    sqlx::query("DELETE FROM search WHERE rowid IN (SELECT search_id FROM message WHERE id % 2 = 0)")
        .execute(tx.conn().await.unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let report = shop.store.verify().await.unwrap();
    assert_eq!((report.messages, report.indexed), (40, 20), "the check sees that rows are missing");
    let mut steps = Vec::new();
    shop.store.rebuild_search(|done, total| steps.push((done, total))).await.unwrap();
    assert_eq!(steps, [(0, 40), (40, 40)], "the person who waits is told");
    assert_eq!(find(&shop, "退款", false).await.len(), 40, "all are found again");
    assert!(shop.store.verify().await.unwrap().is_whole(), "and the check is content");
    while shop.store.tidy_search(32).await.unwrap() {}
    assert_eq!(find(&shop, "退", false).await.len(), 40, "tidying changes nothing that can be seen");
}

#[tokio::test]
async fn two_messages_that_would_share_a_row_of_the_index_do_not() -> Result<()> {
    let shop = shop().await;
    shop.take(&[say("c", "m1", "退款 one", 5)]).await;
    let id = shop.store.messages(shop.id_of("c").await, None, 1).await?[0].id;
    let mut tx = shop.store.begin().await?;
    tx.ids.message = id.0 + (1 << 21) - 1;
    prepare(&mut tx, shop.id, &[say("c", "m2", "退款 two", 5), say("c", "m3", "退款 three", 5)]).await;
    tx.commit().await?;
    let later = MessageId(id.0 + (1 << 21));
    assert_eq!(search_id(at(5), id), search_id(at(5), later), "the two would share a row");
    assert_eq!(find(&shop, "退款", false).await, ["m1", "m2", "m3"], "the later ones moved on");
    assert!(shop.store.verify().await?.is_whole(), "each has a row of its own");
    Ok(())
}

/// Words of many scripts, joined by whatever people put between words.
fn texts() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[退款物流很慢订单尺码质量的了我]{1,8}",
        2 => "[a-zA-Z]{1,8}",
        1 => "[A-Z]{1,3}[0-9]{2,6}",
        1 => "[а-я]{2,7}",
        1 => "[áéíóúñç]{1,3}[a-z]{1,4}",
        1 => "[ぁ-んァ-ヶ]{1,5}",
        1 => "[가-힣]{1,4}",
    ];
    let gap = prop_oneof![3 => Just(""), 3 => Just(" "), 1 => Just("，"), 1 => Just("。"), 1 => Just("! "), 1 => Just("😀")];
    proptest::collection::vec((word, gap), 1..12)
        .prop_map(|parts| parts.into_iter().map(|(w, g)| w + g).collect())
}

/// A piece of a text that a person could type to find it: it starts and ends where a CJK character or a whole word
/// does, and has no blank in it.
fn piece(text: &str, from: usize, len: usize) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let from = from % chars.len();
    let to = (from + 1 + len % 9).min(chars.len());
    let torn = |at: usize| {
        at > 0 && at < chars.len() && {
            let (a, b) = (chars[at - 1], chars[at]);
            let word = |c: char| c.is_alphanumeric() && cut(&c.to_string()).chars.is_empty();
            word(a) && word(b)
        }
    };
    let piece: String = chars[from..to].iter().collect();
    let usable = !torn(from)
        && !torn(to)
        && !piece.contains(char::is_whitespace)
        && piece.contains(char::is_alphanumeric);
    usable.then_some(piece)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_text_is_found_by_any_piece_of_it_and_only_what_holds_a_piece_is_found(
        texts in proptest::collection::vec(texts(), 1..20),
        picks in proptest::collection::vec((0..20_usize, 0..100_usize, 0..9_usize), 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let shop = shop().await;
            let says: Vec<_> =
                texts.iter().enumerate().map(|(n, t)| say("c", &format!("m{n}"), t, n as i64)).collect();
            shop.take(&says).await;
            for (which, from, len) in picks {
                let which = which % texts.len();
                let Some(piece) = piece(&texts[which], from, len) else { continue };
                let query = SearchQuery { text: piece.clone(), limit: 100, ..SearchQuery::default() };
                let hits = shop.store.search(&query).await.unwrap().hits;
                let mut found = Vec::new();
                for hit in &hits {
                    found.push(shop.store.message(hit.message).await.unwrap().provider_id);
                }
                let question = question_of(&piece);
                prop_assert!(found.contains(&format!("m{which}")), "{piece:?} is in {:?}: {question}", texts[which]);
                for (n, text) in texts.iter().enumerate() {
                    let holds = !marked(text, &piece).is_empty();
                    let is_found = found.contains(&format!("m{n}"));
                    prop_assert_eq!(holds, is_found, "{:?} in {:?}: {}", piece, text, question);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn whatever_is_typed_is_a_valid_question(typed in "\\PC{0,40}", typing in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let shop = shop().await;
            shop.take(&[say("c", "m1", "AND OR NOT NEAR text : *", 0)]).await;
            for text in [typed.as_str(), "\" OR *", "text:x", "NEAR(a b)", "^a", "-a", "{a}", "a*\"", "\0", "退*"] {
                let query = SearchQuery { text: text.to_owned(), typing, limit: 5, ..SearchQuery::default() };
                let found = shop.store.search(&query).await;
                prop_assert!(found.is_ok(), "{text:?} must not be an error: {found:?}");
            }
            Ok(())
        })?;
    }
}
