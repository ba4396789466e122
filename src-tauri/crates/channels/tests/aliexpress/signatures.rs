use channels::aliexpress::{Params, TopMethod, push_is_signed, sign_iop, sign_top};
use rstest::rstest;

const QUERY: &str = r#"{"current_page":1,"issue_status":"processing","page_size":20}"#;

fn params(pairs: &[(&str, &str)]) -> Params {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[rstest]
#[case(TopMethod::Md5, "94434E8EA3E42DB57CC3648163255C17")]
#[case(TopMethod::Hmac, "129DC90A4C957CA12C918662675E928F")]
fn the_old_family_is_signed_as_its_vectors_say(#[case] method: TopMethod, #[case] sign: &str) {
    let call = params(&[
        ("timestamp", "2026-11-22 10:00:00"),
        ("v", "2.0"),
        ("app_key", "12345678"),
        ("session", "demoSession01"),
        ("method", "aliexpress.issue.issuelist.get"),
        ("format", "json"),
        ("sign_method", method.as_str()),
        ("query_dto", QUERY),
    ]);
    assert_eq!(sign_top(method, "demoTopSecret", &call), sign, "the platform would refuse anything else");
}

#[test]
fn the_official_vector_of_a_path_call_holds() {
    let call = params(&[
        ("access_token", "test"),
        ("app_key", "123456"),
        ("order_id", "1234"),
        ("sign_method", "sha256"),
        ("timestamp", "1517820392000"),
    ]);
    let sign = sign_iop("helloworld", "/order/get", &call);
    let official = "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A";
    assert_eq!(sign, official, "the platform publishes this one itself");
}

#[test]
fn a_token_call_is_signed_with_its_path_in_front() {
    let call = params(&[
        ("app_key", "500001"),
        ("code", "3_500001_demoCode"),
        ("sign_method", "sha256"),
        ("timestamp", "1700000000000"),
    ]);
    let sign = sign_iop("demoIopSecret", "/auth/token/create", &call);
    let expected = "20F7EA6E2D78B77FEC855D32A33DE47BFA64CF7B5145C470B30320E7DADE452B";
    assert_eq!(sign, expected, "the path goes before the pairs");
}

#[test]
fn a_dotted_call_is_signed_without_a_path() {
    let call = params(&[
        ("app_key", "500001"),
        ("format", "json"),
        ("method", "aliexpress.issue.issuelist.get"),
        ("query_dto", QUERY),
        ("session", "demoToken01"),
        ("sign_method", "sha256"),
        ("simplify", "true"),
        ("timestamp", "1700000000000"),
        ("v", "2.0"),
    ]);
    let sign = sign_iop("demoIopSecret", "", &call);
    let expected = "C6ED28AE4AEA5B235F30282F17084DD64C096D557E6534897F0C01EBC1A85A6E";
    assert_eq!(sign, expected, "the method is an ordinary parameter");
}

#[test]
fn a_message_call_is_signed_with_the_slash_in_front() {
    let dto = r#"{"buyer_id":123456,"page_size":20,"start_time":1700000000000}"#;
    let call = params(&[
        ("access_token", "demoToken01"),
        ("app_key", "500001"),
        ("im_query_message_dto", dto),
        ("sign_method", "sha256"),
        ("timestamp", "1700000000000"),
    ]);
    let sign = sign_iop("demoIopSecret", "/aliexpress/message/history/list2", &call);
    let expected = "EDAACB9BFBF6B368FAD86FF9089E597AA1D1D685E6D8670A2719D1F64D1687BD";
    assert_eq!(sign, expected, "the first form that is tried");
}

#[test]
fn empty_values_and_the_signature_itself_are_not_signed() {
    let bare = params(&[("app_key", "1")]);
    let padded = params(&[("app_key", "1"), ("partner_id", ""), ("sign", "ABC")]);
    assert_eq!(sign_iop("s", "", &bare), sign_iop("s", "", &padded), "both rules are common to all families");
    for method in [TopMethod::Md5, TopMethod::Hmac, TopMethod::HmacSha256] {
        assert_eq!(sign_top(method, "s", &bare), sign_top(method, "s", &padded), "{method:?} too");
    }
}

#[test]
fn names_are_sorted_by_bytes() {
    let call = params(&[("b", "2"), ("B", "1")]);
    let md5_of_s_b1_b2_s = sign_top(TopMethod::Md5, "", &params(&[("B1b", "2")]));
    assert_eq!(sign_top(TopMethod::Md5, "", &call), md5_of_s_b1_b2_s, "upper case comes before lower case");
}

#[test]
fn a_push_is_believed_only_with_its_own_signature() {
    let body = br#"{"data":{}}"#;
    let key = "500001";
    let sign = signature_of(key, body);
    assert!(push_is_signed("demoIopSecret", key, body, &sign), "its own signature");
    assert!(push_is_signed("demoIopSecret", key, body, &sign.to_uppercase()), "in either case of letters");
    for wrong in ["", "zz", "00", "é", &sign[..62], &sign.replace('a', "b")] {
        assert!(!push_is_signed("demoIopSecret", key, body, wrong), "not its signature: {wrong}");
    }
    assert!(!push_is_signed("demoIopSecret", key, br#"{"data":{ }}"#, &sign), "every byte is covered");
}

fn signature_of(key: &str, body: &[u8]) -> String {
    let call = params(&[(key, std::str::from_utf8(body).unwrap())]);
    sign_iop("demoIopSecret", "", &call).to_lowercase()
}
