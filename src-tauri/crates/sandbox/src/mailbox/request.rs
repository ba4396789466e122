//! A command as a client writes it: tag, verb, arguments.

use super::fault::Step;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// An atom with its sections: `BODY[HEADER.FIELDS (FROM)]<0.9>` is one word.
    Word(String),
    /// A quoted string or a literal.
    Text(String),
    Open,
    Close,
}

impl Token {
    /// The words of an atom or a string.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Word(text) | Self::Text(text) => Some(text),
            Self::Open | Self::Close => None,
        }
    }
}

/// A command as it came in; `verb` is empty if it can't be read.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) tag: String,
    pub(super) verb: String,
    pub(super) args: Vec<Token>,
    /// As received, without the tag.
    pub(super) line: String,
}

impl Request {
    pub(super) fn new(tokens: Vec<Token>, line: &str, readable: bool) -> Self {
        let mut tokens = tokens.into_iter();
        let Some(Token::Word(tag)) = tokens.next() else {
            return Self {
                tag: "*".to_owned(),
                verb: String::new(),
                args: Vec::new(),
                line: line.to_owned(),
            };
        };
        let line = line.strip_prefix(tag.as_str()).unwrap_or(line).trim_start().to_owned();
        let verb = match tokens.next() {
            Some(Token::Word(verb)) if readable => verb.to_ascii_uppercase(),
            _ => String::new(),
        };
        Self { tag, verb, args: tokens.collect(), line }
    }

    /// What is asked, whether by UID, and with which arguments; none if nobody knows the command.
    pub(super) fn step(&self) -> Option<(Step, bool, &[Token])> {
        let (by_uid, verb, args) = match (self.verb.as_str(), self.args.split_first()) {
            ("UID", Some((verb, args))) => (true, verb.text()?.to_ascii_uppercase(), args),
            (verb, _) => (false, verb.to_owned(), self.args.as_slice()),
        };
        let step = match (verb.as_str(), by_uid) {
            ("FETCH", _) => Step::Fetch,
            ("SEARCH", _) => Step::Search,
            ("CAPABILITY", false) => Step::Capability,
            ("LOGIN" | "AUTHENTICATE", false) => Step::Login,
            ("ID", false) => Step::Id,
            ("NOOP", false) => Step::Noop,
            ("LIST", false) => Step::List,
            ("STATUS", false) => Step::Status,
            ("SELECT" | "EXAMINE", false) => Step::Open,
            ("IDLE", false) => Step::Idle,
            ("LOGOUT", false) => Step::Logout,
            _ => return None,
        };
        Some((step, by_uid, args))
    }
}

/// Splits `{n}` or `{n+}` off the end; the flag says whether the client waits for leave to send it.
pub(super) fn split_literal(line: &[u8]) -> (&[u8], Option<(usize, bool)>) {
    let read = || {
        let open = line.iter().rposition(|&b| b == b'{')?;
        let inner = std::str::from_utf8(line.get(open + 1..)?).ok()?.strip_suffix('}')?;
        let digits = inner.strip_suffix('+').unwrap_or(inner);
        Some((&line[..open], (digits.parse().ok()?, digits.len() == inner.len())))
    };
    read().map_or((line, None), |(text, literal)| (text, Some(literal)))
}

/// Appends the tokens of `rest`; none if a quoted string has no end.
pub(super) fn tokenize(mut rest: &[u8], tokens: &mut Vec<Token>) -> Option<()> {
    while let Some((&first, tail)) = rest.split_first() {
        match first {
            b' ' => rest = tail,
            b'(' | b')' => {
                tokens.push(if first == b'(' { Token::Open } else { Token::Close });
                rest = tail;
            }
            b'"' => {
                let (text, after) = quoted(tail)?;
                tokens.push(Token::Text(text));
                rest = after;
            }
            _ => {
                let (word, after) = rest.split_at(word_end(rest));
                tokens.push(Token::Word(String::from_utf8_lossy(word).into_owned()));
                rest = after;
            }
        }
    }
    Some(())
}

fn quoted(rest: &[u8]) -> Option<(String, &[u8])> {
    let (mut text, mut escaped) = (Vec::new(), false);
    for (i, &byte) in rest.iter().enumerate() {
        match byte {
            b'"' if !escaped => return Some((String::from_utf8_lossy(&text).into_owned(), &rest[i + 1..])),
            b'\\' if !escaped => escaped = true,
            _ => {
                text.push(byte);
                escaped = false;
            }
        }
    }
    None
}

/// Where a word ends; spaces and parentheses inside its brackets belong to it.
fn word_end(rest: &[u8]) -> usize {
    let mut depth = 0_usize;
    let ends = |&byte: &u8| {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b' ' | b'(' | b')' | b'"' if depth == 0 => return true,
            _ => {}
        }
        false
    };
    rest.iter().position(ends).unwrap_or(rest.len())
}
