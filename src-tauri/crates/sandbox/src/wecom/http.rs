//! The HTTP side: three addresses, HTTP 200 and an `errcode` whatever happens.

use super::messages::{Passed, Refusal, check};
use super::state::{State, WeCom, in_last_minute};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{self, RawQuery};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Messages a minute: per robot, per application, per member of an application.
const PER_ROBOT: usize = 20;
const PER_APP: usize = 200;
const PER_MEMBER: usize = 30;
/// The most members, and the most departments or tags, that one message names.
const MOST_READERS: usize = 1000;
const MOST_GROUPS: usize = 100;

impl WeCom {
    /// Its HTTP side, without ledger and faults; [`WeCom::start`] adds them.
    pub fn router(&self) -> Router {
        Router::new().fallback(answer).with_state(self.clone())
    }

    fn by_robot(&self, key: &str, body: &Value) -> Result<Value, Refusal> {
        let now = self.now();
        let (name, passed) = {
            let mut state = self.state();
            let robot = state.robots.get_mut(key).ok_or((93000, "invalid webhook url".to_owned()))?;
            if in_last_minute(&robot.taken, now) >= PER_ROBOT {
                return Err((45009, "api freq out of limit".into()));
            }
            let passed = check(body, false)?;
            robot.taken.push(now);
            (robot.name.clone(), passed)
        };
        self.show(&name, "group", passed);
        Ok(json!({}))
    }

    fn sign_in(&self, corp_id: &str, corp_secret: &str) -> Result<Value, Refusal> {
        if corp_id != self.company.corp_id {
            return Err((40013, "invalid corpid".into()));
        }
        if corp_secret != self.company.corp_secret {
            return Err((40001, "invalid credential".into()));
        }
        let (token, left_s) = self.token();
        Ok(json!({ "access_token": token, "expires_in": left_s }))
    }

    fn by_app(&self, access: &str, body: &Value) -> Result<Value, Refusal> {
        let now = self.now();
        let (reached, unknown, passed) = {
            let mut state = self.state();
            self.admit(&state, access, body)?;
            let Meant { known, unknown } = readers(&state, body)?;
            if in_last_minute(&state.app_taken, now) >= PER_APP {
                return Err((45009, "api freq out of limit".into()));
            }
            let passed = check(body, true)?;
            state.app_taken.push(now);
            let mut reached = Vec::new();
            for id in known {
                let had = state.members.entry(id.clone()).or_default();
                // One too many is lost, and the answer is the same.
                if in_last_minute(had, now) >= PER_MEMBER {
                    state.lost += 1;
                } else {
                    had.push(now);
                    reached.push(id);
                }
            }
            (reached.join("|"), unknown, passed)
        };
        let message_id = if reached.is_empty() {
            String::new()
        } else {
            self.show(&self.company.agent_id.to_string(), &reached, passed)
        };
        Ok(json!({
            "invaliduser": unknown[0], "invalidparty": unknown[1], "invalidtag": unknown[2],
            "unlicenseduser": "", "msgid": message_id
        }))
    }

    fn admit(&self, state: &State, access: &str, body: &Value) -> Result<(), Refusal> {
        match &state.token {
            Some((token, until)) if token == access && *until > self.now() => {}
            Some((token, _)) if token == access => return Err((42001, "access_token expired".into())),
            Some(_) | None => return Err((40014, "invalid access_token".into())),
        }
        if state.untrusted_ip {
            return Err((60020, "not allow to access from your ip".into()));
        }
        if state.forbidden {
            return Err((48002, "api forbidden".into()));
        }
        if body["agentid"].as_u64() != Some(self.company.agent_id) {
            return Err((40056, "invalid agentid".into()));
        }
        Ok(())
    }

    fn show(&self, conversation: &str, to: &str, passed: Passed) -> String {
        let Passed { kind, content, drawn } = passed;
        self.state().drawn.extend(drawn);
        self.deliver(conversation, to, &kind, &content)
    }
}

/// Who is meant, and the names of the members, departments and tags that do not see the application.
struct Meant {
    known: BTreeSet<String>,
    unknown: [String; 3],
}

fn readers(state: &State, body: &Value) -> Result<Meant, Refusal> {
    let named = |field: &str| -> Vec<String> {
        let list = body[field].as_str().unwrap_or_default();
        list.split('|').filter(|id| !id.is_empty()).map(str::to_owned).collect()
    };
    let (users, parties, tags) = (named("touser"), named("toparty"), named("totag"));
    for (field, ids, most) in
        [("touser", &users, MOST_READERS), ("toparty", &parties, MOST_GROUPS), ("totag", &tags, MOST_GROUPS)]
    {
        if ids.len() > most {
            return Err((40058, format!("{field} exceed max length {most}")));
        }
    }
    // Beside "everybody" the platform overlooks the other lists.
    if users.iter().any(|id| id == "@all") && !state.members.is_empty() {
        return Ok(Meant { known: state.members.keys().cloned().collect(), unknown: Default::default() });
    }
    let (members, strangers): (Vec<String>, Vec<String>) =
        users.into_iter().partition(|id| state.members.contains_key(id));
    let mut known: BTreeSet<String> = members.into_iter().collect();
    let mut joined = |ids: Vec<String>, groups: &BTreeMap<String, Vec<String>>| {
        let (there, gone): (Vec<String>, Vec<String>) =
            ids.into_iter().partition(|id| groups.contains_key(id));
        known.extend(there.iter().flat_map(|id| groups[id].clone()));
        gone.join("|")
    };
    let unknown = [strangers.join("|"), joined(parties, &state.parties), joined(tags, &state.tags)];
    if known.is_empty() {
        return Err((81013, "user & party & tag all invalid".into()));
    }
    Ok(Meant { known, unknown })
}

async fn answer(
    extract::State(platform): extract::State<WeCom>,
    method: Method,
    uri: Uri,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let params: BTreeMap<String, String> =
        url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let param = |name: &str| params.get(name).map_or("", String::as_str);
    let json = || serde_json::from_slice(&body).map_err(|_| (47001, "data format error".to_owned()));
    let said = match (method, uri.path()) {
        (Method::POST, "/cgi-bin/webhook/send") => {
            json().and_then(|body| platform.by_robot(param("key"), &body))
        }
        (Method::GET, "/cgi-bin/gettoken") => platform.sign_in(param("corpid"), param("corpsecret")),
        (Method::POST, "/cgi-bin/message/send") => {
            json().and_then(|body| platform.by_app(param("access_token"), &body))
        }
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let envelope = match said {
        Ok(mut fields) => {
            fields["errcode"] = json!(0);
            fields["errmsg"] = json!("ok");
            fields
        }
        Err((code, words)) => {
            let serial = {
                let mut state = platform.state();
                state.serial += 1;
                state.serial
            };
            let hint = format!(
                "{words}, hint: [17000000{serial:015}], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e={code}"
            );
            json!({ "errcode": code, "errmsg": hint })
        }
    };
    ([(header::CONTENT_TYPE, "application/json; charset=UTF-8")], envelope.to_string()).into_response()
}
