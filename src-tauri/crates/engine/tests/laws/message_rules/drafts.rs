//! Aim: a rule is tried before it is in force, and one that makes no sense is not kept.

use super::{complaint, order};
use crate::common::{House, at, buyer, draft, events, save, texts};
use domain::{AccountId, MessageRuleId};
use engine::{EngineError, Gone, RuleDraft, RuleProblem, Saved};
use rules::message_rules::{Condition, HandOver, RuleFault, Target, Trigger, Verdict};

fn sizes() -> RuleDraft {
    let words = Condition::Words { any: vec!["talla".into()] };
    let conditions = vec![words, Condition::Owned { owned: true }];
    draft("尺码", Trigger::BuyerEnquiry, conditions, vec![Target::Owner])
}

fn kinds(verdicts: &[Verdict]) -> Vec<&'static str> {
    let kind = |verdict: &Verdict| match verdict {
        Verdict::Fires { .. } => "fires",
        Verdict::OtherTrigger => "other",
        Verdict::TooOld { .. } => "old",
        Verdict::Stopped { .. } => "stopped",
    };
    verdicts.iter().map(kind).collect()
}

#[tokio::test]
async fn a_dry_run_says_what_would_have_fired_and_what_stopped_the_rest_and_changes_nothing() {
    let house = House::solo().await;
    save(&house.engine, &draft("other", Trigger::Notice, Vec::new(), vec![Target::Everybody])).await;
    house.clock.set(at(100));
    house.hears([buyer("c1", "m1", 0, "¿Qué talla?"), buyer("c1", "m2", 1, "Hola")]).await;
    house.takes(&events([complaint("1", 5), order("8192", "RETRY_SHIP", 6)])).await.unwrap();
    house.hears([buyer("c2", "m3", -90_000, "talla")]).await;
    house.engine.tick().await.unwrap();
    house.bell.take();
    let store = house.engine.store();
    let state = async || {
        (house.dump().await, store.last_seq().await.unwrap(), store.audit_log(None, 1).await.unwrap())
    };
    let before = state().await;

    let run = house.engine.rehearse(&sizes()).await.unwrap();
    let verdicts: Vec<Verdict> = run.iter().map(|one| one.verdict.clone()).collect();
    let mut said = kinds(&verdicts);
    said.sort_unstable();
    assert_eq!(
        said,
        ["fires", "old", "other", "stopped"],
        "three messages and a mail, each with its verdict"
    );
    let stopped = run.iter().find(|one| one.verdict == Verdict::Stopped { conditions: vec![0] }).unwrap();
    assert_eq!((stopped.words.as_str(), stopped.title.as_str()), ("Hola", "Buyer c1"), "what it was about");
    assert_eq!(stopped.conversation, Some(house.id("c1").await), "and where to look");

    for (trigger, want) in [
        (Trigger::LogisticsException, vec!["fires", "other"]),
        (Trigger::ComplaintMail, vec!["fires"]),
        (Trigger::Return, Vec::new()),
    ] {
        let rule = draft("draft", trigger, Vec::new(), Vec::new());
        let run = house.engine.rehearse(&rule).await.unwrap();
        let verdicts: Vec<Verdict> = run.into_iter().map(|one| one.verdict).collect();
        let mut said = kinds(&verdicts);
        said.sort_unstable();
        assert_eq!(said, want, "{trigger:?}");
    }
    assert_eq!(state().await, before, "nothing was written, and nobody was told");
    assert!(house.bell.take().is_empty(), "nothing rang");
}

#[tokio::test]
async fn a_dry_run_looks_at_the_last_hundred_and_at_stages_that_rang() {
    let house = House::solo().await;
    house.hears((0..120).map(|n| buyer(&format!("c{n}"), &format!("m{n}"), 0, "talla"))).await;
    assert_eq!(house.engine.rehearse(&sizes()).await.unwrap().len(), 100, "no more is read before a click");
    house.runs(10_900, 300).await;
    let last = draft("到期", Trigger::DeadlineStage, vec![Condition::LastStage], vec![Target::Everybody]);
    let run = house.engine.rehearse(&last).await.unwrap();
    let verdicts: Vec<Verdict> = run.into_iter().map(|one| one.verdict).collect();
    assert_eq!(kinds(&verdicts), ["fires"; 100], "the last stage of each was the last to ring");
}

#[tokio::test]
async fn a_rule_that_makes_no_sense_is_refused_with_all_that_is_wrong() {
    let house = House::solo().await;
    let (engine, me) = (&house.engine, house.engine.main_account().await);
    let mut reply = texts(HandOver::Agent { account: AccountId(99) });
    reply.texts.insert("en".into(), "Write to a@b.example".into());
    let wrong = RuleDraft { name: " ".into(), targets: Vec::new(), auto_reply: Some(reply), ..sizes() };
    let Saved::Refused(why) = engine.save_message_rule(&wrong, me).await.unwrap() else { panic!("kept") };
    assert!(why.contains(&RuleProblem::Fault(RuleFault::NoName)), "the name: {why:?}");
    assert!(why.contains(&RuleProblem::Fault(RuleFault::NoTarget)), "the targets: {why:?}");
    assert!(why.contains(&RuleProblem::Gone(Gone::Seat(AccountId(99)))), "the seat: {why:?}");
    assert_eq!(why.len(), 4, "and the address in the text: {why:?}");
    assert!(engine.message_rules().await.unwrap().is_empty(), "nothing was kept");

    save(engine, &sizes()).await;
    let twice = engine.save_message_rule(&sizes(), me).await.unwrap();
    assert_eq!(twice, Saved::Refused(vec![RuleProblem::NameTaken]), "two of one name can't be told apart");
    let nobody = RuleDraft { id: Some(MessageRuleId(99)), ..sizes() };
    let gone = engine.save_message_rule(&nobody, me).await;
    assert!(matches!(gone, Err(EngineError::Store(store::StoreError::NotFound { .. }))), "{gone:?}");
}

#[tokio::test]
async fn a_change_is_in_force_from_the_next_event_on_and_survives_a_restart() {
    let house = House::solo().await;
    let id = save(&house.engine, &sizes()).await;
    let wider = draft("全部", Trigger::BuyerEnquiry, Vec::new(), vec![Target::Owner]);
    save(&house.engine, &RuleDraft { id: Some(id), ..wider.clone() }).await;
    house.hears([buyer("c1", "m1", 0, "Hola")]).await;
    let row = super::in_chat(&house, "c1").await.remove(0);
    assert_eq!((row.rule, row.name.as_str()), (id, "全部"), "the same rule, under its new name");
    let house = house.reopened().await;
    let kept = house.engine.message_rules().await.unwrap().remove(0).rule.unwrap();
    assert_eq!(
        (kept.trigger, kept.conditions, kept.targets),
        (wider.trigger, Vec::new(), wider.targets),
        "whole"
    );
}
