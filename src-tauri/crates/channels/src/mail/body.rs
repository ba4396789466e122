//! The parts of a mail: which text to show, which HTML, what hangs on it.

use super::charset;
use super::html::{self, CleanHtml};
use super::params::{clean_file_name, parameter};
use super::{flowed, transfer, uu};
use domain::AttachmentMeta;
use mail_parser::{ContentType, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// Text beyond this many bytes is cut; the raw mail keeps it.
const MAX_TEXT: usize = 512 * 1024;

/// What a mail says.
#[derive(Debug, Default)]
pub(crate) struct Content {
    /// The words: the text parts, else those of the HTML.
    pub(crate) text: String,
    /// The sanitised HTML.
    pub(crate) html: Option<String>,
    /// What hangs on it.
    pub(crate) attachments: Vec<AttachmentMeta>,
}

/// Reads the parts that `mail-parser` found. Characters are decoded here, from the raw bytes, because labels lie.
pub(crate) fn content(message: &Message<'_>) -> Content {
    let mut text = String::new();
    for part in parts(message, &message.text_body) {
        if matches!(part.body, PartType::Text(_)) {
            append(&mut text, &words_of(message, part));
        }
    }
    let mut page = String::new();
    for part in parts(message, &message.html_body) {
        if matches!(part.body, PartType::Html(_)) {
            let bytes = decoded(message, part);
            append(&mut page, &text_of(message, part, meta_charset(&bytes)));
        }
    }
    let clean = if page.trim().is_empty() { None } else { Some(html::sanitise(&page)) };
    if text.trim().is_empty()
        && let Some(CleanHtml { text: words, .. }) = &clean
    {
        text.clone_from(words);
    }
    if text.is_empty()
        && page.is_empty()
        && let Some(found) = without_structure(message)
    {
        return found;
    }
    let (text, files) = uu::take_out(&text.replace('\0', "").replace("\r\n", "\n"));
    let mut text = text.trim().to_owned();
    cut(&mut text);
    let html = clean.map(|c| c.html.replace('\0', "")).filter(|h| !h.trim().is_empty());
    let mut attachments: Vec<AttachmentMeta> =
        parts(message, &message.attachments).map(|p| meta(message, p)).collect();
    attachments.extend(files.iter().map(|file| AttachmentMeta {
        name: clean_file_name(&file.name),
        mime: "application/octet-stream".to_owned(),
        size: file.bytes.len() as u64,
    }));
    Content { text, html, attachments }
}

/// The words of a text part, with the lines joined that its writer never ended.
fn words_of(message: &Message<'_>, part: &MessagePart<'_>) -> String {
    let mut text = text_of(message, part, None);
    let says = |name: &str, what: &str| {
        part.content_type()
            .and_then(|c| c.attribute(name))
            .is_some_and(|value| value.trim().eq_ignore_ascii_case(what))
    };
    if says("format", "flowed") {
        text = flowed::joined(&text, says("delsp", "yes"));
    }
    // A mail from an mbox file: `From ` at the start of a line was marked there.
    if message.raw_message.starts_with(b"From ") {
        text = text.split('\n').map(unmarked).collect::<Vec<_>>().join("\n");
    }
    text
}

fn unmarked(line: &str) -> &str {
    let marked = line.starts_with('>') && line.trim_start_matches('>').starts_with("From ");
    if marked { &line[1..] } else { line }
}

/// A mail whose type promises parts that are not there, or is half a type: the boundary may be written wrong, else all of
/// it is text.
fn without_structure(message: &Message<'_>) -> Option<Content> {
    let root = message.parts.first().filter(|root| !matches!(root.body, PartType::Multipart(_)))?;
    let kind = root.content_type()?;
    let promised = kind.ctype().eq_ignore_ascii_case("multipart");
    let attached =
        root.content_disposition().is_some_and(|how| how.ctype().eq_ignore_ascii_case("attachment"));
    if !(promised || (is_words(kind) && !attached)) || message.attachments != [0] {
        return None;
    }
    let body = raw(message, root.offset_body, root.offset_end);
    if let Some(boundary) = boundary_in(body).filter(|_| promised) {
        let mut mended =
            format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n").into_bytes();
        mended.extend_from_slice(body);
        let parser = MessageParser::new().with_mime_headers().default_header_ignore();
        return parser.parse(&mended).filter(|m| m.parts.len() > 1).map(|m| content(&m));
    }
    let mut text = words_of(message, root).replace('\0', "").replace("\r\n", "\n").trim().to_owned();
    cut(&mut text);
    Some(Content { text, ..Content::default() })
}

/// Whether a mail of this type is to be read as text: one that the standard does not know means plain text (RFC 2045
/// §5.2), and so does an unknown kind of text (RFC 2046 §4.1.4). Those that programs read stay files.
fn is_words(kind: &ContentType<'_>) -> bool {
    const FILES: [&str; 7] = ["calendar", "csv", "directory", "vcard", "x-vcalendar", "x-vcard", "xml"];
    let is = |name: &&str| kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case(name));
    if kind.ctype().eq_ignore_ascii_case("text") {
        return !FILES.iter().chain(&["plain", "html"]).any(is);
    }
    kind.subtype().is_none()
        && !["application", "audio", "image", "message", "multipart", "video"].contains(&kind.ctype())
}

