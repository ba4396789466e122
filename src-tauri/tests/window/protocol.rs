//! One call of the WebDriver protocol, and the HTTP client for it.

use reqwest::{Client, Method};
use serde_json::Value;
use std::time::Duration;

/// One call, which includes starting the program.
const CALL: Duration = Duration::from_secs(60);
// The keys of a keyboard that have no character.
pub(crate) const CONTROL: &str = "\u{E009}";
pub(crate) const ENTER: &str = "\u{E007}";
pub(crate) const ESCAPE: &str = "\u{E00C}";

/// The key under which the protocol hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// For this computer only.
pub(crate) fn client() -> Client {
    // The client asks for a TLS provider even where nothing is encrypted.
    channels::http::install_tls_provider();
    Client::builder().no_proxy().timeout(CALL).build().unwrap()
}

/// Asks the driver.
///
/// # Errors
/// In the driver's words.
pub(crate) async fn call(
    client: &Client,
    method: Method,
    url: &str,
    body: Option<&Value>,
) -> Result<Value, String> {
    let mut request = client.request(method, url);
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await.map_err(|error| error.to_string())?;
    let fine = answer.status().is_success();
    let mut answer: Value = answer.json().await.map_err(|error| error.to_string())?;
    let value = answer["value"].take();
    if fine { Ok(value) } else { Err(format!("{}: {}", value["error"], value["message"])) }
}

/// The id of the element that an answer hands out.
pub(crate) fn element_id(answer: &Value) -> Result<String, String> {
    Ok(answer[ELEMENT].as_str().ok_or("the driver answers with an element")?.to_owned())
}
