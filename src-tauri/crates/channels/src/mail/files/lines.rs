//! Lines of a file of any size, in pieces of bounded size.

use std::io::{self, BufRead};

/// A piece of a line is not longer than this (bytes): a file need not have lines at all.
const MAX_PIECE: usize = 64 * 1024;

/// How a piece ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// In the middle of a line, or with the file.
    Open,
    /// With the line.
    Line,
}

/// Reads lines whose ends may be `\n` or `\r\n`, also mixed.
pub(super) struct Lines<R> {
    input: R,
    piece: Vec<u8>,
    /// A carriage return at the end of the last piece: it may belong to the line's end.
    held: bool,
    starts: bool,
    end: End,
    /// Bytes taken from the file so far.
    pub(super) read: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, piece: Vec::new(), held: false, starts: true, end: End::Line, read: 0 }
    }

    /// Goes on to the next piece. False at the end of the file.
    pub(super) fn go_on(&mut self) -> io::Result<bool> {
        self.starts = self.end == End::Line;
        self.piece.clear();
        if std::mem::take(&mut self.held) {
            self.piece.push(b'\r');
        }
        self.end = End::Open;
        while self.end == End::Open && self.piece.len() < MAX_PIECE {
            let there = self.input.fill_buf()?;
            if there.is_empty() {
                return Ok(!self.piece.is_empty());
            }
            let there = &there[..there.len().min(MAX_PIECE - self.piece.len())];
            let taken = match there.iter().position(|b| *b == b'\n') {
                Some(at) => {
                    self.piece.extend_from_slice(&there[..at]);
                    self.end = End::Line;
                    at + 1
                }
                None => {
                    self.piece.extend_from_slice(there);
                    there.len()
                }
            };
            self.input.consume(taken);
            self.read += taken as u64;
        }
        if self.piece.last() == Some(&b'\r') {
            match self.end {
                End::Line => self.piece.truncate(self.piece.len() - 1),
                End::Open => self.held = self.piece.pop().is_some(),
            }
        }
        Ok(true)
    }

    /// The piece, without the end of its line.
    pub(super) fn piece(&self) -> &[u8] {
        &self.piece
    }

    /// Whether a line begins with the piece.
    pub(super) const fn starts(&self) -> bool {
        self.starts
    }

    /// How the piece ends.
    pub(super) const fn end(&self) -> End {
        self.end
    }

    /// Whether the piece is a whole line.
    pub(super) fn is_line(&self) -> bool {
        self.starts && self.end == End::Line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], room: usize) -> Vec<(Vec<u8>, bool, End)> {
        let mut lines = Lines::new(io::BufReader::with_capacity(room, bytes));
        let mut pieces = Vec::new();
        while lines.go_on().unwrap() {
            pieces.push((lines.piece().to_vec(), lines.starts(), lines.end()));
        }
        assert_eq!(lines.read, bytes.len() as u64, "every byte is counted");
        pieces
    }

    #[test]
    fn line_ends_may_be_mixed_and_the_last_may_be_missing() {
        for room in [1, 2, 3, 100] {
            let pieces = all(b"a\r\nb\n\r\n\rc\rd\r\re", room);
            let words: Vec<&[u8]> = pieces.iter().map(|(piece, ..)| piece.as_slice()).collect();
            assert_eq!(words, [&b"a"[..], b"b", b"", b"\rc\rd\r\re"], "a return within a line stays");
            assert_eq!(pieces[3].2, End::Open, "the file ends, the line does not");
        }
    }

    #[test]
    fn a_line_without_an_end_comes_in_pieces() {
        let mut long = vec![b'x'; MAX_PIECE - 1];
        long.extend_from_slice(b"\r\nnext\n");
        let pieces = all(&long, 4096);
        assert_eq!(pieces[0].0.len(), MAX_PIECE - 1, "the return at the edge is held back");
        assert_eq!(pieces[1], (Vec::new(), false, End::Line), "because it was the line's end");
        assert_eq!(pieces[2], (b"next".to_vec(), true, End::Line), "and the next line is one");
        let huge = vec![b'x'; 3 * MAX_PIECE + 5];
        assert!(all(&huge, 4096).iter().all(|(piece, ..)| piece.len() <= MAX_PIECE), "bounded");
    }
}
