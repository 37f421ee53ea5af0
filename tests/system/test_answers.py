"""What people ask first, over HTTP and on the command line."""

import json

import httpx
import pytest

from tests.system.conversation import PASSPORT, Conversation, Known, check, check_sourced, services_of
from tests.system.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_what_a_passport_costs(client: httpx.Client) -> None:
    """The question after a passport's price gets both fees, from the passport's page."""
    check(Conversation.begin(client).ask(PASSPORT.question), PASSPORT)


def test_a_lost_identity_card(client: httpx.Client) -> None:
    """Who writes that the "perso" is gone is told what to do, from the page on lost cards."""
    answer = Conversation.begin(client).ask("mein perso ist weg was jetzt")
    check(answer, Known("", "personalausweis-verlust", ("sperren", "116 116")))


def test_registering_a_dog_and_its_price(client: httpx.Client) -> None:
    """Two questions in one, where to register a dog and what it costs, are both answered."""
    answer = Conversation.begin(client).ask("Wo melde ich meinen Hund an und was kostet das?")
    check(answer, Known("", "hund-anmelden", ("150,00 Euro",)))
    assert any(block["type"] == "office" for block in answer["blocks"])


def test_a_follow_up_keeps_the_topic(client: httpx.Client) -> None:
    """A question that names nothing is about what was spoken of before."""
    conversation = Conversation.begin(client)
    conversation.ask(PASSPORT.question)
    answer = conversation.ask("Und welche Unterlagen brauche ich?")
    assert services_of(answer) == {"reisepass"}
    assert "Foto" in answer["text"]
    check_sourced(answer)


def test_ask_prints_what_programs_need(prepared: Installation) -> None:
    """``roland ask --json`` prints one document with status, language, text, blocks, sources, candidates, timings."""
    done = prepared.run("ask", PASSPORT.question, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    check(answer, PASSPORT)
    assert answer["language"] == "de"
    assert {"service_id", "title", "section", "url", "updated_on"} <= set(answer["sources"][0])
    assert answer["candidates"]
    assert all({"service_id", "title", "score"} <= set(candidate) for candidate in answer["candidates"])
    assert answer["candidates"][0]["service_id"] == "reisepass"
    assert {"understand", "retrieve", "compose", "guard_answer"} <= set(answer["timings"])
