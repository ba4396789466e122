//! An IMAP server that misbehaves on purpose: every command is answered by a function of the test's.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What was said to the server, one command a line, without tags.
pub(crate) type Heard = Arc<Mutex<Vec<String>>>;

/// Answers a command; the text `TAG` stands for its tag. `None` closes the line.
pub(crate) type Script = Arc<dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync>;

/// Starts a server and returns its port and what it hears. `overrides` answers first; where it returns nothing the
/// server is a plain empty mailbox with ID and without IDLE.
pub(crate) async fn serve(
    overrides: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> (u16, Heard) {
    serve_bytes(Arc::new(move |command| {
        let answer = overrides(command).or_else(|| plain(command).map(str::to_owned));
        answer.map(String::into_bytes)
    }))
    .await
}

/// Starts a server that answers bytes.
pub(crate) async fn serve_bytes(script: Script) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let log = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (script, log) = (Arc::clone(&script), Arc::clone(&log));
            tokio::spawn(async move { talk(stream, &script, &log).await });
        }
    });
    (port, heard)
}

async fn talk(stream: TcpStream, script: &Script, heard: &Heard) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(&script("GREETING")?).await.ok()?;
    let mut line = String::new();
    while stream.read_line(&mut line).await.ok()? > 0 {
        let (tag, command) = line.trim_end().split_once(' ').unwrap_or(("*", line.trim_end()));
        heard.lock().unwrap().push(command.to_owned());
        let answer = script(command)?;
        let marker = answer.windows(3).rposition(|w| w == b"TAG");
        let answer = match marker {
            Some(at) => [&answer[..at], tag.as_bytes(), &answer[at + 3..]].concat(),
            None => answer,
        };
        stream.write_all(&answer).await.ok()?;
        line.clear();
    }
    Some(())
}

/// A well-behaved empty mailbox.
pub(crate) fn plain(command: &str) -> Option<&'static str> {
    let word = command.split(' ').next().unwrap_or("");
    Some(match word {
        "GREETING" => "* OK ready\r\n",
        "CAPABILITY" => "* CAPABILITY IMAP4rev1 ID\r\nTAG OK done\r\n",
        "LOGIN" | "NOOP" => "TAG OK done\r\n",
        "ID" => "* ID NIL\r\nTAG OK done\r\n",
        "EXAMINE" => {
            "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT 1] n\r\nTAG OK [READ-ONLY] done\r\n"
        }
        "UID" => "TAG OK done\r\n",
        _ => return None,
    })
}
