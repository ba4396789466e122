//! Taking in messages from a file, one JSON object a line, through the same door as everything else.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::intake::{Accepted, Portion};
use channels::{Quarantined, Received};
use domain::{
    Author, Body, BuyerRef, Device, Flaw, IncomingEvent, IncomingMessage, Platform, RawPayload, StoreId,
    UnreadableCause, from_ms,
};
use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use store::{Memory, NewStore, PackedRaw, StoreError};
use tokio::task::JoinHandle;

/// Where imported payloads say they came from.
pub(crate) const SOURCE: &str = "import.ndjson";
/// Lines of one transaction. Twice as many are in memory: some sixty megabytes at the most.
const AT_ONCE: usize = 20_000;
/// Pages of the search index merged in one transaction at the end, when nobody waits: eight megabytes.
const MERGED: u32 = 2_000;

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

/// Takes in lines in portions: while one is written, the next is read and packed on another thread.
pub struct Importer {
    engine: Engine,
    stores: HashMap<(Platform, String), StoreId>,
    /// Lines of one transaction.
    portion: usize,
    waiting: Vec<Vec<u8>>,
    /// Reads the portion before; none before the first.
    reading: Option<JoinHandle<Reading>>,
    accepted: Accepted,
    memory: Memory,
}

impl Importer {
    /// An importer into an open engine.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            stores: HashMap::new(),
            portion: AT_ONCE,
            waiting: Vec::new(),
            reading: None,
            accepted: Accepted::default(),
            memory: Memory::default(),
        }
    }

    /// Takes so many lines in at once, at least one: fewer need less memory, and more time.
    #[must_use]
    pub fn in_portions_of(mut self, lines: usize) -> Self {
        self.portion = lines.max(1);
        self
    }

    /// Takes in one line. One that can't be read is kept in the quarantine.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn line(&mut self, line: &[u8]) -> Result<(), EngineError> {
        self.waiting.push(line.to_vec());
        if self.waiting.len() >= self.portion {
            self.turn().await?;
        }
        Ok(())
    }

    /// Takes in what waits, leaves the search index in one piece, and tells how much was taken in. Call it at the end
    /// of the file.
    ///
    /// # Errors
    /// If the file refuses.
    pub async fn finish(mut self) -> Result<Accepted, EngineError> {
        self.turn().await?;
        self.turn().await?;
        while self.engine.store().tidy_search(MERGED).await? {}
        self.engine.store().release_memory().await?;
        Ok(self.accepted)
    }

    /// Begins to read what waits, and writes what was read.
    async fn turn(&mut self) -> Result<(), EngineError> {
        let (mut reader, read) = match self.reading.take() {
            Some(reading) => reading.await.map_err(|error| EngineError::invalid(error.to_string()))??,
            None => (Reader::default(), Vec::new()),
        };
        let lines = std::mem::take(&mut self.waiting);
        self.reading = Some(tokio::task::spawn_blocking(move || {
            let read = reader.read(lines)?;
            Ok((reader, read))
        }));
        if read.is_empty() {
            return Ok(());
        }
        let mut portions = Vec::with_capacity(read.len());
        for Read { platform, store, payloads, events, quarantined } in read {
            let store = self.store(platform, &store).await?;
            portions.push(Portion { store, platform, payloads, events, quarantined });
        }
        let accepted = self.engine.accept_history(&portions, Some(&mut self.memory)).await?;
        self.accepted.taken += accepted.taken;
        self.accepted.quarantined += accepted.quarantined;
        Ok(())
    }

    async fn store(&mut self, platform: Platform, name: &str) -> Result<StoreId, EngineError> {
        if let Some(store) = self.stores.get(&(platform, name.to_owned())) {
            return Ok(*store);
        }
        let store = self.engine.import_store(platform, name).await?;
        self.stores.insert((platform, name.to_owned()), store);
        Ok(store)
    }
}

impl Engine {
    /// The store of imported messages with this name; made if it is not there.
    pub(crate) async fn import_store(&self, platform: Platform, name: &str) -> Result<StoreId, EngineError> {
        let external_id = format!("import:{name}");
        let known = self.store().stores().await?;
        let known =
            known.iter().find(|row| row.store.platform == platform && row.store.external_id == external_id);
        if let Some(row) = known {
            return Ok(row.id);
        }
        let new = NewStore {
            platform,
            name: format!("{} {name}", platform.as_str()),
            external_id,
            settings: "{}".into(),
            secret_handle: String::new(),
        };
        let mut tx = self.store().begin().await?;
        let store = tx.add_store(&new, self.now()).await?;
        tx.commit().await?;
        Ok(store)
    }
}

