use super::*;
use proptest::prelude::*;
use rstest::rstest;

const NOW: &str = "2026-11-25T00:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn nothing_known(platform: Platform) -> Facts {
    Facts {
        platform,
        access: None,
        company: None,
        shop: None,
        authorised_until: None,
        capabilities: Vec::new(),
        caller: None,
        platform_clock: None,
        login: None,
    }
}

fn outcome(facts: &Facts, check: Check) -> Outcome {
    let lines = connection_test(facts, at(NOW), &Limits::shipped());
    lines.into_iter().find(|(line, _)| *line == check).unwrap().1
}

fn code(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Open => "open",
        Outcome::Warned(finding) | Outcome::Failed(finding) => finding.code,
    }
}

/// A name with its differing pieces in brackets.
fn marked(pieces: &[Piece]) -> String {
    pieces.iter().map(|p| if p.differs { format!("[{}]", p.text) } else { p.text.clone() }).collect()
}

#[rstest]
#[case("深圳潮铃科技有限公司", "深圳潮铃科技有限责任公司", "深圳潮铃科技有限公司", "深圳潮铃科技有限[责任]公司", &[NameTrait::Characters])]
#[case("潮铃(深圳)有限公司", "潮铃（深圳）有限公司", "潮铃[(]深圳[)]有限公司", "潮铃[（]深圳[）]有限公司", &[NameTrait::Width])]
#[case("潮铃 有限公司", "潮铃有限公司", "潮铃[ ]有限公司", "潮铃有限公司", &[NameTrait::Spaces])]
#[case("潮铃有限公司\u{200B}", "潮铃有限公司", "潮铃有限公司[\u{200B}]", "潮铃有限公司", &[NameTrait::Spaces])]
#[case("潮铃（深圳） 有限公司", "潮铃(深圳)有限公司", "潮铃[（]深圳[） ]有限公司", "潮铃[(]深圳[)]有限公司",
    &[NameTrait::Width, NameTrait::Spaces])]
#[case("Tide LTD", "Tide Ltd", "Tide L[TD]", "Tide L[td]", &[NameTrait::Case])]
#[case("潮铃\u{3000}有限公司", "潮铃 有限公司", "潮铃[\u{3000}]有限公司", "潮铃[ ]有限公司", &[NameTrait::Width])]
#[case("", "潮铃", "", "[潮铃]", &[NameTrait::Characters])]
#[case("甲", "乙", "[甲]", "[乙]", &[NameTrait::Characters])]
fn differing_characters_are_marked(
    #[case] ours: &str,
    #[case] theirs: &str,
    #[case] marked_ours: &str,
    #[case] marked_theirs: &str,
    #[case] traits: &[NameTrait],
) {
    let mismatch = compare_names(ours, theirs).unwrap();
    assert_eq!(marked(&mismatch.ours), marked_ours, "what the owner has to look at here");
    assert_eq!(marked(&mismatch.theirs), marked_theirs, "and at the platform");
    assert_eq!(mismatch.traits, traits, "brackets of another width look alike: it has to be said");
    let facts = Facts { company: Some((ours.into(), theirs.into())), ..nothing_known(Platform::Shopee) };
    assert_eq!(code(&outcome(&facts, Check::Company)), "ERR_AUTH_MISMATCH", "the code sellers know");
}

#[test]
fn the_same_name_passes() {
    let same = Some(("潮铃有限公司".to_owned(), "潮铃有限公司".to_owned()));
    let facts = Facts { company: same, ..nothing_known(Platform::Shopee) };
    assert_eq!(outcome(&facts, Check::Company), Outcome::Passed, "to the letter");
}

#[rstest]
#[case("2026-11-25T00:00:00Z", "ERR_AUTH_EXPIRED", None)]
#[case("2026-11-24T23:59:59Z", "ERR_AUTH_EXPIRED", None)]
#[case("2026-11-25T00:00:01Z", "WARN_AUTH_EXPIRING", Some(0))]
#[case("2026-12-01T23:59:59Z", "WARN_AUTH_EXPIRING", Some(6))]
#[case("2026-12-02T00:00:00Z", "WARN_AUTH_EXPIRING", Some(7))]
#[case("2026-12-02T00:00:01Z", "passed", None)]
fn an_end_is_warned_of_for_seven_days(
    #[case] until: &str,
    #[case] expected: &str,
    #[case] days: Option<i64>,
) {
    let facts = Facts { authorised_until: Some(at(until)), ..nothing_known(Platform::AliExpress) };
    let outcome = outcome(&facts, Check::Authorisation);
    assert_eq!(code(&outcome), expected, "it ends at {until}");
    let told = if let Outcome::Warned(Finding { cause: Cause::Expiring { days, .. }, .. }) = &outcome {
        Some(*days)
    } else {
        None
    };
    assert_eq!(told, days, "whole days, so that nobody counts on an hour that is not there");
}

