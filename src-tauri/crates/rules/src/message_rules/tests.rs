use super::*;
use domain::{
    Alert, AttachmentMeta, Authenticity, Author, Body, BuyerRef, ConversationId, Deadline, DeadlineId,
    DeadlineKind, Device, DisputeSnapshot, IncomingEvent, IncomingMail, IncomingMessage,
    IncomingNotification, MailTopic, NoticeTopic, OrderSnapshot, Platform, RobotId, Sensitive, Stage,
    StoreId, Timestamp,
};
use rstest::rstest;

fn now() -> Timestamp {
    "2026-11-24T02:00:00Z".parse().unwrap()
}

fn facts() -> EventFacts {
    EventFacts {
        store: StoreId(1),
        platform: Platform::Shopee,
        before: None,
        owner: Some(AccountId(7)),
        country: Some("SG".into()),
        language: Some("es".into()),
        sensitive: Vec::new(),
        working_time: true,
    }
}

fn known(status: &str) -> EventFacts {
    EventFacts { before: Some(Before { status: status.into(), logistics: None }), ..facts() }
}

fn message(author: Author, body: Body) -> RuleEvent {
    RuleEvent::Incoming(IncomingEvent::Message(IncomingMessage {
        provider_id: "m1".into(),
        conversation_key: "c1".into(),
        buyer: BuyerRef { key: "b1".into(), name: "maria".into(), country: None },
        author,
        device: Device::Pc,
        body,
        sent_at: now(),
        direct_to: None,
        order_no: None,
        item_id: None,
    }))
}

fn buyer_says(text: &str) -> RuleEvent {
    message(Author::Buyer, Body::from_text(text))
}

fn order(status: &str, logistics: Option<&str>) -> RuleEvent {
    RuleEvent::Incoming(IncomingEvent::Order(OrderSnapshot {
        order_no: "2311070001".into(),
        buyer_key: None,
        status: status.into(),
        currency: "SGD".into(),
        amount: "12.40".into(),
        lines: Vec::new(),
        paid_at: None,
        logistics: logistics.map(Into::into),
        due: None,
        updated_at: now(),
    }))
}

fn dispute(closed: bool) -> RuleEvent {
    RuleEvent::Incoming(IncomingEvent::Dispute(DisputeSnapshot {
        provider_id: "r1".into(),
        order_no: "2311070001".into(),
        buyer_key: None,
        status: "REQUESTED".into(),
        reason: "not received".into(),
        due: None,
        closed,
        opened_at: now(),
        updated_at: now(),
    }))
}

fn notice(topic: NoticeTopic, title: &str) -> RuleEvent {
    RuleEvent::Incoming(IncomingEvent::Notification(IncomingNotification {
        provider_id: "n1".into(),
        thread_key: "n1".into(),
        topic,
        title: title.into(),
        text: String::new(),
        url: None,
        at: now(),
        due: None,
        order_no: None,
    }))
}

fn mail(topic: MailTopic, authenticity: Authenticity, subject: &str) -> RuleEvent {
    RuleEvent::Incoming(IncomingEvent::Mail(IncomingMail {
        provider_id: "INBOX:1:1".into(),
        thread_key: "t".into(),
        from_name: "AliExpress".into(),
        from_address: "ipr@notice.aliexpress.com".into(),
        subject: subject.into(),
        text: String::new(),
        html: None,
        at: now(),
        attachments: Vec::<AttachmentMeta>::new(),
        authenticity,
        topic,
        print: String::new(),
    }))
}

fn stage(kind: DeadlineKind, last: bool) -> RuleEvent {
    let deadline =
        Deadline { id: DeadlineId(1), conversation: ConversationId(1), kind, from: now(), due: now() };
    RuleEvent::Stage(Alert { deadline, stage: Stage(0), at: now(), last })
}

fn rule(trigger: Trigger, conditions: Vec<Condition>) -> MessageRule {
    MessageRule {
        id: MessageRuleId(1),
        name: "规则".into(),
        enabled: true,
        trigger,
        conditions,
        targets: vec![Target::WecomGroup { robot: RobotId(3) }],
        auto_reply: None,
        fresh_s: FRESH_S,
    }
}

