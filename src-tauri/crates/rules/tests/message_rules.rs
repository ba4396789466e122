//! Laws of the message rules (`docs/RULES.md` §8), over random rules and events.

use domain::{
    AccountId, Author, Body, BuyerRef, Device, IncomingEvent, IncomingMessage, MessageRuleId, OrderSnapshot,
    Platform, RobotId, Sensitive, StoreId, Timestamp,
};
use proptest::prelude::*;
use rules::message_rules::{
    AutoReply, Before, Condition, EventFacts, HandOver, MessageRule, Past, Reply, RuleEvent, Saw, Target,
    Trigger, Verdict, dry_run, judge, matches, triggers,
};
use std::collections::BTreeSet;

const START: i64 = 1_772_380_800;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(START + second).expect("within the calendar")
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        (0_i64..3).prop_map(|id| Condition::Store { any: [StoreId(id), StoreId(id + 1)].into() }),
        Just(Condition::Platform { any: [Platform::Shopee].into() }),
        Just(Condition::Country { any: ["SG".to_owned()].into() }),
        Just(Condition::Words { any: vec!["size".into(), "退货".into()] }),
        Just(Condition::Sensitive { any: [Sensitive::Return, Sensitive::Legal].into() }),
        Just(Condition::Status { any: ["SHIPPED".to_owned()].into() }),
        any::<bool>().prop_map(|inside| Condition::WorkingTime { inside }),
        any::<bool>().prop_map(|owned| Condition::Owned { owned }),
        (0_i8..24, 0_i8..24).prop_map(|(from, to)| Condition::Clock {
            from: jiff::civil::time(from, 0, 0, 0),
            to: jiff::civil::time(to, 0, 0, 0),
        }),
    ]
}

fn rules() -> impl Strategy<Value = Vec<MessageRule>> {
    let trigger = prop::sample::select(vec![
        Trigger::BuyerEnquiry,
        Trigger::NewOrder,
        Trigger::LogisticsException,
        Trigger::ComplaintMail,
    ]);
    let target = prop_oneof![
        Just(Target::Owner),
        Just(Target::Everybody),
        (0_i64..3).prop_map(|id| Target::Agent { account: AccountId(id) }),
        Just(Target::WecomGroup { robot: RobotId(1) }),
    ];
    let parts = (
        any::<bool>(),
        trigger,
        prop::collection::vec(condition(), 0..3),
        prop::collection::vec(target, 1..4),
        any::<bool>(),
        1_i64..200_000,
    );
    let one = parts.prop_map(|(enabled, trigger, conditions, targets, reply, fresh_s)| MessageRule {
        id: MessageRuleId(0),
        name: "n".into(),
        enabled,
        trigger,
        conditions,
        targets,
        auto_reply: reply.then(|| AutoReply {
            texts: [("zh".to_owned(), "好".to_owned()), ("en".to_owned(), "ok".to_owned())].into(),
            hand_over: HandOver::Owner,
        }),
        fresh_s,
    });
    prop::collection::vec(one, 0..12).prop_map(|mut rules| {
        for (id, rule) in (0..).zip(&mut rules) {
            rule.id = MessageRuleId(id);
        }
        rules
    })
}

fn event() -> impl Strategy<Value = RuleEvent> {
    let message = (prop::sample::select(vec!["what size?", "我要退货", "hi"]), any::<bool>()).prop_map(
        |(text, buyer)| {
            IncomingEvent::Message(IncomingMessage {
                provider_id: "m".into(),
                conversation_key: "c".into(),
                buyer: BuyerRef { key: "b".into(), name: "n".into(), country: None },
                author: if buyer { Author::Buyer } else { Author::Seller },
                device: Device::Pc,
                body: Body::from_text(text),
                sent_at: at(0),
                direct_to: None,
                order_no: None,
                item_id: None,
            })
        },
    );
    let order = prop::sample::select(vec!["SHIPPED", "RETRY_SHIP"]).prop_map(|status| {
        IncomingEvent::Order(OrderSnapshot {
            order_no: "1".into(),
            buyer_key: None,
            status: status.into(),
            currency: "SGD".into(),
            amount: "1".into(),
            lines: Vec::new(),
            paid_at: None,
            logistics: None,
            due: None,
            updated_at: at(0),
        })
    });
    prop_oneof![message, order].prop_map(RuleEvent::Incoming)
}

