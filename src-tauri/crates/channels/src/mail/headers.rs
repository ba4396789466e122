//! The outermost header block as bytes. Never the headers of a mail inside the mail.

/// More than this is no header block of a mail program (bytes).
const MAX_BLOCK: usize = 1024 * 1024;
/// More fields than this are not read.
const MAX_FIELDS: usize = 4000;

/// The fields in the order in which they stand, names in lower case, values unfolded.
#[derive(Debug, Default)]
pub(crate) struct Headers {
    fields: Vec<(String, Vec<u8>)>,
}

impl Headers {
    /// Reads up to the first empty line. Lines that are no field (an mbox `From ` line, junk) are passed over.
    pub(crate) fn read(mail: &[u8]) -> Self {
        let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
        let block = &mail[..mail.len().min(MAX_BLOCK)];
        for line in block.split(|b| *b == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                if fields.is_empty() {
                    continue;
                }
                break;
            }
            if matches!(line[0], b' ' | b'\t') {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(b' ');
                    value.extend_from_slice(line.trim_ascii());
                }
            } else if let Some((name, value)) = field(line) {
                if fields.len() == MAX_FIELDS {
                    break;
                }
                fields.push((name, value));
            }
        }
        Self { fields }
    }

    /// The first field of that (lower-case) name.
    pub(crate) fn first(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_slice())
    }

    /// Every field of that (lower-case) name, topmost first.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> + 'a {
        self.fields.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_slice())
    }

    /// Whether nothing that looks like a field was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

fn field(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let colon = line.iter().position(|b| *b == b':')?;
    let name = line[..colon].trim_ascii_end();
    let fits = !name.is_empty() && name.len() <= 100 && name.iter().all(u8::is_ascii_graphic);
    fits.then(|| {
        (String::from_utf8_lossy(name).to_ascii_lowercase(), line[colon + 1..].trim_ascii().to_vec())
    })
}
