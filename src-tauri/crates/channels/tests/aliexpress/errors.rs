use channels::aliexpress::{ApiError, Verdict};
use rstest::rstest;
use std::time::Duration;

fn error(code: &str, sub_code: &str, message: &str) -> ApiError {
    ApiError { code: code.into(), sub_code: sub_code.into(), message: message.into(), business: false }
}

#[rstest]
#[case("7", "accesscontrol.limited-by-app-access-count", Verdict::Wait(None))]
#[case("4", "", Verdict::Wait(None))]
#[case("8", "", Verdict::Wait(None))]
#[case("AppCallLimit", "", Verdict::Wait(None))]
#[case("SellerCallLimit", "", Verdict::Wait(None))]
#[case("9", "", Verdict::Refused)]
#[case("10", "", Verdict::PlatformTrouble)]
#[case("UnknownRuntimeException", "", Verdict::PlatformTrouble)]
#[case("11", "isv.permission-api-package-limit", Verdict::CapabilityOff)]
#[case("13", "", Verdict::CapabilityOff)]
#[case("12", "isv.permission-ip-whitelist-limit", Verdict::Owner)]
#[case("AppWhiteIpLimit", "", Verdict::Owner)]
#[case("15", "isp.http-read-timeout", Verdict::PlatformTrouble)]
#[case("15", "isv.invalid-parameter", Verdict::Refused)]
#[case("15", "", Verdict::PlatformTrouble)]
#[case("21", "", Verdict::Refused)]
#[case("22", "", Verdict::CapabilityOff)]
#[case("InvalidApiPath", "", Verdict::CapabilityOff)]
#[case("UnsupportedMethod", "", Verdict::CapabilityOff)]
#[case("25", "", Verdict::Signature)]
#[case("IncompleteSignature", "", Verdict::Signature)]
#[case("27", "session-is-blank", Verdict::Token)]
#[case("IllegalAccessToken", "", Verdict::Token)]
#[case("AccessTokenExpired", "", Verdict::Token)]
#[case("29", "", Verdict::Owner)]
#[case("InvalidAppKey", "", Verdict::Owner)]
#[case("31", "", Verdict::Clock)]
#[case("IllegalTimestamp", "", Verdict::Clock)]
#[case("33", "", Verdict::Refused)]
#[case("41", "", Verdict::Refused)]
#[case("MissingParameter", "", Verdict::Refused)]
#[case("ServiceTimeout", "", Verdict::PlatformTrouble)]
#[case("SomethingNew", "", Verdict::Refused)]
fn a_code_asks_for_what_the_documents_say(#[case] code: &str, #[case] sub: &str, #[case] verdict: Verdict) {
    assert_eq!(error(code, sub, "").verdict(), verdict, "{code} {sub}");
}

#[rstest]
#[case("This ban will last for 3 more seconds", Some(3))]
#[case("banned for 17 seconds", Some(17))]
#[case("App Call Limited", None)]
#[case("999999999999999999999999 seconds", None)]
fn the_platform_may_say_how_long_to_wait(#[case] message: &str, #[case] seconds: Option<u64>) {
    let verdict = error("ApiCallLimit", "", message).verdict();
    assert_eq!(verdict, Verdict::Wait(seconds.map(Duration::from_secs)), "{message}");
    let verdict = error("7", "accesscontrol.limited-by-api-access-count", message).verdict();
    assert_eq!(verdict, Verdict::Wait(seconds.map(Duration::from_secs)), "the old family: {message}");
}

#[test]
fn words_of_a_withdrawn_interface_switch_it_off() {
    assert_eq!(error("x", "", "The api not exist").verdict(), Verdict::CapabilityOff, "whatever its code");
    assert_eq!(error("x", "", "Invalid method").verdict(), Verdict::CapabilityOff, "whatever its code");
}

#[test]
fn a_number_inside_a_success_is_not_a_gateway_code() {
    let business = ApiError { business: true, ..error("7", "", "") };
    assert_eq!(business.verdict(), Verdict::Refused, "an API's own 7 is no call limit");
}
