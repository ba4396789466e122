//! A GIF without notes. No library takes them out without compressing the picture anew.

/// Extensions of an application that make the picture: how often it moves.
const KEPT: [&[u8]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];
const GRAPHIC_CONTROL: u8 = 0xf9;
const APPLICATION: u8 = 0xff;

/// Copies what makes the picture; none if it is damaged. Whatever is hung on behind its end stays behind.
pub(super) fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let packed = *bytes.get(10)?;
    let mut at = 13 + colours(packed);
    let mut kept = bytes.get(..at)?.to_vec();
    loop {
        let start = at;
        match *bytes.get(at)? {
            0x3b => {
                kept.push(0x3b);
                return Some(kept);
            }
            0x2c => {
                // Its head, its colours, the size of a code, then its data.
                at = blocks(bytes, at + 11 + colours(*bytes.get(at + 9)?))?;
                kept.extend_from_slice(bytes.get(start..at)?);
            }
            0x21 => {
                let label = *bytes.get(at + 1)?;
                at = blocks(bytes, at + 2)?;
                let moves = label == APPLICATION
                    && KEPT.iter().any(|name| bytes.get(start + 3..start + 14) == Some(name));
                if label == GRAPHIC_CONTROL || moves {
                    kept.extend_from_slice(bytes.get(start..at)?);
                }
            }
            _ => return None,
        }
    }
}

/// Bytes of the table of colours that a packed field announces.
const fn colours(packed: u8) -> usize {
    if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 7) + 1) }
}

/// Where the blocks that begin at `at` end: each begins with its length, and one of length 0 is the last.
fn blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