fn texts(en: &str) -> AutoReply {
    let texts = [("zh", "您好，我们会在2小时内回复。"), ("en", en), ("es", "¡Hola! Respondemos en 2 horas.")];
    AutoReply {
        texts: texts.into_iter().map(|(language, text)| (language.to_owned(), text.to_owned())).collect(),
        hand_over: HandOver::Owner,
    }
}

#[rstest]
#[case(buyer_says("hola"), facts(), Some(Trigger::BuyerEnquiry))]
#[case(message(Author::Seller, Body::from_text("hola")), facts(), None)]
#[case(message(Author::Auto, Body::from_text("hola")), facts(), None)]
#[case(message(Author::Buyer, Body::Read), facts(), None)]
#[case(order("READY_TO_SHIP", None), facts(), Some(Trigger::NewOrder))]
#[case(order("SHIPPED", None), known("READY_TO_SHIP"), None)]
#[case(order("SHIPPED", Some("DHL · LOGISTICS_LOST")), known("SHIPPED"), Some(Trigger::LogisticsException))]
#[case(order("TO_RETURN", Some("DHL · LOGISTICS_LOST")), known("RETRY_SHIP"), None)]
#[case(order("SHIPPED", Some("DHL · LOGISTICS_LOST_AND_FOUND")), known("SHIPPED"), None)]
#[case(dispute(false), facts(), Some(Trigger::Return))]
#[case(dispute(false), known("REQUESTED"), None)]
#[case(dispute(true), facts(), None)]
#[case(notice(NoticeTopic::Return, "r1"), facts(), Some(Trigger::Return))]
#[case(notice(NoticeTopic::Return, "r1"), known("REQUESTED"), None)]
#[case(notice(NoticeTopic::Order, "o1 · RETRY_SHIP"), known("SHIPPED"), Some(Trigger::LogisticsException))]
#[case(notice(NoticeTopic::Order, "o1 · COMPLETED"), known("SHIPPED"), None)]
#[case(notice(NoticeTopic::Penalty, "3 points"), facts(), Some(Trigger::Penalty))]
#[case(notice(NoticeTopic::Authorisation, "expires"), facts(), Some(Trigger::AccountSecurity))]
#[case(notice(NoticeTopic::Notice, "news"), facts(), Some(Trigger::Notice))]
#[case(mail(MailTopic::Complaint, Authenticity::Verified, "IPR"), facts(), Some(Trigger::ComplaintMail))]
#[case(mail(MailTopic::Complaint, Authenticity::Suspicious, "IPR"), facts(), Some(Trigger::SuspiciousMail))]
#[case(
    mail(MailTopic::ChatReminder, Authenticity::Verified, "new message"),
    facts(),
    Some(Trigger::BuyerEnquiry)
)]
#[case(
    mail(MailTopic::Logistics, Authenticity::Unverified, "Delivery failed"),
    facts(),
    Some(Trigger::LogisticsException)
)]
#[case(mail(MailTopic::Logistics, Authenticity::Unverified, "Delivered"), facts(), None)]
#[case(mail(MailTopic::Promotion, Authenticity::Verified, "Sale"), facts(), None)]
#[case(stage(DeadlineKind::Reply, false), facts(), Some(Trigger::DeadlineStage))]
fn an_event_pulls_its_trigger_once(
    #[case] event: RuleEvent,
    #[case] facts: EventFacts,
    #[case] expected: Option<Trigger>,
) {
    let pulled: Vec<Trigger> = triggers(&event, &facts).into_iter().collect();
    assert_eq!(pulled, Vec::from_iter(expected), "{event:?}");
}

#[test]
fn a_new_order_that_has_gone_wrong_pulls_both() {
    let pulled = triggers(&order("RETRY_SHIP", None), &facts());
    assert_eq!(Vec::from_iter(pulled), [Trigger::NewOrder, Trigger::LogisticsException], "both are true");
}

