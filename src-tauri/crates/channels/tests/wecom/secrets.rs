//! The key of a robot, the secret of an application and its token are nowhere but in the call.

use crate::desk::{Desk, KEY, alert, to};
use sandbox::Fault;
use std::io;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn troubles() -> Vec<Fault> {
    let answer = |status, body: &str| Fault::Answer { status, body: body.replace("KEY", KEY) };
    vec![
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::Status { status: 302, retry_after: None },
        Fault::Status { status: 502, retry_after: None },
        answer(200, "KEY"),
        answer(200, r#"{"errcode":85999,"errmsg":"no such url: send?key=KEY"}"#),
        answer(200, r#"{"errcode":93000,"errmsg":"invalid webhook url KEY"}"#),
    ]
}

/// In a test of its own: the log takes in everything that happens in its process.
#[tokio::test]
async fn no_trouble_writes_a_secret_into_a_log_an_error_or_the_stored_queue() {
    let log = Log::default();
    let writer = log.clone();
    let all = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(writer);
    tracing::subscriber::set_global_default(all.finish()).unwrap();
    let mut shown = String::new();
    for trouble in troubles() {
        let mut desk = Desk::open().await;
        let (robot, app) = (desk.robot(), desk.app());
        desk.core.faults.arm("webhook", trouble.clone(), 1);
        desk.push(alert("1"));
        desk.step(&robot).await;
        shown += &format!("{:?} {}\n", desk.settled, serde_json::to_string(&desk.queue).unwrap());
        let mut desk = Desk::open().await;
        desk.core.faults.arm("cgi-bin", trouble.clone(), 1);
        desk.core.faults.skip("cgi-bin", 1, trouble);
        for id in ["1", "2"] {
            desk.push(to("li", id));
            desk.step(&app).await;
        }
        shown += &format!("{:?} {}\n", desk.settled, serde_json::to_string(&desk.queue).unwrap());
        shown += &format!("{:?}", robot.limits());
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("TRACE"), "the log of every layer is looked at");
    for secret in [KEY, "demoCorpSecret", "accesstoken0"] {
        assert!(!log.contains(secret), "{secret} is in the log");
        assert!(!shown.contains(secret), "{secret} is shown: {shown}");
    }
}
