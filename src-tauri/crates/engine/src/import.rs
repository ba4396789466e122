//! Taking in messages from a file, one JSON object a line, through the same door as everything else.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::{Accepted, Mode};
use channels::{Batch, Quarantined, Received};
use domain::{
    Author, Body, BuyerRef, Device, IncomingEvent, IncomingMessage, Platform, RawPayload, StoreId, from_ms,
};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use store::NewStore;

/// Where imported payloads say they came from.
const SOURCE: &str = "import.ndjson";
/// Lines taken in at once, over all stores of the file: some sixty megabytes at the most.
const AT_ONCE: usize = 60_000;

/// One line of a file.
#[derive(Debug, Clone, Deserialize)]
pub struct ImportLine {
    /// The conversation, unique in the store.
    conversation: Value,
    /// The buyer's id, and their name if there is none.
    buyer: String,
    /// The buyer's name.
    #[serde(default)]
    buyer_name: Option<String>,
    /// `aliexpress`, `shopee` or `email`.
    platform: String,
    /// Which store of the platform.
    store: Value,
    /// Milliseconds since 1970.
    sent_at: i64,
    /// `in` from the buyer, `out` from the team.
    direction: String,
    /// The words.
    text: String,
    /// The message's own id; without one it is made from the line.
    #[serde(default)]
    id: Option<Value>,
}

/// Takes in lines in portions.
pub struct Importer {
    engine: Engine,
    stores: HashMap<(Platform, String), StoreId>,
    waiting: HashMap<(StoreId, Platform), Batch>,
    /// How often a line without an id was seen in this file: two equal lines are two messages.
    repeats: HashMap<String, u32>,
    lines: usize,
    accepted: Accepted,
}

impl Importer {
    /// An importer into an open engine.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            stores: HashMap::new(),
            waiting: HashMap::new(),
            repeats: HashMap::new(),
            lines: 0,
            accepted: Accepted::default(),
        }
    }

    /// Takes in one line. One that can't be read is kept in the quarantine.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn line(&mut self, line: &[u8]) -> Result<(), EngineError> {
        let raw = RawPayload { source: SOURCE, bytes: line.to_vec() };
        match serde_json::from_slice::<ImportLine>(line).map_err(|error| error.to_string()).and_then(checked)
        {
            Ok((platform, parsed)) => {
                let store = self.store(platform, &text(&parsed.store)).await?;
                let event = IncomingEvent::Message(self.message(parsed, line));
                let batch = self.waiting.entry((store, platform)).or_default();
                batch.received.push(Received { raw, events: vec![event] });
            }
            Err(why) => {
                let store = self.store(Platform::Mail, "unreadable").await?;
                let batch = self.waiting.entry((store, Platform::Mail)).or_default();
                batch.quarantined.push(Quarantined { raw, why });
            }
        }
        self.lines += 1;
        if self.lines.is_multiple_of(AT_ONCE) {
            self.flush().await?;
        }
        Ok(())
    }

    /// Takes in what waits, and tells how much was taken in so far. Call it at the end of the file.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn flush(&mut self) -> Result<&Accepted, EngineError> {
        let mut waiting: Vec<_> = self.waiting.drain().collect();
        waiting.sort_by_key(|((store, _), _)| *store);
        for ((store, platform), batch) in waiting {
            let accepted = self.engine.accept(store, platform, &batch, Mode::History).await?;
            self.accepted.taken += accepted.taken;
            self.accepted.quarantined += accepted.quarantined;
        }
        Ok(&self.accepted)
    }

    async fn store(&mut self, platform: Platform, name: &str) -> Result<StoreId, EngineError> {
        if let Some(store) = self.stores.get(&(platform, name.to_owned())) {
            return Ok(*store);
        }
        let external_id = format!("import:{name}");
        let known = self.engine.store().stores().await?;
        let known =
            known.iter().find(|row| row.store.platform == platform && row.store.external_id == external_id);
        let store = match known {
            Some(row) => row.id,
            None => {
                let mut tx = self.engine.store().begin().await?;
                let new = NewStore {
                    platform,
                    name: format!("{} {name}", platform.as_str()),
                    external_id,
                    settings: "{}".into(),
                    secret_handle: String::new(),
                };
                let store = tx.add_store(&new, self.engine.now()).await?;
                tx.commit().await?;
                store
            }
        };
        self.stores.insert((platform, name.to_owned()), store);
        Ok(store)
    }

    fn message(&mut self, line: ImportLine, bytes: &[u8]) -> IncomingMessage {
        let provider_id = line.id.as_ref().map_or_else(|| self.made_id(bytes), text);
        let author = if line.direction == "in" { Author::Buyer } else { Author::Seller };
        let name = line.buyer_name.unwrap_or_else(|| line.buyer.clone());
        IncomingMessage {
            provider_id,
            conversation_key: text(&line.conversation),
            buyer: BuyerRef { key: line.buyer, name, country: None },
            author,
            device: Device::Pc,
            body: Body::from_text(line.text),
            sent_at: from_ms(line.sent_at),
            direct_to: None,
            order_no: None,
        }
    }

    /// The same line of the same file gets the same id each time the file is taken in.
    fn made_id(&mut self, bytes: &[u8]) -> String {
        let digest = Sha256::digest(bytes);
        let hash = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>();
        let repeat = self.repeats.entry(hash.clone()).or_insert(0);
        *repeat += 1;
        format!("line:{hash}:{repeat}")
    }
}

fn checked(line: ImportLine) -> Result<(Platform, ImportLine), String> {
    let platform =
        Platform::parse(&line.platform).ok_or_else(|| format!("unknown platform {:?}", line.platform))?;
    match line.direction.as_str() {
        "in" | "out" => Ok((platform, line)),
        other => Err(format!("direction is \"in\" or \"out\", not {other:?}")),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
