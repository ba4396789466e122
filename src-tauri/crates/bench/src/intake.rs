//! The whole intake: a file of a million messages, then one live message at a time.

use crate::bare::Bare;
use crate::measure::{Report, ms, percentile, rate, timed};
use channels::{Batch, Received};
use domain::{
    Author, Body, BuyerRef, Device, IncomingEvent, IncomingMessage, Platform, RawPayload, Secret, from_ms,
    to_ms,
};
use engine::{Engine, Importer, Mode, Notice, Notifier, Ports, SecretVault, SystemClock, VaultError};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Live messages measured.
const LIVE: i64 = 300;

struct Nobody;

impl Notifier for Nobody {
    fn raise(&self, _: &Notice) -> Result<(), String> {
        Ok(())
    }
}

impl SecretVault for Nobody {
    fn get(&self, _: &str) -> Result<Option<Secret>, VaultError> {
        Ok(None)
    }
    fn set(&self, _: &str, _: &Secret) -> Result<(), VaultError> {
        Err(VaultError("a bench keeps no secrets".into()))
    }
    fn delete(&self, _: &str) -> Result<(), VaultError> {
        Ok(())
    }
}

async fn open(data: &Path) -> Result<Engine, String> {
    let ports = Ports {
        clock: Arc::new(SystemClock),
        notifier: Arc::new(Nobody),
        vault: Arc::new(Nobody),
        outside: None,
    };
    Engine::open(data, "main", ports).await.map_err(|error| error.to_string())
}

/// Takes in the corpus; then opens the folder again and tells how long that took.
pub(crate) async fn run(
    corpus: &Path,
    data: &Path,
    bare: &Bare,
    report: &mut Report,
) -> Result<Engine, String> {
    let engine = open(data).await?;
    let mut importer = Importer::new(engine.clone());
    let input = BufReader::with_capacity(1 << 20, File::open(corpus).map_err(|error| error.to_string())?);
    let started = Instant::now();
    for line in input.split(b'\n') {
        let line = line.map_err(|error| error.to_string())?;
        importer.line(&line).await.map_err(|error| error.to_string())?;
    }
    let taken = importer.flush().await.map_err(|error| error.to_string())?.taken;
    let spent = started.elapsed();
    report.line("import through the whole intake", "messages/s", rate(taken, spent), Some(bare.import_per_s));
    drop(importer);
    engine.stop().await.map_err(|error| error.to_string())?;
    drop(engine);
    let (again, time) = timed(open(data)).await;
    report.line("open the folder", "ms", ms(time), None);
    again
}

/// One live message, received to committed.
pub(crate) async fn live(engine: &Engine, bare: &Bare, report: &mut Report) -> Result<(), String> {
    let store = engine.store().stores().await.map_err(|error| error.to_string())?;
    let store = store
        .iter()
        .find(|row| row.store.platform == Platform::AliExpress)
        .ok_or("no store was imported")?
        .id;
    let mut samples = Vec::new();
    for number in 0..LIVE {
        let batch = message(number, to_ms(engine.now()));
        let (done, time) = timed(engine.accept(store, Platform::AliExpress, &batch, Mode::Live)).await;
        done.map_err(|error| error.to_string())?;
        samples.push(ms(time));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    report.line("one live message p50", "ms", percentile(samples.clone(), 50), Some(bare.commit_ms.0));
    report.line("one live message p99", "ms", percentile(samples, 99), Some(bare.commit_ms.1));
    let (done, time) = timed(engine.tick()).await;
    done.map_err(|error| error.to_string())?;
    report.line("one alert tick on this data", "ms", ms(time), None);
    Ok(())
}

fn message(number: i64, now_ms: i64) -> Batch {
    let event = IncomingMessage {
        provider_id: format!("live:{number}"),
        conversation_key: format!("live-{}", number % 40),
        buyer: BuyerRef {
            key: format!("live-{}", number % 40),
            name: "María G.".into(),
            country: Some("ES".into()),
        },
        author: Author::Buyer,
        device: Device::Pc,
        body: Body::from_text("¿Cuándo llega mi pedido 8192003312764471? 退款"),
        sent_at: from_ms(now_ms),
        direct_to: None,
        order_no: None,
    };
    let raw = RawPayload { source: "bench", bytes: format!("live {number}").into_bytes() };
    Batch {
        received: vec![Received { raw, events: vec![IncomingEvent::Message(event)] }],
        ..Batch::default()
    }
}
