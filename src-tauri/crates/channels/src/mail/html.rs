//! Mail HTML made harmless, and its words.
//!
//! Nothing is loaded by showing it: the address of a remote picture moves to `data-remote-src`, where the UI finds it
//! after the reader's click. Each link carries its real host in `data-host`, and `data-misleading` when its visible
//! text names another one (`docs/RULES.md` §9).

use super::official::organisation;
use ammonia::{Builder, UrlRelative};
use std::collections::{HashMap, HashSet};
use url::Url;

/// HTML beyond this many bytes is cut before it is read.
const MAX_HTML: usize = 1024 * 1024;
/// A page with more opening brackets than this is an attack on the parser, not a mail.
const MAX_TAGS: usize = 60_000;

const TAGS: [&str; 47] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "tr",
    "ul",
];
const DROPPED_WITH_CONTENT: [&str; 15] = [
    "script", "style", "title", "head", "noscript", "textarea", "select", "option", "object", "embed",
    "iframe", "svg", "math", "template", "button",
];

/// More elements than this open at once are an attack on the parser too: its work grows with their square.
const MAX_OPEN: i64 = 400;
/// Elements that need no end tag, so that an unclosed one proves nothing.
const UNCLOSED: [&str; 20] = [
    "area", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p",
    "source", "tbody", "td", "th", "tr", "wbr",
];

/// What is left of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CleanHtml {
    /// Safe to put into a sandboxed frame.
    pub(crate) html: String,
    /// Its words, one line per block.
    pub(crate) text: String,
}

/// Sanitises a page. Scripts, styles, forms, `meta`, `base`, event handlers and every address but http, https,
/// mailto and cid are gone.
#[must_use]
pub(crate) fn sanitise(page: &str) -> CleanHtml {
    let mut end = page.len().min(MAX_HTML);
    while !page.is_char_boundary(end) {
        end -= 1;
    }
    let page = &page[..end];
    if is_bomb(page) {
        return CleanHtml { html: String::new(), text: bare_text(page) };
    }
    let clean = builder().clean(page).to_string();
    CleanHtml { html: annotate(&clean), text: text_of(&clean) }
}

fn is_bomb(page: &str) -> bool {
    let (mut tags, mut open) = (0_usize, 0_i64);
    for piece in page.split('<').skip(1) {
        tags += 1;
        if piece.starts_with('/') {
            open = (open - 1).max(0);
        } else if piece.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name = piece.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
            if !UNCLOSED.iter().any(|u| u.eq_ignore_ascii_case(name)) {
                open += 1;
            }
        }
        if tags > MAX_TAGS || open > MAX_OPEN {
            return true;
        }
    }
    false
}

fn builder() -> Builder<'static> {
    let set = |items: &[&'static str]| items.iter().copied().collect::<HashSet<_>>();
    let cell = set(&["colspan", "rowspan", "align", "valign", "width"]);
    let mut builder = Builder::empty();
    builder
        .tags(set(&TAGS))
        .clean_content_tags(set(&DROPPED_WITH_CONTENT))
        .tag_attributes(HashMap::from([
            ("a", set(&["href"])),
            ("img", set(&["src", "alt", "width", "height"])),
            ("td", cell.clone()),
            ("th", cell),
            ("table", set(&["width", "align"])),
            ("ol", set(&["start"])),
        ]))
        .generic_attributes(set(&["dir", "lang", "title"]))
        .url_schemes(set(&["http", "https", "mailto", "cid"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .strip_comments(true);
    builder
}

/// A tag of sanitised HTML, whose grammar is known: text has no bare `<`, attribute values no bare `"`.
struct Tag<'a> {
    name: &'a str,
    closing: bool,
    attributes: &'a str,
}

/// Cuts sanitised HTML into text and tags.
fn pieces(html: &str) -> impl Iterator<Item = Result<&str, (&str, Tag<'_>)>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if !rest.starts_with('<') {
            let (text, tail) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            rest = tail;
            return Some(Ok(text));
        }
        let mut quoted = false;
        let end = rest
            .bytes()
            .position(|b| {
                quoted ^= b == b'"';
                b == b'>' && !quoted
            })
            .map_or(rest.len(), |i| i + 1);
        let (whole, tail) = rest.split_at(end);
        rest = tail;
        let inner = whole.trim_start_matches('<').trim_end_matches('>');
        let (closing, inner) = inner.strip_prefix('/').map_or((false, inner), |i| (true, i));
        let (name, attributes) = inner.split_once(' ').unwrap_or((inner, ""));
        Some(Err((whole, Tag { name, closing, attributes })))
    })
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    while let Some((key, tail)) = rest.split_once("=\"") {
        let (value, after) = tail.split_once('"')?;
        if key.trim() == name {
            return Some(value);
        }
        rest = after;
    }
    None
}

