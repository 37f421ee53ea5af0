"""The desk without a script: queue, preview, claim, reply, note, passing on, closing."""

import httpx
import pytest

from assistant.model import Ending, HandoffState, Language
from tests.workplace import BERG, KAYA, LUND, Floor, come, csrf_of, send, send_json, wait_for_person


def waiting(floor: Floor, *said: str, language: Language = Language.DE) -> tuple[str, str]:
    """Somebody waits for a person."""
    return floor.run(wait_for_person(floor, *said, language=language))


@pytest.mark.slow
def test_queue_tells_who_waits(floor: Floor, kaya: httpx.Client) -> None:
    """The queue shows language, matter, first words, reason and time of waiting of everybody."""
    waiting(floor, "Was kostet ein Pass?", language=Language.AR)
    page = kaya.get("/desk").text
    for told in ("Arabisch · Reisepass beantragen", "Was kostet ein Pass?", "Möchte mit einem Menschen", "Webseite"):
        assert told in page


@pytest.mark.slow
def test_a_look_is_logged_and_takes_nothing(floor: Floor, kaya: httpx.Client) -> None:
    """A preview shows the conversation, leaves it in the queue, and is kept in the log of looks."""
    _, handoff = waiting(floor, "Was kostet ein Pass?")
    page = kaya.get("/desk", params={"look": handoff}).text
    assert "Vorschau" in page
    assert "Sie sagten: Was kostet ein Pass?" in page
    assert floor.log(KAYA)[-1] == ("looked_at", handoff)
    assert floor.run(floor.tools.handoffs.get(handoff)).state is HandoffState.WAITING


def test_claim_reply_close(floor: Floor, kaya: httpx.Client) -> None:
    """An agent takes over, answers, and ends the conversation with a reason; all of it stands in the transcript."""
    conversation, handoff = waiting(floor, "Was kostet ein Pass?")
    assert send(kaya, f"/desk/chats/{handoff}/claim").headers["location"] == f"/desk?chat={handoff}"
    send(kaya, f"/desk/chats/{handoff}/messages", text="Guten Tag!", id="m-1")
    assert "Guten Tag!" in kaya.get("/desk").text
    ended = send(kaya, f"/desk/chats/{handoff}/close", ending="solved", remark="alles gut")
    assert ended.headers["location"] == "/desk?notice=ended"
    kept = floor.run(floor.tools.handoffs.get(handoff))
    assert (kept.state, kept.ending, kept.remark) == (HandoffState.ENDED, Ending.SOLVED, "alles gut")
    assert "Guten Tag!" in str(floor.run(floor.store.transcript(conversation)))


def test_a_race_has_one_winner(floor: Floor, kaya: httpx.Client) -> None:
    """Of two agents who claim one chat, one gets it; the other is told kindly, and reads nothing of it."""
    _, handoff = waiting(floor, "Was kostet ein Pass?")
    with floor.client(BERG) as berg:
        send(berg, f"/desk/chats/{handoff}/claim")
        lost = send(kaya, f"/desk/chats/{handoff}/claim")
        assert lost.headers["location"] == "/desk?notice=taken"
        page = kaya.get(lost.headers["location"]).text
        assert "hat gerade jemand anderes übernommen" in page
        assert "Sie sagten" not in kaya.get("/desk", params={"look": handoff, "chat": handoff}).text
        assert send_json(kaya, f"/desk/chats/{handoff}/messages", text="Hallo").json()["code"] == "not_yours"


def test_a_message_sent_twice_is_one(floor: Floor, kaya: httpx.Client) -> None:
    """A retry after a lost connection says nothing twice."""
    conversation, handoff = waiting(floor)
    send(kaya, f"/desk/chats/{handoff}/claim")
    for _ in range(2):
        assert send_json(kaya, f"/desk/chats/{handoff}/messages", text="Einmal!", id="same").status_code == 200
    assert str(floor.run(floor.store.transcript(conversation))).count("Einmal!") == 1


def test_no_more_chats_than_the_rules_allow(floor: Floor, kaya: httpx.Client) -> None:
    """Who has enough to do is told so, and the person goes on waiting for somebody else."""
    handoffs = [waiting(floor)[1] for _ in range(4)]
    places = [send(kaya, f"/desk/chats/{handoff}/claim").headers["location"] for handoff in handoffs]
    assert places[-1] == "/desk?notice=full"
    assert "schon 3 Gespräche" in kaya.get(places[-1]).text


def test_passing_on_needs_a_reason(floor: Floor, kaya: httpx.Client) -> None:
    """Without a reason nothing is passed on, and the form says so."""
    _, handoff = waiting(floor)
    send(kaya, f"/desk/chats/{handoff}/claim")
    refused = send(kaya, f"/desk/chats/{handoff}/transfer", to="agent:berg", reason="  ")
    assert "Bitte geben Sie einen Grund an." in kaya.get(refused.headers["location"]).text
    assert floor.run(floor.tools.handoffs.get(handoff)).agent_id == "kaya"


