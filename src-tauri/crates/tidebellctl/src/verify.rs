//! `verify`: is the data whole?

use crate::open::reading;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

pub(crate) async fn run(data: Option<&Path>) -> ExitCode {
    let store = match reading(data).await {
        Ok(store) => store,
        Err(words) => {
            crate::complain(&words);
            return ExitCode::from(2);
        }
    };
    match store.verify().await {
        Ok(report) => {
            let whole = report.is_whole();
            let orphans: Vec<_> = report
                .orphans
                .iter()
                .map(|orphans| json!({ "what": orphans.what, "rows": orphans.rows }))
                .collect();
            let line = json!({
                "ok": whole, "damage": report.damage, "broken_keys": report.broken_keys,
                "first_broken_log_entry": report.broken_link, "orphans": orphans,
                "messages": report.messages, "indexed": report.indexed, "counts_agree": report.tally_agrees,
            });
            crate::say(&line.to_string());
            ExitCode::from(u8::from(!whole))
        }
        Err(error) => {
            crate::say(&json!({ "ok": false, "error": error.to_string() }).to_string());
            ExitCode::from(1)
        }
    }
}
