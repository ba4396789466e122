"""What schemathesis is told of the bridge's API: `cargo xtask api-check`."""

import os
import sqlite3
import time
from datetime import datetime, timezone

import requests
import schemathesis

# A poll that finds nothing waits as long as it was asked to.
WAIT_S = 0


# Of the well-made calls about one reply every second one is about a reply that is there; the others find nothing.
EVERY = 2
# A reply that was handed out is given up after two minutes.
IN_HAND_S = 60
# So many acknowledgements are about one reply: the first settles it, the others are told so.
ACKS = 8

ACK, PICTURE = "/v1/replies/{id}/ack", "/v1/replies/{id}/picture"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(1000)

_asked = {ACK: 0, PICTURE: 0}
_pictures = {}
_acks = {}


def written():
    """A reply with a picture, as a person sends it from the window; then the bridge takes it in hand. Its id."""
    address, bearer = os.environ["BRIDGE"], {"Authorization": "Bearer " + os.environ["BRIDGE_TOKEN"]}
    name = f"{len(_pictures) + len(_acks)}-{time.time_ns()}"
    message = {
        "kind": "message", "id": f"m-{name}", "conversation": f"c-{name}", "author": "buyer", "buyer": {"id": "b"},
        "at": datetime.now(timezone.utc).isoformat(), "body": {"type": "text", "text": "How does it look?"},
    }
    hello = {"can": ["chat_read", "chat_send", "send_images"]}
    for path, body in (("/v1/hello", hello), ("/v1/events", {"events": [message]})):
        requests.post(address + path, json=body, headers=bearer, timeout=10).raise_for_status()
    os.makedirs("outbox", exist_ok=True)
    with open(f"outbox/{name}.png", "wb") as file:
        file.write(PNG)
    record = sqlite3.connect("tidebell.db", timeout=10)
    with record:
        reply = record.execute(
            """INSERT INTO outbox (client_id, conversation_id, account_id, body, created_at_ms, send_after_ms,
                 seen_message_id, changed_at_ms, file)
               SELECT ?1, m.conversation_id, 0, '{"type":"image","url":"","thumb":null}', ?2, ?2, m.id, ?2, ?1 || '.png'
               FROM message m WHERE m.provider_id = ?3 RETURNING id""",
            (name, time.time_ns() // 1_000_000, f"m-{name}"),
        ).fetchall()
    record.close()
    requests.get(address + "/v1/replies?wait=0", headers=bearer, timeout=10).raise_for_status()
    return f"{reply[0][0]}-1"


def there(path):
    """The id of a reply that is there and in hand."""
    if path == PICTURE:
        fresh = [reply for reply, since in _pictures.items() if time.monotonic() - since < IN_HAND_S]
        reply = fresh[-1] if fresh else written()
        _pictures.setdefault(reply, time.monotonic())
        return reply
    open_ = [reply for reply, acks in _acks.items() if acks < ACKS]
    reply = open_[-1] if open_ else written()
    _acks[reply] = _acks.get(reply, 0) + 1
    return reply


@schemathesis.hook
def before_call(context, case, kwargs):
    """Names replies that are there. Keeps polls short; everything that is no allowed wait stays as it was made."""
    with_token = "BRIDGE_TOKEN" in os.environ
    if with_token and case.path in _asked and case.meta and case.meta.generation.mode.is_positive:
        _asked[case.path] += 1
        if _asked[case.path] % EVERY:
            case.path_parameters["id"] = there(case.path)
    wait = str((case.query or {}).get("wait", ""))
    if wait.isascii() and wait.isdigit() and WAIT_S < int(wait) <= 30:
        case.query["wait"] = WAIT_S


def told(headers):
    """What the headers of an answer say, without what changes with each one."""
    return {name.lower(): values for name, values in headers.items() if name.lower() != "date"}


def asked(path):
    """What whoever has a wrong token hears under a path."""
    wrong = {"Authorization": "Bearer tbr_wrong"}
    answer = requests.get(os.environ["BRIDGE"] + path, headers=wrong, timeout=10)
    assert answer.status_code == 401, f"{path} is answered {answer.status_code}"
    return {name: [value] for name, value in told(answer.headers).items()}, answer.content


_nowhere = None


@schemathesis.check
def nothing_is_learned(context, response, case):
    """Without the right token each answer is the one that a path which does not exist has."""
    global _nowhere
    if _nowhere is None:
        _nowhere = asked("/there/is/nothing")
        for there in ("/openapi.json", "/", "/v1"):
            assert asked(there) == _nowhere, f"{there} is answered in another way"
    call = f"{case.method} {case.path}"
    headers, content = _nowhere
    assert response.status_code == 401, f"{call} is answered {response.status_code}"
    assert told(response.headers) == headers, f"{call} has other headers: {response.headers}"
    assert response.content == content or case.method.upper() == "HEAD", f"{call} says something else"


@schemathesis.check
def the_picture_is_fetched(context, response, case):
    """A picture whose reply is in hand is there, whole."""
    if case.path == PICTURE and case.method.upper() == "GET" and case.path_parameters.get("id") in _pictures:
        assert response.status_code == 200, f"a picture in hand is answered {response.status_code}"
        assert response.content == PNG, "another picture"
