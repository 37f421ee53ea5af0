"""Finding what is over."""

from datetime import timedelta

import httpx
import pytest

from assistant.model import Ending
from assistant.service import Message
from tests.fakes import NOON
from tests.workplace import BERG, KAYA, LUND, Floor, send, wait_for_person


def ended(floor: Floor, client: httpx.Client, *said: str, ending: str = "solved") -> str:
    """A chat that an agent has ended."""
    conversation, handoff = floor.run(wait_for_person(floor, *said))
    send(client, f"/desk/chats/{handoff}/claim")
    send(client, f"/desk/chats/{handoff}/messages", text=f"Antwort auf {conversation}")
    send(client, f"/desk/chats/{handoff}/close", ending=ending)
    return handoff


@pytest.mark.slow
def test_found_by_words_agent_service_and_day(floor: Floor, kaya: httpx.Client) -> None:
    """Each field narrows the search down; what was said by person and agent counts, and what is open does not."""
    mine = ended(floor, kaya, "Mein Ausweis ist weg")
    with floor.client(BERG) as berg:
        his = ended(floor, berg, "Wo melde ich mich an?")
    today = NOON.date().isoformat()
    tomorrow = (NOON + timedelta(days=1)).date().isoformat()
    for query, expected in (
        ({"text": "ausweis WEG"}, (True, False)),
        ({"text": "antwort"}, (True, True)),
        ({"text": "100%"}, (False, False)),
        ({"agent": "berg"}, (False, True)),
        ({"service": "reisepass"}, (True, True)),
        ({"service": "hundesteuer"}, (False, False)),
        ({"since": today, "until": today}, (True, True)),
        ({"since": tomorrow}, (False, False)),
        ({"until": "not a day", "text": "anmelde"}, (False, False)),
    ):
        page = kaya.get("/desk/history", params=query).text
        assert (mine in page, his in page) == expected, query


def test_looking_is_logged(floor: Floor, kaya: httpx.Client) -> None:
    """Every search and every look is in the audit log; the conversation can be read, and nothing said in it."""
    handoff = ended(floor, kaya, "Mein Ausweis ist weg")
    kaya.get("/desk/history", params={"text": "ausweis"})
    page = kaya.get(f"/desk/history/{handoff}").text
    assert "Mein Ausweis ist weg" in page
    assert "<textarea" not in page
    assert floor.log(KAYA)[-2:] == [("searched", ""), ("looked_at", handoff)]


def test_what_goes_on_is_not_history(floor: Floor, kaya: httpx.Client) -> None:
    """A chat that waits, or that somebody answers, cannot be read by this way."""
    _, handoff = floor.run(wait_for_person(floor, "geheim"))
    refused = kaya.get(f"/desk/history/{handoff}")
    assert refused.headers["location"] == "/desk?notice=not_found"
    assert "geheim" not in refused.text


def test_what_is_deleted_is_gone(floor: Floor, kaya: httpx.Client) -> None:
    """A conversation that the person has deleted is found no more."""
    handoff = ended(floor, kaya, "Bitte vergessen")
    conversation = floor.run(floor.tools.handoffs.get(handoff)).conversation_id
    floor.run(floor.services.conversations.delete(conversation))
    assert handoff not in kaya.get("/desk/history", params={"text": "vergessen"}).text
    assert kaya.get(f"/desk/history/{handoff}").status_code == 303


def test_the_supervisors_figures(floor: Floor, kaya: httpx.Client) -> None:
    """Supervisors see who waits, who is there with how many chats, how the day went, and what was promised."""
    handoff = ended(floor, kaya, "Mein Ausweis ist weg")
    kept = floor.run(floor.tools.handoffs.get(handoff))
    assert kept.ending is Ending.SOLVED
    floor.run(floor.reception.rate(kept.conversation_id, is_solved=True))
    floor.run(wait_for_person(floor))
    send(kaya, "/desk/presence", presence="paused")
    with floor.client(LUND) as lund:
        page = lund.get("/desk/supervisor").text
    for told in ("unter 1 Min.", "100 %", "1 von 1", "Pause", "2 eingehalten", "1 überschritten", "4 offen"):
        assert told in page, told
    assert "Frau Lund</th>" not in page, "who does not answer has no load"


def test_only_supervisors_supervise(floor: Floor, kaya: httpx.Client) -> None:
    """An agent sees neither the figures nor the switches, and switches nothing."""
    json = {"Accept": "application/json"}
    for path in ("/desk/supervisor", "/desk/supervisor/figures"):
        assert kaya.get(path, headers=json).status_code == 403
    send(kaya, "/desk/supervisor/switches", name="chat", turn="off", message="zu")
    assert floor.run(floor.reception.availability()).is_open


def test_switching_the_chat_off(floor: Floor, kaya: httpx.Client) -> None:
    """A supervisor takes the chat with people off with a message, and nobody can be connected until it is on again."""
    with floor.client(LUND) as lund:
        refused = send(lund, "/desk/supervisor/switches", name="chat", turn="off", message=" ")
        assert refused.headers["location"].endswith("problem=chat")
        send(lund, "/desk/supervisor/switches", name="chat", turn="off", message="Störung im Haus")
        assert "Störung im Haus" in lund.get("/desk/supervisor").text
        assert not floor.run(floor.reception.availability()).is_open
        send(lund, "/desk/supervisor/switches", name="chat", turn="on")
        assert floor.run(floor.reception.availability()).is_open
    assert [what for what, _ in floor.log(LUND)].count("changed") == 2


def test_messages_to_people_are_found_masked(floor: Floor, kaya: httpx.Client) -> None:
    """What was said to people is searched as it is kept."""
    conversation, handoff = floor.run(wait_for_person(floor))
    floor.run(floor.services.conversations.say(conversation, Message("Ich heiße Muster")))
    send(kaya, f"/desk/chats/{handoff}/claim")
    send(kaya, f"/desk/chats/{handoff}/close", ending="other")
    assert handoff in kaya.get("/desk/history", params={"text": "muster"}).text
