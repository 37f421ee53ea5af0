"""Webhooks of Zammad and Chatwoot: who they are from, and which case they are about."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.errors import ForgedSignalError
from assistant.model import CaseAgent, CaseSignal
from connectors.chatwoot import ChatwootSignals
from connectors.zammad import ZammadSignals
from tests import fakes_chatwoot, fakes_zammad

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
AT = int(NOW.timestamp())
SECRET = "only-we-know"
PAYLOADS = Path(__file__).parents[1] / "payloads"


def chatwoot(name: str, **changes: object) -> bytes:
    """A webhook of Chatwoot's with some of it changed."""
    return json.dumps(fakes_chatwoot.payload(f"webhook_{name}") | changes).encode()


def heard(body: bytes, delivery: str = "d-1", at: int = AT) -> CaseSignal | None:
    """What Chatwoot's webhook says."""
    return ChatwootSignals(SECRET).read(fakes_chatwoot.signed(body, SECRET, at, delivery), body, NOW)


@pytest.mark.parametrize("name", ["message_created", "conversation_status_changed", "conversation_updated"])
def test_chatwoot_tells_of_a_change(name: str) -> None:
    """Answers, a new status and a new assignee are all a reason to look at the case."""
    signal = heard(chatwoot(name))
    assert signal is not None
    assert (signal.ref, signal.typing) == ("0f3c2a/12", None)


def test_chatwoot_tells_of_somebody_who_writes() -> None:
    """Typing is told with the name; that of the person themselves, or in a note, is not."""
    signal = heard(chatwoot("conversation_typing_on"))
    assert signal is not None
    assert signal.typing == CaseAgent("7", "Mara Lindner")
    assert heard(chatwoot("conversation_typing_on", is_private=True)) is None
    assert heard(chatwoot("conversation_typing_on", user={"id": 41, "name": "Gast", "type": "contact"})) is None


@pytest.mark.parametrize(
    "changes",
    [{"private": True}, {"message_type": "incoming"}, {"message_type": "template"}, {"event": "contact_created"}],
)
def test_what_is_not_for_the_person_is_of_no_interest(changes: dict[str, object]) -> None:
    """Private notes, the echo of what the person said, greetings by template, other events."""
    assert heard(chatwoot("message_created", **changes)) is None


def test_a_delivery_that_is_repeated_is_known() -> None:
    """The same delivery is the same signal, another one is not; without a name, the body tells."""
    body = chatwoot("message_created")
    assert heard(body) == heard(body)
    assert heard(body) != heard(body, "d-2")
    headers = fakes_chatwoot.signed(body, SECRET, AT)
    del headers["x-chatwoot-delivery"]
    reader = ChatwootSignals(SECRET)
    assert reader.read(headers, body, NOW) == reader.read(headers, body, NOW)


@pytest.mark.parametrize("age", [timedelta(minutes=6), -timedelta(minutes=6)])
def test_an_old_webhook_is_refused(age: timedelta) -> None:
    """What was recorded cannot be played again later, nor made for the future."""
    with pytest.raises(ForgedSignalError):
        heard(chatwoot("message_created"), at=int((NOW - age).timestamp()))


@pytest.mark.parametrize("name", ["x-chatwoot-signature", "x-chatwoot-timestamp"])
@pytest.mark.parametrize("value", [None, "", "sha256=", "1", "sha256=" + "0" * 64, "söhne"])
def test_a_wrong_signature_is_refused(name: str, value: str | None) -> None:
    """Also where it is missing, empty, or no signature at all."""
    body = chatwoot("message_created")
    headers = fakes_chatwoot.signed(body, SECRET, AT)
    headers = {key: said for key, said in headers.items() if key != name} | ({name: value} if value else {})
    with pytest.raises(ForgedSignalError):
        ChatwootSignals(SECRET).read(headers, body, NOW)


def test_a_body_that_was_changed_is_refused() -> None:
    """The signature is that of every byte, and of the time."""
    body = chatwoot("message_created")
    headers = fakes_chatwoot.signed(body, SECRET, AT)
    with pytest.raises(ForgedSignalError):
        ChatwootSignals(SECRET).read(headers, body + b" ", NOW)
    with pytest.raises(ForgedSignalError):
        ChatwootSignals(SECRET).read(headers | {"x-chatwoot-timestamp": str(AT + 1)}, body, NOW)


def test_without_a_secret_nobody_is_believed() -> None:
    """A secret that was forgotten in the settings does not open the door."""
    body = chatwoot("message_created")
    with pytest.raises(ForgedSignalError):
        ChatwootSignals("").read(fakes_chatwoot.signed(body, "", AT), body, NOW)
    with pytest.raises(ForgedSignalError):
        ZammadSignals("").read(fakes_zammad.signed(body, ""), body, NOW)


@pytest.mark.parametrize("name", ["webhook_default", "webhook_custom"])
def test_zammad_tells_of_a_ticket(name: str) -> None:
    """Zammad's own payload does, and so does one that says the number and nothing else."""
    body = (PAYLOADS / "zammad" / f"{name}.json").read_bytes()
    signal = ZammadSignals(SECRET).read(fakes_zammad.signed(body, SECRET), body, NOW)
    assert signal is not None
    assert signal.ref == "81"


@pytest.mark.parametrize("said", ["", "sha1=", "sha1=" + "0" * 40])
def test_a_wrong_signature_of_zammads_is_refused(said: str) -> None:
    """Also where it is missing."""
    body = (PAYLOADS / "zammad" / "webhook_custom.json").read_bytes()
    with pytest.raises(ForgedSignalError):
        ZammadSignals(SECRET).read({"x-hub-signature": said} if said else {}, body, NOW)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"ticket": {}}', b'{"event": 1}', b"\xff"])
def test_what_cannot_be_read_is_told_apart(body: bytes) -> None:
    """A signed body in another shape is an error that does not quote it."""
    with pytest.raises(ValueError, match="shape"):
        ZammadSignals(SECRET).read(fakes_zammad.signed(body, SECRET), body, NOW)
    with pytest.raises(ValueError, match="shape"):
        heard(body)
