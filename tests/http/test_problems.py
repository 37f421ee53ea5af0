"""What people and programs get when something is wrong: a clear word, a code, a trace, and never a stack trace."""

import concurrent.futures
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes import EchoDialogue
from tests.server import Site, site

MESSAGES = "/api/v1/conversations/{}/messages"


def problem(response: httpx.Response, status: int, code: str) -> dict[str, object]:
    """The problem in a response, after a look at what every problem must have."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = response.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["trace_id"] == response.headers["x-trace-id"]
    assert "Traceback" not in response.text
    return body


def test_malformed_json(client: httpx.Client, conversation: str) -> None:
    """A body that is no JSON is refused as such."""
    response = client.post(
        f"{conversation}/messages", content=b'{"text": "Hal', headers={"Content-Type": "application/json"}
    )
    problem(response, 400, "malformed")


def test_invalid_fields_are_named_without_their_values(client: httpx.Client, conversation: str) -> None:
    """A wrong field is named; what somebody wrote into it is not repeated."""
    response = client.post(f"{conversation}/messages", json={"text": "x", "geheim": "a@b.de"})
    body = problem(response, 422, "invalid")
    assert body["errors"] == [{"place": "body.geheim", "reason": "extra_forbidden"}]
    assert "a@b.de" not in response.text


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": " \n\u0000 "}])
def test_empty_message(client: httpx.Client, conversation: str, body: dict[str, str]) -> None:
    """A message needs a text or a button."""
    problem(client.post(f"{conversation}/messages", json=body), 422, "message_empty")


def test_too_long_message_is_told_in_the_persons_language(client: httpx.Client, conversation: str) -> None:
    """More than 2,000 characters are refused with words for people, and nothing is kept."""
    response = client.post(f"{conversation}/messages", json={"text": "ä" * 2001})
    assert "2000 Zeichen" in str(problem(response, 422, "message_too_long")["detail"])
    english = client.post(f"{conversation}/messages?lang=en", json={"text": "a" * 2001})
    assert "2000 characters" in str(problem(english, 422, "message_too_long")["detail"])
    assert client.get(conversation).json()["turns"] == []
    assert client.post(f"{conversation}/messages", json={"text": "ä" * 2000}).status_code == 200


def test_one_megabyte(client: httpx.Client, conversation: str) -> None:
    """A message of 1 MB is refused with a clear answer, announced or in pieces, and the server goes on."""
    big = json.dumps({"text": "x" * 1_000_000}).encode()

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(big), 10_000):
            yield big[start : start + 10_000]

    headers = {"Content-Type": "application/json"}
    for content in (big, pieces()):
        problem(client.post(f"{conversation}/messages", content=content, headers=headers), 413, "too_large")
    assert client.post(f"{conversation}/messages", json={"text": "Hallo"}).status_code == 200


@pytest.mark.parametrize("name", ["unknown-but-well-formed", "x", "a" * 500, "..%2f..%2fetc", "%00" * 20])
def test_unknown_conversations(client: httpx.Client, name: str) -> None:
    """An id that is not there, or that can be none, is refused without a difference worth guessing for."""
    assert client.get(f"/api/v1/conversations/{name}").status_code in {404, 422}


def test_wrong_method_and_place(client: httpx.Client) -> None:
    """What does not exist is told as a problem too."""
    problem(client.put("/api/v1/conversations"), 405, "method_not_allowed")
    problem(client.get("/api/v1/nothing"), 404, "not_found")


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: json.dumps({"text": text}).encode()))
def test_no_body_breaks_the_server(client: httpx.Client, conversation: str, body: bytes) -> None:
    """Whatever bytes come as a message, the answer is a turn or a problem of the sender's, never of the server's."""
    response = client.post(f"{conversation}/messages", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 200 or 400 <= response.status_code < 500
    assert response.json()


@pytest.mark.slow
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    message=st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
        max_leaves=8,
    )
)
def test_no_json_breaks_the_server(client: httpx.Client, conversation: str, message: object) -> None:
    """Whatever JSON comes, in whatever place, the answer is never a failure of the server."""
    for path, body in (
        ("/api/v1/conversations", message),
        (f"{conversation}/messages", {"text": message}),
        (f"{conversation}/messages", {"choice": message, "id": message}),
        (f"{conversation}/messages/x/feedback", message),
        ("/webhooks/rest/webhook", {"sender": message, "message": message}),
    ):
        assert client.post(path, json=body).status_code < 500


def test_control_characters_are_dropped(client: httpx.Client, conversation: str) -> None:
    """Control characters are left out; line breaks and the joiners that Persian needs stay."""
    turn = client.post(f"{conversation}/messages", json={"text": "می\u200cخواهم\u0000\u0007\nja\u009f"}).json()
    assert turn["text"] == "می\u200cخواهم\nja"


def test_broken_dialogue(client: httpx.Client, conversation: str) -> None:
    """An error nobody expected is told with a way on and a trace, without its cause, and the next turn works."""
    response = client.post(f"{conversation}/messages", json={"text": "kaputt"})
    assert "0421 361-0" in str(problem(response, 500, "internal")["detail"])
    assert "broken on purpose" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"
    assert client.post(f"{conversation}/messages", json={"text": "heil"}).status_code == 200


def test_pace_of_a_conversation(tmp_path: Path) -> None:
    """Too many messages in one conversation get 429 with the time to wait; other conversations are not touched."""
    with site(tmp_path, http={"messages_per_minute": 3}) as here, httpx.Client(base_url=here.url, timeout=60) as client:
        names = [client.post("/api/v1/conversations").json()["id"] for _ in range(2)]
        responses = [client.post(MESSAGES.format(names[0]), json={"text": "Hallo"}) for _ in range(5)]
        assert [response.status_code for response in responses] == [200, 200, 200, 429, 429]
        problem(responses[-1], 429, "rate_limited")
        assert 1 <= int(responses[-1].headers["retry-after"]) <= 60
        assert client.post(MESSAGES.format(names[1]), json={"text": "Hallo"}).status_code == 200


def test_pace_of_a_client(tmp_path: Path) -> None:
    """Too many requests from one address get 429; the health page is not counted."""
    with site(tmp_path, http={"requests_per_minute": 5}) as here, httpx.Client(base_url=here.url, timeout=60) as client:
        codes = [client.get("/api/v1/life-situations").status_code for _ in range(7)]
        assert codes == [200] * 5 + [429] * 2
        assert client.get("/health").status_code == 200


def test_overload(tmp_path: Path) -> None:
    """More turns at once than allowed get 503 with a time to try again; those within are answered."""
    dialogue = EchoDialogue()
    dialogue.hold()
    with (
        site(tmp_path, dialogue, http={"max_turns_at_once": 2}) as here,
        httpx.Client(base_url=here.url, timeout=60) as client,
        concurrent.futures.ThreadPoolExecutor(2) as pool,
    ):
        names = [client.post("/api/v1/conversations").json()["id"] for _ in range(3)]
        within = [pool.submit(client.post, MESSAGES.format(name), json={"text": "Hallo"}) for name in names[:2]]
        dialogue.wait_heard()
        dialogue.wait_heard()
        refused = client.post(MESSAGES.format(names[2]), json={"text": "Hallo"})
        problem(refused, 503, "overloaded")
        assert int(refused.headers["retry-after"]) >= 1
        dialogue.release()
        assert [future.result().status_code for future in within] == [200, 200]


def test_locked_database(tmp_path: Path) -> None:
    """While somebody else holds the database, a message is refused with 503; afterwards everything works again."""
    with site(tmp_path, storage={"lock_timeout_ms": 50}) as here, httpx.Client(base_url=here.url, timeout=60) as client:
        name = client.post("/api/v1/conversations").json()["id"]
        other = sqlite3.connect(tmp_path / "conversations.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        refused = client.post(MESSAGES.format(name), json={"text": "Hallo"})
        problem(refused, 503, "storage_unavailable")
        assert refused.headers["retry-after"]
        other.execute("ROLLBACK")
        other.close()
        assert client.post(MESSAGES.format(name), json={"text": "Hallo"}).status_code == 200
        assert len(client.get(f"/api/v1/conversations/{name}").json()["turns"]) == 1


def test_foreign_host_names(here: Site) -> None:
    """The server answers only to the names it was given."""
    assert httpx.get(f"{here.url}/health", headers={"Host": "evil.example"}, timeout=60).status_code == 400


@pytest.mark.slow
def test_foreign_origins(tmp_path: Path) -> None:
    """Scripts of other sites may use the API only where the city names their site."""
    with site(tmp_path, http={"cors_origins": ("https://portal.bremen.de",)}) as here:
        for origin, allowed in (("https://portal.bremen.de", True), ("https://evil.example", False)):
            response = httpx.post(f"{here.url}/api/v1/conversations", headers={"Origin": origin}, timeout=60)
            assert (response.headers.get("access-control-allow-origin") == origin) is allowed
