//! FETCH: which parts of a mail are asked for, and how they are sent.

use super::request::Token;
use super::state::Mail;

#[derive(Debug, PartialEq, Eq)]
enum Section {
    Whole,
    Header,
    Text,
    /// Only these fields of the header, or all but these.
    Fields {
        names: Vec<String>,
        not: bool,
    },
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item {
    Uid,
    Flags,
    Date,
    Size,
    Part(Part),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// What the answer calls it.
    label: String,
    section: Section,
    /// First byte and greatest number of bytes.
    range: Option<(usize, usize)>,
    peek: bool,
}

/// Reads the items of a FETCH; none if one is not known. UID FETCH always answers with the UID.
pub(super) fn items(args: &[Token], by_uid: bool) -> Option<Vec<Item>> {
    let words = match args {
        [Token::Word(word)] => vec![word],
        [Token::Open, words @ .., Token::Close] => words
            .iter()
            .map(|t| if let Token::Word(word) = t { Some(word) } else { None })
            .collect::<Option<_>>()?,
        _ => return None,
    };
    let mut items = if by_uid { vec![Item::Uid] } else { Vec::new() };
    for word in words {
        let word = word.to_ascii_uppercase();
        let wanted = match word.as_str() {
            "FAST" => vec![Item::Flags, Item::Date, Item::Size],
            "UID" => vec![Item::Uid],
            "FLAGS" => vec![Item::Flags],
            "INTERNALDATE" => vec![Item::Date],
            "RFC822.SIZE" => vec![Item::Size],
            _ => vec![Item::Part(part(&word)?)],
        };
        for item in wanted {
            if !items.contains(&item) {
                items.push(item);
            }
        }
    }
    Some(items)
}

fn part(word: &str) -> Option<Part> {
    let whole = |label: &str, section, peek| Part { label: label.to_owned(), section, range: None, peek };
    match word {
        "RFC822" => return Some(whole(word, Section::Whole, false)),
        "RFC822.HEADER" => return Some(whole(word, Section::Header, true)),
        "RFC822.TEXT" => return Some(whole(word, Section::Text, false)),
        _ => {}
    }
    let (name, rest) = word.split_once('[')?;
    let (section, range) = rest.rsplit_once(']')?;
    let peek = match name {
        "BODY" => false,
        "BODY.PEEK" => true,
        _ => return None,
    };
    let range = match range {
        "" => None,
        _ => {
            let (first, most) = range.strip_prefix('<')?.strip_suffix('>')?.split_once('.')?;
            Some((first.parse().ok()?, most.parse().ok()?))
        }
    };
    let label = match range {
        Some((first, _)) => format!("BODY[{section}]<{first}>"),
        None => format!("BODY[{section}]"),
    };
    Some(Part { label, section: read_section(section)?, range, peek })
}

fn read_section(text: &str) -> Option<Section> {
    match text {
        "" => return Some(Section::Whole),
        "HEADER" => return Some(Section::Header),
        "TEXT" => return Some(Section::Text),
        _ => {}
    }
    let rest = text.strip_prefix("HEADER.FIELDS")?;
    let (not, rest) = rest.strip_prefix(".NOT").map_or((false, rest), |rest| (true, rest));
    let names = rest.trim().strip_prefix('(')?.strip_suffix(')')?;
    let names = names.split_whitespace().map(|name| name.trim_matches('"').to_owned()).collect();
    Some(Section::Fields { names, not })
}

/// Whether this sets `\Seen` in a session that may write.
pub(super) fn marks_seen(items: &[Item]) -> bool {
    items.iter().any(|item| matches!(item, Item::Part(part) if !part.peek))
}

/// The untagged answer for one mail.
pub(super) fn answer(mail: &Mail, number: u32, items: &[Item]) -> Vec<u8> {
    let mut out = format!("* {number} FETCH (").into_bytes();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        match item {
            Item::Uid => out.extend(format!("UID {}", mail.uid).bytes()),
            Item::Flags => {
                let flags: Vec<_> = mail.flags.iter().copied().collect();
                out.extend(format!("FLAGS ({})", flags.join(" ")).bytes());
            }
            Item::Date => {
                let date = domain::beijing(mail.at).strftime("%d-%b-%Y %H:%M:%S +0800");
                out.extend(format!("INTERNALDATE \"{date}\"").bytes());
            }
            Item::Size => out.extend(format!("RFC822.SIZE {}", mail.raw.len()).bytes()),
            Item::Part(part) => {
                let bytes = part.cut(&mail.raw);
                out.extend(format!("{} {{{}}}\r\n", part.label, bytes.len()).bytes());
                out.extend(bytes);
            }
        }
    }
    out.extend(b")\r\n");
    out
}

impl Part {
    fn cut(&self, raw: &[u8]) -> Vec<u8> {
        let (header, text) = raw.split_at(header_end(raw));
        let bytes = match &self.section {
            Section::Whole => raw.to_vec(),
            Section::Header => header.to_vec(),
            Section::Text => text.to_vec(),
            Section::Fields { names, not } => {
                let wanted = |name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name)) != *not;
                let mut kept: Vec<u8> = fields(header)
                    .filter(|(name, _)| wanted(name))
                    .flat_map(|(_, field)| field)
                    .copied()
                    .collect();
                kept.extend(b"\r\n");
                kept
            }
        };
        match self.range {
            Some((first, most)) => bytes.into_iter().skip(first).take(most).collect(),
            None => bytes,
        }
    }
}

/// Where the text begins: after the first empty line.
fn header_end(raw: &[u8]) -> usize {
    let mut end = 0;
    for line in raw.split_inclusive(|&b| b == b'\n') {
        end += line.len();
        if line.trim_ascii().is_empty() {
            break;
        }
    }
    end
}

/// The fields of a mail's header: the name, and the lines with name and line ends.
pub(super) fn fields(raw: &[u8]) -> impl Iterator<Item = (String, &[u8])> {
    let mut rest = &raw[..header_end(raw)];
    std::iter::from_fn(move || {
        let mut end = 0;
        for line in rest.split_inclusive(|&b| b == b'\n') {
            if line.trim_ascii().is_empty()
                || (end > 0 && !line.starts_with(b" ") && !line.starts_with(b"\t"))
            {
                break;
            }
            end += line.len();
        }
        let (field, after) = rest.split_at(end);
        rest = after;
        let name = field.split(|&b| b == b':').next().unwrap_or_default();
        (end > 0).then(|| (String::from_utf8_lossy(name).trim().to_owned(), field))
    })
}