fn facts() -> impl Strategy<Value = EventFacts> {
    let parts = (0_i64..4, any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    parts.prop_map(|(store, known, owned, sensitive, working_time, shopee)| EventFacts {
        store: StoreId(store),
        platform: if shopee { Platform::Shopee } else { Platform::AliExpress },
        before: known.then(Before::default),
        owner: owned.then_some(AccountId(1)),
        country: owned.then(|| "SG".to_owned()),
        language: None,
        sensitive: if sensitive { vec![Sensitive::Return] } else { Vec::new() },
        working_time,
    })
}

/// Whether what a condition saw is what it asked for and what is known.
fn is_true(condition: &Condition, saw: &Saw, facts: &EventFacts) -> bool {
    match (condition, saw) {
        (Condition::Store { any }, Saw::Store(store)) => any.contains(store) && *store == facts.store,
        (Condition::Platform { any }, Saw::Platform(platform)) => {
            any.contains(platform) && *platform == facts.platform
        }
        (Condition::Country { any }, Saw::Country(country)) => {
            any.contains(country) && facts.country.as_ref() == Some(country)
        }
        (Condition::Words { any }, Saw::Words(words)) => {
            !words.is_empty() && words.iter().all(|word| any.contains(word))
        }
        (Condition::Sensitive { any }, Saw::Sensitive(kinds)) => {
            !kinds.is_empty() && kinds.iter().all(|kind| any.contains(kind) && facts.sensitive.contains(kind))
        }
        (Condition::Status { any }, Saw::Status(status)) => any.contains(status),
        (Condition::WorkingTime { inside }, Saw::WorkingTime(saw)) => {
            inside == saw && *saw == facts.working_time
        }
        (Condition::Owned { owned }, Saw::Owner(owner)) => *owned == owner.is_some() && *owner == facts.owner,
        (Condition::Clock { from, to }, Saw::Clock(time)) => {
            if from < to {
                from <= time && time < to
            } else {
                from <= time || time < to
            }
        }
        _ => false,
    }
}

proptest! {
    #[test]
    fn the_order_of_the_rules_is_that_of_what_fires_and_changes_nothing_else(
        (rules, shuffled) in rules().prop_flat_map(|rules| (Just(rules.clone()), Just(rules).prop_shuffle())),
        event in event(), facts in facts(), age in 0_i64..250_000,
    ) {
        let mut straight = matches(&rules, &event, &facts, at(age));
        let other = matches(&shuffled, &event, &facts, at(age));
        let place = |id: MessageRuleId| shuffled.iter().position(|rule| rule.id == id);
        prop_assert!(other.is_sorted_by_key(|fired| place(fired.rule)), "the team's order: {:?}", other);
        straight.sort_by_key(|fired| place(fired.rule));
        prop_assert_eq!(straight, other, "the same rules fire, for the same reasons");
    }

    #[test]
    fn only_rules_in_force_fire_and_only_at_their_trigger(
        rules in rules(), event in event(), facts in facts(), age in 0_i64..250_000,
    ) {
        let pulled = triggers(&event, &facts);
        for fired in matches(&rules, &event, &facts, at(age)) {
            let rule = rules.iter().find(|rule| rule.id == fired.rule).unwrap();
            prop_assert!(rule.enabled, "a disabled rule never fires");
            prop_assert!(pulled.contains(&rule.trigger) && fired.reason.trigger == rule.trigger, "{:?}", pulled);
            prop_assert!(fired.reason.age_s == age && age <= rule.fresh_s, "the age is told, and fresh");
        }
    }

    #[test]
    fn a_fired_rule_names_for_each_condition_the_fact_it_saw(
        rules in rules(), event in event(), facts in facts(), age in 0_i64..250_000,
    ) {
        let fired = matches(&rules, &event, &facts, at(age));
        for one in &fired {
            let rule = rules.iter().find(|rule| rule.id == one.rule).unwrap();
            prop_assert_eq!(one.reason.saw.len(), rule.conditions.len(), "one fact for each");
            for (condition, saw) in rule.conditions.iter().zip(&one.reason.saw) {
                prop_assert!(is_true(condition, saw, &facts), "{:?} {:?}", condition, saw);
            }
            let told: BTreeSet<&Target> = one.targets.iter().collect();
            prop_assert_eq!(told.len(), one.targets.len(), "nobody is told twice by one rule");
            prop_assert_eq!(told, rule.targets.iter().collect::<BTreeSet<_>>(), "and nobody is left out");
        }
        let stored = serde_json::to_string(&fired).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<rules::message_rules::Fired>>(&stored).unwrap(), fired, "as data");
    }

    #[test]
    fn without_a_condition_a_fresh_event_always_fires(
        rules in rules(), event in event(), facts in facts(), age in 0_i64..250_000,
    ) {
        let fired: BTreeSet<MessageRuleId> =
            matches(&rules, &event, &facts, at(age)).into_iter().map(|fired| fired.rule).collect();
        for rule in rules.iter().filter(|rule| rule.enabled && rule.conditions.is_empty()) {
            let due = age <= rule.fresh_s && triggers(&event, &facts).contains(&rule.trigger);
            prop_assert_eq!(fired.contains(&rule.id), due, "{:?}", rule);
        }
    }

    #[test]
    fn nothing_sensitive_is_ever_offered_a_text(rules in rules(), event in event(), facts in facts()) {
        for fired in matches(&rules, &event, &facts, at(0)) {
            let offered = matches!(fired.reply, Some(Reply::Suggested { .. }));
            prop_assert!(!offered || facts.sensitive.is_empty(), "a person answers that: {:?}", fired);
        }
    }

    #[test]
    fn a_dry_run_is_what_would_have_happened(
        rules in rules(),
        past in prop::collection::vec((event(), facts(), 0_i64..250_000), 0..20),
    ) {
        let past: Vec<Past> =
            past.into_iter().map(|(event, facts, age)| Past { event, facts, came: at(age) }).collect();
        for rule in rules {
            let run = dry_run(&rule, &past);
            prop_assert_eq!(run.len(), past.len(), "each event is in it");
            for (past, verdict) in past.iter().zip(run) {
                let alone = [MessageRule { enabled: true, ..rule.clone() }];
                let fired = matches(&alone, &past.event, &past.facts, past.came).pop();
                match verdict {
                    Verdict::Fires { fired: would } => prop_assert_eq!(Some(would), fired, "the same function"),
                    other => prop_assert!(fired.is_none(), "{:?}", other),
                }
            }
        }
    }

    #[test]
    fn what_stopped_a_rule_is_all_that_stopped_it(
        rules in rules(), event in event(), facts in facts(), age in 0_i64..250_000,
    ) {
        for mut rule in rules {
            let Verdict::Stopped { conditions } = judge(&rule, &event, &facts, at(age)) else { continue };
            prop_assert!(!conditions.is_empty(), "something did");
            let mut place = 0..;
            rule.conditions.retain(|_| !conditions.contains(&place.next().unwrap()));
            let verdict = judge(&rule, &event, &facts, at(age));
            prop_assert!(matches!(verdict, Verdict::Fires { .. }), "without them it fires: {:?}", verdict);
        }
    }
}