#[rstest]
#[case(Condition::Store { any: [StoreId(1)].into() }, Some(Saw::Store(StoreId(1))))]
#[case(Condition::Store { any: [StoreId(2)].into() }, None)]
#[case(Condition::Platform { any: [Platform::Mail].into() }, None)]
#[case(Condition::Country { any: ["sg".to_owned()].into() }, Some(Saw::Country("SG".into())))]
#[case(Condition::Words { any: vec!["talla".into(), "envío".into()] }, Some(Saw::Words(vec!["envío".into()])))]
#[case(Condition::Words { any: vec!["vio".into()] }, None)]
#[case(Condition::Sensitive { any: [Sensitive::Legal].into() }, None)]
#[case(Condition::WorkingTime { inside: true }, Some(Saw::WorkingTime(true)))]
#[case(Condition::WorkingTime { inside: false }, None)]
#[case(Condition::Owned { owned: false }, None)]
#[case(Condition::Owned { owned: true }, Some(Saw::Owner(Some(AccountId(7)))))]
#[case(Condition::Clock { from: time(9), to: time(11) }, Some(Saw::Clock(time(10))))]
#[case(Condition::Clock { from: time(22), to: time(10) }, None)]
#[case(Condition::Clock { from: time(22), to: time(11) }, Some(Saw::Clock(time(10))))]
fn a_condition_that_holds_names_what_it_saw(#[case] condition: Condition, #[case] expected: Option<Saw>) {
    let fired = matches(
        &[rule(Trigger::BuyerEnquiry, vec![condition.clone()])],
        &buyer_says("¿Cuánto tarda el ENVIO?"),
        &facts(),
        now(),
    );
    let saw: Option<Vec<Saw>> = fired.first().map(|fired| fired.reason.saw.clone());
    assert_eq!(saw, expected.map(|saw| vec![saw]), "{condition:?}");
}

fn time(hour: i8) -> jiff::civil::Time {
    jiff::civil::time(hour, 0, 0, 0)
}

#[test]
fn a_deadline_is_told_by_kind_and_last_stage() {
    let any = [DeadlineKind::PlatformDue].into();
    let rule = rule(Trigger::DeadlineStage, vec![Condition::Deadline { any }, Condition::LastStage]);
    let fires = |event: &RuleEvent| !matches(std::slice::from_ref(&rule), event, &facts(), now()).is_empty();
    assert!(fires(&stage(DeadlineKind::PlatformDue, true)), "both hold");
    assert!(!fires(&stage(DeadlineKind::PlatformDue, false)), "not the last stage yet");
    assert!(!fires(&stage(DeadlineKind::Reply, true)), "another deadline");
}

#[test]
fn a_draft_says_what_stopped_it() {
    let words = |words: &str| Condition::Words { any: vec![words.into()] };
    let mut rule = rule(
        Trigger::BuyerEnquiry,
        vec![words("talla"), Condition::Owned { owned: true }, Condition::WorkingTime { inside: false }],
    );
    rule.enabled = false;
    let verdict = |event: &RuleEvent, later: i64| {
        let now = Timestamp::from_second(now().as_second() + later).unwrap();
        judge(&rule, event, &facts(), now)
    };
    let stopped = Verdict::Stopped { conditions: vec![0, 2] };
    assert_eq!(
        verdict(&buyer_says("hola"), 0),
        stopped,
        "each condition that does not hold, also when it is off"
    );
    let old = Verdict::TooOld { age_s: FRESH_S + 1 };
    assert_eq!(verdict(&buyer_says("talla"), FRESH_S + 1), old, "how old it was");
    assert_eq!(verdict(&order("SHIPPED", None), 0), Verdict::OtherTrigger, "nothing that it looks for");
}

#[test]
fn an_old_event_fires_nothing() {
    let rules = [rule(Trigger::BuyerEnquiry, Vec::new())];
    let later = |seconds: i64| Timestamp::from_second(now().as_second() + seconds).unwrap();
    assert_eq!(matches(&rules, &buyer_says("x"), &facts(), later(FRESH_S)).len(), 1, "a day old is fresh");
    assert!(
        matches(&rules, &buyer_says("x"), &facts(), later(FRESH_S + 1)).is_empty(),
        "a backlog is silent"
    );
}