/// The reader, for the next portion, and what it has read.
type Reading = Result<(Reader, Vec<Read>), StoreError>;

/// What some lines hold of one store.
struct Read {
    platform: Platform,
    store: String,
    payloads: Vec<PackedRaw>,
    events: Vec<IncomingEvent>,
    quarantined: Vec<Quarantined>,
}

/// Turns lines into events.
#[derive(Default)]
struct Reader {
    /// How often a line without an id was seen in this file: two equal lines are two messages.
    repeats: HashMap<[u8; 16], u32>,
}

impl Reader {
    /// Reads lines, and gathers them by store in the order in which the stores come up.
    fn read(&mut self, lines: Vec<Vec<u8>>) -> Result<Vec<Read>, StoreError> {
        let mut places: HashMap<(Platform, String), usize> = HashMap::new();
        let (mut read, mut raws): (Vec<Read>, Vec<Vec<RawPayload>>) = (Vec::new(), Vec::new());
        for bytes in lines {
            let line = read_line(&bytes);
            let (platform, store) = match &line {
                Ok((platform, line)) => (*platform, text(&line.store)),
                Err(_) => (Platform::Mail, "unreadable".to_owned()),
            };
            let at = *places.entry((platform, store.clone())).or_insert_with(|| {
                let nothing = (Vec::new(), Vec::new(), Vec::new());
                let (payloads, events, quarantined) = nothing;
                read.push(Read { platform, store, payloads, events, quarantined });
                raws.push(Vec::new());
                read.len() - 1
            });
            match line {
                Ok((_, line)) => {
                    read[at].events.push(IncomingEvent::Message(self.message(line, &bytes)));
                    raws[at].push(RawPayload { source: SOURCE, bytes });
                }
                Err(flaw) => {
                    let raw = RawPayload { source: SOURCE, bytes };
                    read[at].quarantined.push(Quarantined::new(raw, flaw));
                }
            }
        }
        for (read, raws) in read.iter_mut().zip(&raws) {
            read.payloads = PackedRaw::pack_all(raws)?;
        }
        Ok(read)
    }

    fn message(&mut self, line: ImportLine, bytes: &[u8]) -> IncomingMessage {
        let provider_id = line.id.as_ref().map_or_else(|| self.made_id(line.sent_at, bytes), text);
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
            item_id: None,
        }
    }

    /// The same line of the same file gets the same id each time the file is taken in. It begins with the instant, as
    /// the ids of platforms do: the index of ids then grows at its end, instead of being written all over.
    fn made_id(&mut self, sent_at: i64, bytes: &[u8]) -> String {
        let digest = Sha256::digest(bytes);
        let mut hash = [0; 16];
        hash.copy_from_slice(&digest[..16]);
        let repeat = self.repeats.entry(hash).or_insert(0);
        *repeat += 1;
        format!("line:{sent_at:013}:{:032x}:{repeat}", u128::from_be_bytes(hash))
    }
}

/// A line that could not be read when it was imported, read again: of which store it is, and what it says. Two equal lines
/// of a file are two messages, but here they are one row, so this is the first of them; importing the file again brings
/// the others.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn line_again(bytes: Vec<u8>) -> Result<(Platform, String, Received), Flaw> {
    let (platform, line) = read_line(&bytes)?;
    let store = text(&line.store);
    let message = Reader::default().message(line, &bytes);
    let raw = RawPayload { source: SOURCE, bytes };
    Ok((platform, store, Received { raw, events: vec![IncomingEvent::Message(message)] }))
}

fn read_line(bytes: &[u8]) -> Result<(Platform, ImportLine), Flaw> {
    let line = serde_json::from_slice::<ImportLine>(bytes).map_err(|error| {
        let cause = match error.classify() {
            Category::Syntax | Category::Eof | Category::Io => UnreadableCause::NotJson,
            Category::Data => UnreadableCause::Missing,
        };
        cause.because(error.to_string())
    })?;
    let platform = Platform::parse(&line.platform)
        .ok_or_else(|| Flaw::other_kind(format!("unknown platform {:?}", line.platform)))?;
    match line.direction.as_str() {
        "in" | "out" => Ok((platform, line)),
        other => Err(Flaw::other_kind(format!("direction is \"in\" or \"out\", not {other:?}"))),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
