use super::*;

fn metadata(name: &str, used: &str, kind: &str) -> Vec<Package> {
    let ours = MAY_USE.iter().filter(|(other, _)| *other != name);
    let ours: Vec<String> =
        ours.map(|(other, _)| format!(r#"{{"name":"{other}","dependencies":[]}}"#)).collect();
    let text = format!(
        r#"{{"packages":[{{"name":"{name}","dependencies":[{{"name":"{used}","kind":{kind}}}]}},{}]}}"#,
        ours.join(",")
    );
    parse(&text).unwrap()
}

fn complaints(name: &str, used: &str, kind: &str) -> Vec<String> {
    check(&metadata(name, used, kind)).into_iter().map(|f| f.what).collect()
}

#[test]
fn a_dependency_that_points_down_is_fine() {
    assert!(complaints("rules", "domain", "null").is_empty(), "rules stand on the domain");
    assert!(complaints("engine", "store", "null").is_empty(), "the engine composes");
    assert!(complaints("bench", "engine", "null").is_empty(), "the bench measures everything");
}

#[test]
fn a_dependency_that_points_up_or_sideways_is_found() {
    assert_eq!(complaints("domain", "rules", "null"), ["`domain` must not know `rules`"], "up");
    assert_eq!(complaints("store", "channels", "null"), ["`store` must not know `channels`"], "sideways");
    assert_eq!(
        complaints("store", "rules", r#""dev""#),
        ["`store` must not know `rules`"],
        "in tests as well"
    );
}

#[test]
fn the_pretend_platforms_are_for_tests() {
    assert!(complaints("channels", "sandbox", r#""dev""#).is_empty(), "wire tests need a wire");
    assert_eq!(
        complaints("channels", "sandbox", "null"),
        ["`channels` must not know `sandbox`"],
        "never in the product"
    );
    assert_eq!(
        complaints("rules", "sandbox", r#""dev""#),
        ["`rules` must not know `sandbox`"],
        "nor in pure tests"
    );
}

#[test]
fn a_pure_crate_uses_nothing_that_can_do_io() {
    for library in ["tokio", "sqlx", "reqwest", "tauri"] {
        let what = complaints("rules", library, "null");
        assert_eq!(what.len(), 1, "one complaint for {library}: {what:?}");
    }
    assert!(complaints("rules", "jiff", "null").is_empty(), "time arithmetic is pure");
    assert!(complaints("rules", "proptest", r#""dev""#).is_empty(), "tests may use what they need");
}

#[test]
fn a_library_away_from_home_is_found() {
    assert_eq!(complaints("engine", "tauri-plugin-autostart", "null").len(), 1, "only the shell knows Tauri");
    assert_eq!(complaints("engine", "sqlx", "null").len(), 1, "only the store knows SQL");
    assert_eq!(complaints("store", "rand_core", "null").len(), 1, "chance belongs to the edges");
    assert!(complaints("engine", "axum", r#""dev""#).is_empty(), "tests of the engine may serve HTTP");
    assert!(complaints("tidebell", "tauri", "null").is_empty(), "at home");
}

#[test]
fn a_package_without_a_place_is_found() {
    let what = check(&parse(r#"{"packages":[{"name":"common","dependencies":[]}]}"#).unwrap());
    assert_eq!(what.len(), 1, "a new crate needs a decision, not a habit: {what:?}");
}