#[rstest]
#[case(Platform::Shopee, "2026-11-25T00:05:00Z", "passed", 0)]
#[case(Platform::Shopee, "2026-11-25T00:05:01Z", "ERR_CLOCK_SKEW", -301)]
#[case(Platform::Shopee, "2026-11-24T23:54:59Z", "ERR_CLOCK_SKEW", 301)]
#[case(Platform::AliExpress, "2026-11-25T00:10:00Z", "passed", 0)]
#[case(Platform::AliExpress, "2026-11-25T08:00:00Z", "ERR_CLOCK_SKEW", -28_800)]
fn a_clock_may_be_off_as_far_as_the_platform_says(
    #[case] platform: Platform,
    #[case] theirs: &str,
    #[case] expected: &str,
    #[case] ahead: i64,
) {
    let facts = Facts { platform_clock: Some(at(theirs)), ..nothing_known(platform) };
    let outcome = outcome(&facts, Check::Clock);
    assert_eq!(code(&outcome), expected, "theirs is {theirs}");
    if let Outcome::Failed(Finding { cause: Cause::Skewed { ahead_s, .. }, .. }) = outcome {
        assert_eq!(ahead_s, ahead, "which way and how far, so that a wrong time zone is recognised");
    }
}

#[rstest]
#[case(ShopState::Normal, "passed", None)]
#[case(ShopState::Inactive, "ERR_SHOP_INACTIVE", Some(Remedy::ActivateShop))]
#[case(ShopState::Frozen, "ERR_SHOP_FROZEN", Some(Remedy::ClearFreeze))]
#[case(ShopState::Banned, "ERR_SHOP_BANNED", Some(Remedy::AskPlatform))]
fn a_shop_that_does_not_sell_says_why(
    #[case] state: ShopState,
    #[case] expected: &str,
    #[case] remedy: Option<Remedy>,
) {
    let facts = Facts { shop: Some(state), ..nothing_known(Platform::Shopee) };
    let outcome = outcome(&facts, Check::Shop);
    assert_eq!(code(&outcome), expected, "{state:?}");
    let told = if let Outcome::Failed(finding) = outcome { Some(finding.remedy) } else { None };
    assert_eq!(told, remedy, "and what helps");
}

#[test]
fn each_missing_permission_is_a_line_with_the_platforms_word() {
    let word = "error_api_permission".to_owned();
    let capabilities = vec![
        (Capability::ReadChat, CapabilityState::Off { code: word.clone() }),
        (Capability::Orders, CapabilityState::On),
        (Capability::Disputes, CapabilityState::Unknown),
    ];
    let facts = Facts { capabilities, ..nothing_known(Platform::Shopee) };
    let chat = outcome(&facts, Check::Permission(Capability::ReadChat));
    let missing = failed("ERR_PERMISSION_MISSING", Cause::Denied { word }, Remedy::ApplyForPermission);
    assert_eq!(chat, missing, "the word is what the platform's support asks for");
    assert_eq!(outcome(&facts, Check::Permission(Capability::Orders)), Outcome::Passed, "the others work");
    assert_eq!(outcome(&facts, Check::Permission(Capability::Disputes)), Outcome::Open, "not asked yet");
}

#[test]
fn an_address_that_is_not_listed_is_named() {
    let caller = |listed| Some(Caller { listed, address: Some("203.0.113.7".into()) });
    let facts = Facts { caller: caller(false), ..nothing_known(Platform::Shopee) };
    let cause = Cause::NotListed { address: Some("203.0.113.7".into()) };
    let expected = failed("ERR_IP_NOT_LISTED", cause, Remedy::ListAddress);
    assert_eq!(outcome(&facts, Check::Caller), expected, "the owner has to type it somewhere");
    let facts = Facts { caller: caller(true), ..nothing_known(Platform::Shopee) };
    assert_eq!(outcome(&facts, Check::Caller), Outcome::Passed, "listed");
}

