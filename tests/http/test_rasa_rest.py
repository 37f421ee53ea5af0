"""Rasa's REST channel, as Rasa's own clients use it."""

from pathlib import Path

import httpx
import pytest

from assistant.http.rasa_rest import conversation_of
from tests.fakes import EchoDialogue
from tests.server import Site, site

WEBHOOK = "/webhooks/rest/webhook"


def test_message_and_answer(client: httpx.Client) -> None:
    """A message gets a list of messages with text and buttons, and Roland's own answer beside them."""
    (message,) = client.post(WEBHOOK, json={"sender": "anna", "message": "Was kostet ein Reisepass?"}).json()
    assert message["recipient_id"] == "anna"
    assert "70,00 Euro" in message["text"]
    assert message["buttons"] == [{"title": "Unterlagen", "payload": "service:reisepass#documents"}]
    assert message["custom"]["answer"]["sources"][0]["service_id"] == "reisepass"


def test_sender_keeps_the_conversation(here: Site, client: httpx.Client) -> None:
    """The same sender goes on with the same conversation, another one has another; the id is not the sender's name."""
    for sender in ("berta", "berta", "carla"):
        client.post(WEBHOOK, json={"sender": sender, "message": "Hallo"})
    lengths = []
    for sender in ("berta", "carla"):
        name = conversation_of(sender, here.services.secret)
        assert sender not in name
        lengths.append(len(client.get(f"/api/v1/conversations/{name}").json()["turns"]))
    assert lengths == [2, 1]


def test_buttons_and_intents(here: Site, client: httpx.Client) -> None:
    """A button's payload, and an intent written as Rasa's clients write it, arrive as a choice; other texts do not."""
    assert isinstance(here.dialogue, EchoDialogue)
    for text, choice in (
        ("service:reisepass#fee", "service:reisepass#fee"),
        ("/restart", "act:restart"),
        ("/unknown", None),
        ("Frage: wo?", None),
    ):
        client.post(WEBHOOK, json={"sender": "dora", "message": text})
        assert here.dialogue.heard[-1].choice == choice


def test_extras_are_passed_over(client: httpx.Client) -> None:
    """What clients send besides, metadata for example, does no harm; a sender may be missing."""
    body = {"message": "Hallo", "metadata": {"a": 1}, "input_channel": "x"}
    assert client.post(WEBHOOK, json=body).json()[0]["recipient_id"] == "default"
    assert client.get("/webhooks/rest/").json() == {"status": "ok"}


@pytest.mark.slow
def test_closed_channel(tmp_path: Path) -> None:
    """Where the city has not opened the channel, it is not there."""
    with site(tmp_path, channels={"rest": False}) as here:
        assert httpx.post(here.url + WEBHOOK, json={"sender": "a", "message": "b"}).status_code == 404
