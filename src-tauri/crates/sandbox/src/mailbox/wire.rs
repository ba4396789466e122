//! The line to one client: commands with literals in, bytes out, broken where a fault says so.

use super::request::{Request, Token, split_literal, tokenize};
use std::io;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// No client sends a longer line or literal; more is an attack on the memory.
const LIMIT: usize = 64 * 1024;

pub(super) struct Wire {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    /// A line read in part, kept because IDLE gives up reading when there is news.
    pending: Vec<u8>,
    /// How many bytes get through before the line breaks.
    budget: Option<usize>,
}

impl Wire {
    pub(super) fn new(tcp: TcpStream, budget: Option<usize>) -> Self {
        let (reader, writer) = tcp.into_split();
        Self { reader: BufReader::new(reader), writer, pending: Vec::new(), budget }
    }

    /// Lets at most `bytes` more through.
    pub(super) fn break_after(&mut self, bytes: usize) -> io::Result<()> {
        self.budget = Some(self.budget.map_or(bytes, |left| left.min(bytes)));
        if bytes == 0 { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(left) = &mut self.budget else { return self.writer.write_all(bytes).await };
        let part = &bytes[..bytes.len().min(*left)];
        *left -= part.len();
        let broken = *left == 0;
        self.writer.write_all(part).await?;
        if broken { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }

    /// Says goodbye to the socket, so that what was sent arrives whatever is still unread here.
    pub(super) async fn close(&mut self) {
        let _ = self.writer.shutdown().await;
    }

    /// The next line without its end; none when the client has gone. Nothing is lost if this is given up.
    pub(super) async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let room = u64::try_from(LIMIT.saturating_sub(self.pending.len())).unwrap_or(0);
        (&mut self.reader).take(room).read_until(b'\n', &mut self.pending).await?;
        if !self.pending.ends_with(b"\n") {
            return if self.pending.len() < LIMIT {
                Ok(None)
            } else {
                Err(io::ErrorKind::InvalidData.into())
            };
        }
        let mut line = std::mem::take(&mut self.pending);
        line.pop();
        if line.ends_with(b"\r") {
            line.pop();
        }
        Ok(Some(line))
    }

    /// The next command with its literals; none when the client has gone.
    pub(super) async fn request(&mut self) -> io::Result<Option<Request>> {
        let (mut tokens, mut shown, mut readable) = (Vec::new(), String::new(), true);
        loop {
            let Some(line) = self.line().await? else { return Ok(None) };
            let (text, literal) = split_literal(&line);
            shown.push_str(&String::from_utf8_lossy(text));
            readable &= tokenize(text, &mut tokens).is_some();
            let Some((length, waits)) = literal else {
                return Ok(Some(Request::new(tokens, &shown, readable)));
            };
            if length > LIMIT {
                return Err(io::ErrorKind::InvalidData.into());
            }
            if waits {
                self.send(b"+ go on\r\n").await?;
            }
            let mut literal = vec![0; length];
            self.reader.read_exact(&mut literal).await?;
            let literal = String::from_utf8_lossy(&literal).into_owned();
            shown.push_str(&literal);
            tokens.push(Token::Text(literal));
        }
    }
}
