//! Files that old programs write into the text between `begin 644 name` and `end`.

/// More files than this are left in the text.
const MAX_FILES: usize = 100;

/// A file found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its name as written.
    pub(crate) name: String,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
}

/// Takes the files out of a text. A `begin` without its `end` is text.
pub(crate) fn take_out(text: &str) -> (String, Vec<Found>) {
    if !text.contains("begin ") {
        return (text.to_owned(), Vec::new());
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let (mut kept, mut found) = (Vec::with_capacity(lines.len()), Vec::new());
    let mut at = 0;
    while at < lines.len() {
        let file = begin(lines[at]).filter(|_| found.len() < MAX_FILES).and_then(|name| {
            let (bytes, length) = body(&lines[at + 1..])?;
            Some((Found { name: name.to_owned(), bytes }, length))
        });
        match file {
            Some((file, length)) => {
                found.push(file);
                at += 1 + length;
            }
            None => {
                kept.push(lines[at]);
                at += 1;
            }
        }
    }
    (kept.join("\n"), found)
}

/// Decodes a part that is one such file, or only its lines.
pub(crate) fn decode(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().skip_while(|line| line.trim().is_empty());
    let lines = lines.skip_while(|line| begin(line).is_some());
    lines.take_while(|line| *line != "end").filter_map(decoded_line).flatten().collect()
}

/// The name in `begin 644 name`.
fn begin(line: &str) -> Option<&str> {
    let rest = line.trim_end().strip_prefix("begin ")?;
    let (mode, name) = rest.split_once(' ')?;
    let octal = (3..=4).contains(&mode.len()) && mode.bytes().all(|b| (b'0'..=b'7').contains(&b));
    (octal && !name.trim().is_empty()).then_some(name.trim())
}

/// The content up to `end`, and how many lines it took. The first line that cannot belong to it ends the search, so that
/// the work stays proportional to the text.
fn body(lines: &[&str]) -> Option<(Vec<u8>, usize)> {
    let mut bytes = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim_end_matches('\r');
        if line == "end" {
            return Some((bytes, at + 1));
        }
        if !line.is_empty() {
            bytes.extend(decoded_line(line)?);
        }
    }
    None
}

fn decoded_line(line: &str) -> Option<Vec<u8>> {
    let line = line.trim_end_matches('\r');
    let (first, data) = line.as_bytes().split_first()?;
    let length = usize::from(value(*first)?);
    // Mail gateways strip the spaces at the end of a line; they stand for zeros.
    if data.len() > length.div_ceil(3) * 4 + 2 {
        return None;
    }
    let mut out = Vec::with_capacity(length + 2);
    for group in data.chunks(4) {
        let mut word = 0_u32;
        for i in 0..4 {
            word = word << 6 | u32::from(value(group.get(i).copied().unwrap_or(b' '))?);
        }
        out.extend_from_slice(&word.to_be_bytes()[1..]);
    }
    out.resize(length, 0);
    Some(out)
}

fn value(byte: u8) -> Option<u8> {
    (b' '..=b'`').contains(&byte).then(|| (byte - b' ') & 0x3F)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "begin 644 test.txt\r\n+:&5L;&\\@=V]R;&0`\r\n`\r\nend\r";

    #[test]
    fn a_file_in_the_text_is_taken_out() {
        let (text, found) = take_out(&format!("see\n{FILE}\nafter"));
        assert_eq!(text, "see\nafter", "its lines are no words");
        let file = Found { name: "test.txt".into(), bytes: b"hello world".to_vec() };
        assert_eq!(found, [file], "what it holds");
        assert_eq!(decode(FILE.as_bytes()), b"hello world", "as a part of its own too");
    }

    #[test]
    fn a_sentence_with_begin_is_a_sentence() {
        let text = "begin 644 things\nThis is a long sentence that no encoder would have written, ever.\nend";
        assert_eq!(take_out(text), (text.to_owned(), Vec::new()), "words stay words");
        assert_eq!(take_out("begin 644 x\n").0, "begin 644 x\n", "without an end it is text");
    }
}
