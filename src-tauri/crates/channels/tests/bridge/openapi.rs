//! The description that is served is the one that is shipped.

use crate::support::Served;
use channels::bridge::description;
use std::path::Path;

#[test]
fn the_shipped_description_is_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/bridge/openapi.json");
    let (kept, made) = (std::fs::read_to_string(&file).unwrap_or_default(), description());
    if kept != made {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &made).unwrap();
    }
    assert!(
        kept == made,
        "docs/bridge/openapi.json was out of date and has been written anew: look at it and commit it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_is_served_to_whoever_has_a_token() {
    let served = Served::start().await;
    let answer = served.call("GET", "/openapi.json", "").await;
    assert_eq!(answer.status, 200, "a bridge can read what it speaks to");
    assert_eq!(answer.json()["openapi"], "3.1.0", "in the version that tools read");
    let described: Vec<String> = answer.json()["paths"].as_object().unwrap().keys().cloned().collect();
    let paths =
        ["/v1/events", "/v1/hello", "/v1/replies", "/v1/replies/{id}/ack", "/v1/replies/{id}/picture"];
    assert_eq!(described, paths, "every path is described");
}