#[test]
fn the_text_is_in_the_buyers_language_else_in_english() {
    let mut rule = rule(Trigger::BuyerEnquiry, Vec::new());
    rule.auto_reply = Some(texts("Hello! We answer within 2 hours."));
    let language = |facts: &EventFacts| {
        let fired = matches(std::slice::from_ref(&rule), &buyer_says("x"), facts, now());
        match fired[0].reply.clone() {
            Some(Reply::Suggested { language, .. }) => language,
            other => panic!("a text is offered: {other:?}"),
        }
    };
    assert_eq!(language(&facts()), "es", "the buyer's own");
    assert_eq!(
        language(&EventFacts { language: Some("fr".into()), ..facts() }),
        "en",
        "there is no French one"
    );
    assert_eq!(language(&EventFacts { language: None, ..facts() }), "en", "nobody knows the language");
}

#[test]
fn to_something_sensitive_no_text_is_offered() {
    let mut rule = rule(Trigger::BuyerEnquiry, Vec::new());
    rule.auto_reply = Some(texts("Hello!"));
    let facts = EventFacts { sensitive: vec![Sensitive::Refund], ..facts() };
    let fired = matches(&[rule], &buyer_says("refund!"), &facts, now());
    let withheld = Reply::Withheld { kinds: vec![Sensitive::Refund], hand_over: HandOver::Owner };
    assert_eq!(fired[0].reply, Some(withheld), "a person writes, and the person is named");
}

#[test]
fn a_sound_rule_can_be_saved() {
    let mut rule = rule(Trigger::BuyerEnquiry, vec![Condition::WorkingTime { inside: false }]);
    rule.auto_reply = Some(texts("Hello! We answer within 2 hours."));
    assert_eq!(check_all(&[rule]), [], "nothing is wrong with it");
}

#[test]
fn every_fault_is_told_by_its_code() {
    let mut broken = rule(
        Trigger::ComplaintMail,
        vec![Condition::Words { any: vec![" - ".into()] }, Condition::LastStage],
    );
    broken.name = " ".repeat(41);
    broken.fresh_s = 0;
    broken.targets = vec![Target::Group { accounts: BTreeSet::new() }];
    let mut reply = texts("Write to a@b.example");
    reply.texts.remove("zh");
    reply.texts.insert("ru".into(), String::new());
    reply.texts.insert("pt".into(), "x".repeat(501));
    broken.auto_reply = Some(reply);
    let codes: Vec<String> = check(&broken)
        .iter()
        .map(|fault| serde_json::to_value(fault).unwrap()["code"].as_str().unwrap().to_owned())
        .collect();
    let expected = [
        "no_name",
        "name_too_long",
        "empty_target",
        "never_fresh",
        "empty_condition",
        "condition_never_holds",
        "reply_without_buyer",
        "reply_language_missing",
        "reply_language_missing",
        "reply_forbidden",
        "reply_too_long",
    ];
    assert_eq!(codes, expected, "all at once, so that the owner mends all in one go");
    let nobody = MessageRule { targets: Vec::new(), ..rule(Trigger::Notice, Vec::new()) };
    assert_eq!(check(&nobody), [RuleFault::NoTarget], "a rule that tells nobody is none");
}

#[test]
fn a_trigger_is_kept_under_its_name() {
    for trigger in Trigger::ALL {
        let kept = serde_json::to_value(trigger).unwrap();
        assert_eq!(kept, trigger.as_str(), "the record and the catalogues say the same");
    }
}

#[test]
fn two_rules_cannot_have_one_id() {
    let rules = [rule(Trigger::Notice, Vec::new()), rule(Trigger::Notice, Vec::new())];
    assert_eq!(
        check_all(&rules),
        [(1, RuleFault::DuplicateId { id: MessageRuleId(1) })],
        "the second is at fault"
    );
}

#[test]
fn a_rule_is_stored_as_the_editor_writes_it() {
    let text = r#"{"id":1,"name":"夜间咨询","enabled":true,"trigger":"buyer_enquiry",
        "conditions":[{"condition":"clock","from":"22:00:00","to":"09:00:00"},{"condition":"words","any":["尺码"]}],
        "targets":[{"target":"wecom_group","robot":3},{"target":"owner"}],"auto_reply":null}"#;
    let rule: MessageRule = serde_json::from_str(text).unwrap();
    assert_eq!(rule.fresh_s, FRESH_S, "an age that is not given is a day");
    let again: MessageRule = serde_json::from_str(&serde_json::to_string(&rule).unwrap()).unwrap();
    assert_eq!(again, rule, "nothing is lost on the way to the file and back");
}