/// The line that opens the first part: `--` and a word, with a field of a part below it.
fn boundary_in(body: &[u8]) -> Option<String> {
    let mut lines = body.split(|b| *b == b'\n').map(|line| line.trim_ascii_end()).peekable();
    while let Some(line) = lines.next() {
        let word = line.strip_prefix(b"--").filter(|word| (1..=70).contains(&word.len()));
        let below = lines.peek().and_then(|next| next.get(..8));
        if let (Some(word), Some(below)) = (word, below)
            && below.eq_ignore_ascii_case(b"content-")
            && word.iter().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'))
        {
            return std::str::from_utf8(word).ok().map(str::to_owned);
        }
    }
    None
}

fn parts<'a, 'x>(message: &'a Message<'x>, ids: &'a [u32]) -> impl Iterator<Item = &'a MessagePart<'x>> {
    ids.iter().filter_map(|id| message.parts.get(usize::try_from(*id).ok()?))
}

fn append(text: &mut String, more: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}

fn cut(text: &mut String) {
    if text.len() > MAX_TEXT {
        let mut end = MAX_TEXT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
}

fn text_of(message: &Message<'_>, part: &MessagePart<'_>, inner_label: Option<String>) -> String {
    let label = part.content_type().and_then(|c| c.attribute("charset")).map(str::to_owned);
    charset::decode(&decoded(message, part), label.or(inner_label).as_deref())
}

fn raw<'a>(message: &'a Message<'_>, from: u32, to: u32) -> &'a [u8] {
    let range = usize::try_from(from).unwrap_or(0)..usize::try_from(to).unwrap_or(0);
    message.raw_message.get(range).unwrap_or_default()
}

/// The part's bytes with its transfer encoding undone. An encoding nobody knows means none.
fn decoded(message: &Message<'_>, part: &MessagePart<'_>) -> Vec<u8> {
    let bytes = raw(message, part.offset_body, part.offset_end);
    match encoding_of(part).as_str() {
        "base64" if transfer::is_base64(bytes) => transfer::base64(bytes),
        "quoted-printable" | "quoted_printable" | "qp" => transfer::quoted_printable(bytes),
        _ if is_uu(part) => uu::decode(bytes),
        _ => bytes.to_vec(),
    }
}

/// The name of the transfer encoding, without what some senders write around it.
fn encoding_of(part: &MessagePart<'_>) -> String {
    let value = part.content_transfer_encoding().unwrap_or("");
    let word = value
        .split(|c: char| c.is_whitespace() || matches!(c, ';' | '(' | '"'))
        .find(|word| !word.is_empty());
    word.unwrap_or("").to_ascii_lowercase()
}

fn is_uu(part: &MessagePart<'_>) -> bool {
    matches!(encoding_of(part).as_str(), "x-uuencode" | "uuencode" | "x-uue" | "uue")
}

/// The `charset=` in the first kilobytes of a page, used when the part has no label.
fn meta_charset(page: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&page[..page.len().min(4096)]).to_ascii_lowercase();
    let at = head.find("<meta").and_then(|meta| head[meta..].find("charset=").map(|c| meta + c + 8))?;
    let label: String = head[at..]
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    (!label.is_empty()).then_some(label)
}

fn meta(message: &Message<'_>, part: &MessagePart<'_>) -> AttachmentMeta {
    // The parts of a digest need no type: they are mails (RFC 2046 §5.1.5).
    let untyped =
        if matches!(part.body, PartType::Message(_)) { "message/rfc822" } else { "application/octet-stream" };
    let mime = part.content_type().map_or_else(
        || untyped.to_owned(),
        |c| format!("{}/{}", c.ctype(), c.subtype().unwrap_or("octet-stream")).to_ascii_lowercase(),
    );
    let name = header_bytes(message, part, &HeaderName::ContentDisposition)
        .and_then(|value| parameter(&value, "filename"))
        .or_else(|| header_bytes(message, part, &HeaderName::ContentType).and_then(|v| parameter(&v, "name")))
        .filter(|name| !name.trim().is_empty())
        .unwrap_or_else(|| fallback_name(&mime));
    let size = match &part.body {
        _ if is_uu(part) => decoded(message, part).len(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.len(),
        PartType::Message(inner) => {
            inner.raw_message.len().min(raw(message, part.offset_body, part.offset_end).len())
        }
        PartType::Text(_) | PartType::Html(_) => decoded(message, part).len(),
        PartType::Multipart(_) => 0,
    };
    let size = u64::try_from(size).unwrap_or(u64::MAX);
    AttachmentMeta { name: clean_file_name(&name), mime: mime.replace(|c: char| c.is_control(), ""), size }
}

/// A header of a part, unfolded, with its raw bytes.
fn header_bytes(message: &Message<'_>, part: &MessagePart<'_>, name: &HeaderName<'_>) -> Option<Vec<u8>> {
    let header = part.headers.iter().rev().find(|h| &h.name == name)?;
    let value = raw(message, header.offset_start, header.offset_end);
    let lines = value.split(|b| *b == b'\n').map(|line| line.trim_ascii());
    Some(lines.collect::<Vec<_>>().join(&b' '))
}

fn fallback_name(mime: &str) -> String {
    let extension = match mime {
        "message/rfc822" => "eml",
        "text/plain" => "txt",
        "text/html" => "html",
        "text/calendar" => "ics",
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        _ => return "attachment".to_owned(),
    };
    format!("attachment.{extension}")
}