def test_passing_on_to_a_colleague(floor: Floor, kaya: httpx.Client) -> None:
    """What is passed to a colleague waits for them with the reason, and nobody else may look at it or take it."""
    _, handoff = waiting(floor)
    floor.run(come(floor, BERG))
    send(kaya, f"/desk/chats/{handoff}/claim")
    send(kaya, f"/desk/chats/{handoff}/transfer", to="agent:berg", reason="Er kennt sich mit Pässen aus")
    assert "Für Herr Berg" in kaya.get("/desk").text
    assert "Vorschau:" not in kaya.get("/desk", params={"look": handoff}).text
    assert send(kaya, f"/desk/chats/{handoff}/claim").headers["location"] == "/desk?notice=taken"
    with floor.client(BERG) as berg:
        assert "Er kennt sich mit Pässen aus" in berg.get("/desk", params={"look": handoff}).text
        send(berg, f"/desk/chats/{handoff}/claim")
    assert floor.run(floor.tools.handoffs.get(handoff)).agent_id == "berg"


def test_back_to_roland(floor: Floor, kaya: httpx.Client) -> None:
    """An agent can let Roland answer again."""
    _, handoff = waiting(floor)
    send(kaya, f"/desk/chats/{handoff}/claim")
    assert (
        send(kaya, f"/desk/chats/{handoff}/transfer", to="roland:", reason="fertig")
        .headers["location"]
        .endswith("returned")
    )
    assert floor.run(floor.tools.handoffs.get(handoff)).ending is Ending.TO_BOT


@pytest.mark.parametrize("ending", ["", "person_left", "nonsense"])
def test_only_an_agents_reasons_close(floor: Floor, kaya: httpx.Client, ending: str) -> None:
    """A chat is not closed without one of the reasons that an agent may give."""
    _, handoff = waiting(floor)
    send(kaya, f"/desk/chats/{handoff}/claim")
    send(kaya, f"/desk/chats/{handoff}/close", ending=ending)
    assert floor.run(floor.tools.handoffs.get(handoff)).state is HandoffState.CLAIMED


def test_notes_stay_inside(floor: Floor, kaya: httpx.Client) -> None:
    """A note stands at the desk, and nowhere that the person can read."""
    conversation, handoff = waiting(floor, "Was kostet ein Pass?")
    send(kaya, f"/desk/chats/{handoff}/claim")
    send(kaya, f"/desk/chats/{handoff}/notes", note="wirkt verzweifelt", id="n-1")
    assert "wirkt verzweifelt" in kaya.get("/desk").text
    with httpx.Client(base_url=floor.url, cookies={"roland": conversation}, timeout=60) as person:
        for path in ("/", "/chat", "/chat/print", "/chat/transcript", f"/api/v1/conversations/{conversation}"):
            answer = person.get(path)
            assert answer.status_code == 200
            assert "verzweifelt" not in answer.text, path


def test_a_reply_and_a_note_cannot_be_taken_for_each_other(floor: Floor, kaya: httpx.Client) -> None:
    """The field of a note says nothing to the person, and the field of a reply writes no note."""
    conversation, handoff = waiting(floor)
    send(kaya, f"/desk/chats/{handoff}/claim")
    assert send_json(kaya, f"/desk/chats/{handoff}/messages", note="geheim").status_code == 422
    assert send_json(kaya, f"/desk/chats/{handoff}/notes", text="für die Person").status_code == 422
    assert "geheim" not in str(floor.run(floor.store.transcript(conversation)))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/desk"),
        ("GET", "/desk/events"),
        ("GET", "/desk/chats/{id}/transfer"),
        ("POST", "/desk/presence"),
        ("POST", "/desk/chats/{id}/claim"),
        ("POST", "/desk/chats/{id}/messages"),
        ("POST", "/desk/chats/{id}/notes"),
        ("POST", "/desk/chats/{id}/close"),
    ],
)
def test_nobody_else_comes_in(floor: Floor, kaya: httpx.Client, method: str, path: str) -> None:
    """Without signing in, or without the role, every address of the desk is shut."""
    _, handoff = waiting(floor, "geheim")
    for who, status in ((None, 401), (LUND, 403)):
        with floor.client(who) as stranger:
            answer = stranger.request(
                method,
                path.format(id=handoff),
                data={"csrf": csrf_of(stranger), "presence": "available"},
                headers={"Accept": "application/json", "Origin": floor.url},
            )
            assert answer.status_code == status, path
            assert "geheim" not in answer.text


def test_a_form_of_another_session_is_refused(floor: Floor, kaya: httpx.Client) -> None:
    """Without the session's own token, or from another site, nothing is done."""
    _, handoff = waiting(floor)
    tries = (("", floor.url), ("guessed", floor.url), (csrf_of(kaya), "https://evil.example"))
    for csrf, origin in tries:
        kaya.post(f"/desk/chats/{handoff}/claim", data={"csrf": csrf}, headers={"Origin": origin})
    assert floor.run(floor.tools.handoffs.get(handoff)).state is HandoffState.WAITING