#[rstest]
#[case("imap.163.com", "LOGIN Login error or password error", LoginRefusal::CodeNeeded)]
#[case("imap.qq.com", "Login fail. A password is required.", LoginRefusal::CodeNeeded)]
#[case("imap.exmail.qq.com", "Login fail.", LoginRefusal::AppPasswordNeeded)]
#[case("IMAP.QQ.COM.", "no", LoginRefusal::CodeNeeded)]
#[case("imap.notqq.com", "no", LoginRefusal::Wrong)]
#[case("mail.shop.example", "请使用授权码登录", LoginRefusal::CodeNeeded)]
#[case(
    "imap.163.com",
    "EXAMINE Unsafe Login. Please contact kefu@188.com for help",
    LoginRefusal::ProgramRefused
)]
#[case("imap.gmail.com", "[ALERT] Application-specific password required", LoginRefusal::AppPasswordNeeded)]
#[case("imap.gmail.com", "[ALERT] Your account is not enabled for IMAP use.", LoginRefusal::ImapOff)]
#[case("outlook.office365.com", "LOGIN failed.", LoginRefusal::BrowserNeeded)]
#[case("mail.shop.example", "LOGIN failed.", LoginRefusal::Wrong)]
fn a_mailbox_says_which_secret_it_wants(
    #[case] host: &str,
    #[case] answer: &str,
    #[case] refusal: LoginRefusal,
) {
    let login = Some(Login::Refused { host: host.into(), answer: answer.into() });
    let facts = Facts { login, ..nothing_known(Platform::Mail) };
    let Outcome::Failed(finding) = outcome(&facts, Check::Mailbox) else { panic!("refused is failed") };
    assert_eq!(finding.cause, Cause::Login { refusal }, "{host}: {answer}");
}

#[test]
fn a_mailbox_that_was_signed_in_to_through_the_browser_can_be_over() {
    let of = |until: Option<&str>| {
        let facts = Facts { authorised_until: until.map(at), ..nothing_known(Platform::Mail) };
        let lines = connection_test(&facts, at(NOW), &Limits::shipped());
        lines.into_iter().find(|(check, _)| *check == Check::Authorisation).map(|(_, outcome)| outcome)
    };
    assert_eq!(of(None), None, "a password has no date");
    let over = of(Some(NOW));
    assert!(
        matches!(&over, Some(Outcome::Failed(finding)) if finding.code == "ERR_AUTH_EXPIRED"),
        "the owner signs in again: {over:?}"
    );
}

#[test]
fn what_is_not_known_is_open_and_never_passed() {
    for platform in [Platform::Shopee, Platform::AliExpress, Platform::Mail] {
        for (check, outcome) in connection_test(&nothing_known(platform), at(NOW), &Limits::shipped()) {
            assert_eq!(outcome, Outcome::Open, "{check:?} of {platform:?} was not found out");
        }
    }
}

proptest! {
    #[test]
    fn pieces_put_together_are_the_names(ours in "\\PC{0,40}", theirs in "\\PC{0,40}") {
        match compare_names(&ours, &theirs) {
            None => prop_assert_eq!(ours, theirs, "only the same name has no mismatch"),
            Some(mismatch) => {
                let whole = |pieces: &[Piece]| pieces.iter().map(|p| p.text.as_str()).collect::<String>();
                let same = |pieces: &[Piece]| {
                    pieces.iter().filter(|p| !p.differs).map(|p| p.text.as_str()).collect::<String>()
                };
                prop_assert_eq!(whole(&mismatch.ours), ours, "no character is lost");
                prop_assert_eq!(whole(&mismatch.theirs), theirs, "no character is lost");
                prop_assert_eq!(same(&mismatch.ours), same(&mismatch.theirs), "what is not marked is the same");
                let marked = mismatch.ours.iter().chain(&mismatch.theirs).any(|p| p.differs);
                prop_assert!(marked && !mismatch.traits.is_empty(), "a mismatch shows where and says in what");
            }
        }
    }
}
