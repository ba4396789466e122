"""What schemathesis is told of the bridge's API: `cargo xtask api-check`."""

import os

import requests
import schemathesis

# A poll that finds nothing waits as long as it was asked to.
WAIT_S = 0


@schemathesis.hook
def before_call(context, case, kwargs):
    """Keeps polls short; everything that is no allowed wait stays as it was made."""
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
