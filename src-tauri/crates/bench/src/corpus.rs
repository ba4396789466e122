//! A large corpus of seller-inbox messages out of real sentences in six languages.
//!
//! The sentences come from the fortune collections of the system (`/usr/share/games/fortunes`); seller words and order
//! numbers are sprinkled in at known rates, so that a search has a plausible number of hits.

use serde_json::json;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const ROOT: &str = "/usr/share/games/fortunes";

/// Language, weight, files or folders below the root, and words a buyer of that language uses.
type Pool = (&'static str, u64, &'static [&'static str], &'static [&'static str]);

const POOLS: [Pool; 6] = [
    (
        "zh",
        4,
        &["chinese", "tang300", "song100"],
        &["退款", "物流", "退货", "差评", "尺码", "什么时候发货", "纠纷", "订单"],
    ),
    (
        "en",
        2,
        &["wisdom", "computers", "science", "people"],
        &["refund", "tracking", "return", "size chart", "dispute"],
    ),
    ("es", 2, &["es"], &["reembolso", "envío", "devolución", "talla"]),
    ("ru", 2, &["ru"], &["возврат", "доставка", "размер", "деньги"]),
    ("pt", 1, &["brasil"], &["reembolso", "rastreio", "devolução"]),
    ("de", 1, &["de"], &["Rückerstattung", "Lieferung"]),
];

/// A small generator with a fixed course: the same seed makes the same corpus on every machine.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed ^ 0x9E37_79B9_7F4A_7C15)
    }

    fn next(&mut self) -> u64 {
        // SplitMix64 by its published constants.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`, which must not be 0.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let at = self.below(items.len() as u64);
        &items[usize::try_from(at).expect("an index below a length fits")]
    }
}

struct Language {
    weight: u64,
    sentences: Vec<String>,
    words: &'static [&'static str],
}

/// Writes `count` messages as lines of JSON.
///
/// # Errors
/// If no collection is installed, or the writer fails.
pub(crate) fn write(count: u64, seed: u64, out: &mut impl Write) -> io::Result<()> {
    let languages = languages()?;
    let total: u64 = languages.iter().map(|language| language.weight).sum();
    let mut dice = Dice::new(seed);
    let conversations = (count / 12).max(1);
    let buyers = conversations * 3 / 4 + 1;
    let mut sent_at: u64 = 1_735_660_800_000;
    for _ in 0..count {
        sent_at += 1 + dice.below(60_000);
        // Squared: a few buyers write much, most write little.
        let part = dice.below(1 << 20);
        let conversation = (conversations * ((part * part) >> 20)) >> 20;
        let language = pick(&languages, conversation % total);
        let mut text = dice.of(&language.sentences).clone();
        if dice.below(10) < 3 {
            text = format!("{} {text}", dice.of(language.words));
        }
        if dice.below(5) == 0 {
            text = format!("{text} #{}", 10_u64.pow(15) + dice.below(9 * 10_u64.pow(15)));
        }
        let platform = ["aliexpress", "shopee", "email"][usize::try_from(conversation % 3).expect("below 3")];
        let line = json!({
            "conversation": conversation, "buyer": format!("b{}", conversation % buyers),
            "platform": platform, "store": conversation % 5, "sent_at": sent_at,
            "direction": if dice.below(10) < 6 { "in" } else { "out" }, "text": text,
        });
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn pick(languages: &[Language], mut at: u64) -> &Language {
    for language in languages {
        if at < language.weight {
            return language;
        }
        at -= language.weight;
    }
    &languages[0]
}

fn languages() -> io::Result<Vec<Language>> {
    let mut languages = Vec::new();
    for (_, weight, sources, words) in POOLS {
        let mut sentences = Vec::new();
        for source in sources {
            for file in files(&Path::new(ROOT).join(source)) {
                sentences.extend(sentences_of(&std::fs::read(file)?));
            }
        }
        if !sentences.is_empty() {
            languages.push(Language { weight, sentences, words });
        }
    }
    if languages.is_empty() {
        let hint =
            "no fortunes found; install fortunes fortunes-zh fortunes-es fortunes-ru fortunes-br fortunes-de";
        return Err(io::Error::new(io::ErrorKind::NotFound, hint));
    }
    Ok(languages)
}

fn files(path: &Path) -> Vec<PathBuf> {
    let plain = |p: &PathBuf| p.is_file() && p.extension().is_none_or(|e| e != "dat" && e != "u8");
    if path.is_dir() {
        let mut files: Vec<PathBuf> = std::fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(plain)
            .collect();
        files.sort();
        return files;
    }
    Some(path.to_owned()).filter(plain).into_iter().collect()
}

fn sentences_of(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    text.split("\n%")
        .map(|piece| strip_colours(piece).split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|piece| (4..=400).contains(&piece.chars().count()))
        .collect()
}

/// The Chinese collections colour their lines for a terminal.
fn strip_colours(piece: &str) -> String {
    let mut plain = String::with_capacity(piece.len());
    let mut rest = piece;
    while let Some(start) = rest.find("\u{1b}[") {
        plain.push_str(&rest[..start]);
        rest = rest[start..].find('m').map_or("", |end| &rest[start + end + 1..]);
    }
    plain.push_str(rest);
    plain
}