fn annotate(clean: &str) -> String {
    let mut out = String::with_capacity(clean.len() + clean.len() / 8);
    let mut link: Option<(usize, String, String)> = None;
    for piece in pieces(clean) {
        match piece {
            Ok(text) => {
                out.push_str(text);
                if let Some((_, _, seen)) = &mut link {
                    seen.push_str(text);
                }
            }
            Err((whole, Tag { name: "img", attributes, .. })) => out.push_str(&picture(whole, attributes)),
            Err((whole, Tag { name: "a", closing: false, attributes })) => {
                out.push_str(whole);
                if let Some(host) = attribute(attributes, "href").and_then(|href| host_of(&unescape(href))) {
                    out.insert_str(out.len() - 1, &format!(" data-host=\"{}\"", escape(&host)));
                    link = Some((out.len() - 1, host, String::new()));
                }
            }
            Err((whole, Tag { name: "a", closing: true, .. })) => {
                if let Some((at, host, seen)) = link.take()
                    && misleads(&unescape(&seen), &host)
                {
                    out.insert_str(at, " data-misleading=\"true\"");
                }
                out.push_str(whole);
            }
            Err((whole, _)) => out.push_str(whole),
        }
    }
    out
}

fn picture(whole: &str, attributes: &str) -> String {
    match attribute(attributes, "src") {
        Some(src) if !src.to_ascii_lowercase().starts_with("cid:") => {
            whole.replacen(" src=\"", " data-remote-src=\"", 1)
        }
        _ => whole.to_owned(),
    }
}

/// The addresses of the links in sanitised HTML, and whether each was marked as misleading.
pub(crate) fn hrefs(clean: &str) -> impl Iterator<Item = (String, bool)> + '_ {
    pieces(clean).filter_map(|piece| match piece {
        Err((_, Tag { name: "a", closing: false, attributes })) => {
            let misleading = attribute(attributes, "data-misleading").is_some();
            Some((unescape(attribute(attributes, "href")?), misleading))
        }
        Ok(_) | Err(_) => None,
    })
}

/// The host that an address leads to.
pub(crate) fn host_of(href: &str) -> Option<String> {
    let url = Url::parse(href.trim()).ok()?;
    if url.scheme() == "mailto" {
        return url.path().rsplit_once('@').map(|(_, host)| host.to_ascii_lowercase());
    }
    url.host_str().map(str::to_ascii_lowercase)
}

/// Whether visible text that looks like an address names another organisation than the target.
fn misleads(seen: &str, host: &str) -> bool {
    let word = seen.trim();
    if word.contains(char::is_whitespace) || !word.contains('.') {
        return false;
    }
    let address = if word.contains("://") { word.to_owned() } else { format!("https://{word}") };
    let shown = if word.contains('@') && !word.contains("://") {
        word.rsplit_once('@').map(|(_, h)| h.to_ascii_lowercase())
    } else {
        host_of(&address)
    };
    shown.is_some_and(|shown| organisation(&shown) != organisation(host))
}

fn text_of(clean: &str) -> String {
    let mut out = String::new();
    for piece in pieces(clean) {
        match piece {
            Ok(text) if text.trim().is_empty() && (out.is_empty() || out.ends_with('\n')) => {}
            Ok(text) => out.push_str(&unescape(text).replace(['\n', '\r', '\t'], " ")),
            Err((_, tag)) => match tag.name {
                "br" => out.push('\n'),
                "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "blockquote" | "table" => {
                    end_block(&mut out, "\n\n");
                }
                "div" | "tr" | "li" | "pre" | "hr" | "dt" | "dd" | "center" | "caption" => {
                    end_block(&mut out, "\n");
                }
                "td" | "th" => out.push(' '),
                "img" => {
                    if let Some(alt) = attribute(tag.attributes, "alt").filter(|alt| !alt.is_empty()) {
                        out.push('[');
                        out.push_str(&unescape(alt));
                        out.push(']');
                    }
                }
                _ => {}
            },
        }
    }
    lines(&out)
}

fn end_block(out: &mut String, with: &str) {
    while !out.is_empty() && !out.ends_with(with) {
        out.push('\n');
    }
}

/// White space as a reader sees it: lines trimmed, at most one empty line between two others.
pub(crate) fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        out.push_str(&line);
        empty = 0;
    }
    out
}

fn bare_text(page: &str) -> String {
    let mut inside = false;
    let text: String = page
        .chars()
        .filter(|c| {
            inside = (inside || *c == '<') && *c != '>';
            !inside && *c != '>'
        })
        .collect();
    lines(&text)
}

/// The five entities that the serialiser writes; every other character stands for itself.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", "\u{A0}")
        .replace("&amp;", "&")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
