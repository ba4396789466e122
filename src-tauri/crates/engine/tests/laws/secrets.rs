//! Aim: no secret is in the database, the log or an event (invariant 6).

use crate::common::{House, files_in};
use channels::Tokens;
use domain::{Platform, Secret};
use engine::{Connection, Event, SecretSet};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

const KEY: &str = "partner-key-5f1d0c77e2";
const ACCESS: &str = "access-token-91b2aa40d3";
const REFRESH: &str = "refresh-token-7c44e0f9a1";

/// Keeps everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn connection(platform: Platform) -> Connection {
    Connection {
        platform,
        name: format!("{platform:?}"),
        // Nobody listens there: every call fails, and failures are what gets logged.
        host: if platform == Platform::Mail { "127.0.0.1:1".into() } else { "http://127.0.0.1:1".into() },
        account: "2001234".into(),
        shop_id: "777".into(),
        region: "SG".into(),
        company: String::new(),
        interface: domain::Interface::Usual,
        every_s: 1,
        folders: Vec::new(),
        demo: false,
    }
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[tokio::test]
async fn no_secret_is_in_the_database_the_log_or_an_event() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    // While there is a single one, a place that logs for the first time in another test would be silent for good.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(subscriber);
    let house = House::solo().await;
    let mut events = house.engine.bus().subscribe();
    let mut told = String::new();
    for platform in [Platform::Shopee, Platform::AliExpress, Platform::Mail] {
        let until = house.engine.now();
        let tokens = (platform != Platform::Mail).then(|| Tokens {
            access: Secret::new(ACCESS),
            refresh: Secret::new(REFRESH),
            access_until: until,
            refresh_until: None,
        });
        let secrets = SecretSet { key: Secret::new(KEY), tokens };
        told.push_str(&format!("{secrets:?}"));
        house.engine.connect(&connection(platform), secrets).await.unwrap();
    }
    let mut troubled = 0;
    while troubled < 3 {
        let event = events.recv().await.unwrap();
        told.push_str(&format!("{event:?}"));
        troubled += usize::from(matches!(event, Event::StoreTrouble(..)));
    }
    let rows = house.engine.store().stores().await.unwrap();
    told.push_str(&format!("{rows:?}"));
    let kept = house.vault.all();
    assert!(
        kept.iter().any(|secret| secret.expose() == KEY),
        "the safe has them: the test looks for the right words"
    );
    assert!(kept.iter().any(|secret| holds(secret.expose().as_bytes(), REFRESH)), "the tokens too");

    let mut looked_at = 0;
    let mut search = |name: &str, bytes: &[u8]| {
        looked_at += bytes.len();
        for secret in [KEY, ACCESS, REFRESH] {
            assert!(!holds(bytes, secret), "{secret} must not be in {name}");
        }
    };
    // With the log file beside it, before it is folded in; and once more after.
    let mut files = files_in(house.dir.path());
    house.engine.stop().await.unwrap();
    files.extend(files_in(house.dir.path()));
    files.iter().for_each(|(path, bytes)| search(&path.display().to_string(), bytes));
    search("an event", told.as_bytes());
    let logged = log.0.lock().unwrap().clone();
    assert!(holds(&logged, "could not be read"), "failures were logged: the test looks at something");
    search("the log", &logged);
    assert!(looked_at > 100_000, "and at files: {looked_at} bytes");
}

#[tokio::test]
async fn a_store_that_is_connected_already_keeps_the_secrets_it_works_with() {
    let house = House::solo().await;
    let secrets = |key: &str| SecretSet { key: Secret::new(key), tokens: None };
    house.engine.connect(&connection(Platform::Shopee), secrets("right")).await.unwrap();
    let again = house.engine.connect(&connection(Platform::Shopee), secrets("wrong")).await;
    assert!(again.is_err(), "the same shop twice is refused");
    assert_eq!(house.vault.all(), [Secret::new("right")], "and a slip of the pen locks nobody out");
}
