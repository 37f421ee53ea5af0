"""Calls at the desk: in the queue, opened by the telephone's software, read as they are spoken, noted, rung back."""

import json

import httpx
import pytest

from assistant.model import (
    CallEnding,
    Ending,
    HandoffState,
    Language,
    Mode,
    Notice,
    NoticeKind,
    ReplyBy,
    TicketFilter,
    TicketKind,
    TransferOutcome,
)
from assistant.service import Message
from tests.http.desk.test_live import following, seen, until
from tests.workplace import BERG, EDDA, KAYA, LUND, Floor, ring, ring_for_person, send, send_json, wait_for_person

QUESTION = "was kostet ein reisepass"
NUMBER = "+494213610"


def calling(floor: Floor, *said: str) -> tuple[str, str, str]:
    """Somebody is about to be put through."""
    return floor.run(ring_for_person(floor, *(said or (QUESTION,))))


def claimed(floor: Floor, client: httpx.Client) -> tuple[str, str, str]:
    """A call that the agent in that browser has taken over."""
    ids = calling(floor)
    send(client, f"/desk/chats/{ids[1]}/claim")
    return ids


@pytest.mark.slow
def test_the_queue_marks_who_calls(floor: Floor, kaya: httpx.Client) -> None:
    """A call is told from a chat, with the number and how far putting through has come."""
    calling(floor)
    page = kaya.get("/desk").text
    for told in (f"Anruf: {NUMBER}", "wird durchgestellt", QUESTION, "Telefon"):
        assert told in page


def test_a_withheld_number_is_said_to_be_so(floor: Floor, kaya: httpx.Client) -> None:
    """An agent need not wonder."""
    floor.run(ring_for_person(floor, caller=""))
    assert "Nummer unterdrückt" in kaya.get("/desk").text


def test_the_queue_hears_that_somebody_was_put_through(floor: Floor, kaya: httpx.Client) -> None:
    """As soon as somebody has answered, the queue says so by itself."""
    conversation, handoff, _ = calling(floor)
    with following(kaya) as stream:
        assert "wird durchgestellt" in str(until(stream, "queue")[0]["html"])
        assert floor.tools.calls is not None
        floor.run(floor.tools.calls.passed_on(conversation, TransferOutcome.DONE, floor.services.clock.now()))
        floor.run(floor.tools.tell_desk())
        data, _ = until(stream, "queue")
    assert data["waiting"] == [handoff]
    assert "durchgestellt, noch nicht übernommen" in str(data["html"])


def test_the_telephone_opens_the_call(floor: Floor, kaya: httpx.Client) -> None:
    """The reference leads to exactly that conversation: before it is taken over, as one's own, and after its end."""
    _, handoff, reference = calling(floor)
    floor.run(ring_for_person(floor, "eine andere frage", name="other"))
    place = f"/desk/calls/{reference}"
    assert kaya.get(place).headers["location"] == f"/desk?look={handoff}"
    assert QUESTION in kaya.get(f"/desk?look={handoff}").text
    assert floor.log(KAYA)[-1] == ("looked_at", handoff)
    send(kaya, f"/desk/chats/{handoff}/claim")
    assert kaya.get(place).headers["location"] == f"/desk?chat={handoff}"
    with floor.client(BERG) as berg:
        assert berg.get(place).headers["location"] == "/desk?notice=taken"
    send(kaya, f"/desk/chats/{handoff}/close", ending="solved")
    floor.run(_end(floor, reference))
    assert kaya.get(place).headers["location"] == f"/desk/history/{handoff}"


async def _end(floor: Floor, reference: str) -> None:
    assert floor.tools.calls is not None
    found = await floor.workplace.desk.call(reference)
    assert found is not None
    await floor.tools.calls.end(found.conversation.id, CallEnding.TRANSFERRED, floor.services.clock.now())


@pytest.mark.parametrize("reference", ["unknown", "..%2F..", "x" * 40])
def test_an_unknown_reference_opens_nothing(floor: Floor, kaya: httpx.Client, reference: str) -> None:
    """Whoever guesses learns nothing, and a stranger nothing either."""
    assert kaya.get(f"/desk/calls/{reference}").status_code in {303, 404, 422}
    with floor.client(None) as nobody:
        assert nobody.get(f"/desk/calls/{reference}").headers.get("location", "").startswith(("/desk/login", ""))


def test_a_call_is_spoken_not_written_to(floor: Floor, kaya: httpx.Client) -> None:
    """There is no reply to write, and one that is sent all the same is refused; notes are kept as ever."""
    conversation, handoff, _ = claimed(floor, kaya)
    page = kaya.get("/desk").text
    assert 'name="text"' not in page
    assert "Sie sprechen mit der Person" in page
    assert send_json(kaya, f"/desk/chats/{handoff}/messages", text="Hallo").json()["code"] == "on_the_phone"
    assert "Hallo" not in str(floor.run(floor.store.transcript(conversation)))
    send(kaya, f"/desk/chats/{handoff}/notes", note="ruft morgen noch einmal an")
    assert "ruft morgen noch einmal an" in kaya.get("/desk").text


def test_number_and_outcome_stand_beside_the_call(floor: Floor, kaya: httpx.Client) -> None:
    """Who rings back finds the number, and what became of putting through; after the end the number is gone."""
    conversation, handoff, _ = claimed(floor, kaya)
    assert floor.tools.calls is not None
    floor.run(floor.tools.calls.passed_on(conversation, TransferOutcome.DONE, floor.services.clock.now()))
    page = kaya.get("/desk").text
    assert NUMBER in page
    assert "durchgestellt um" in page
    send(kaya, f"/desk/chats/{handoff}/close", ending="solved")
    ended = kaya.get(f"/desk/history/{handoff}").text
    assert (NUMBER in ended, "durchgestellt um" in ended) == (False, True)


def test_what_is_said_arrives_live(floor: Floor, kaya: httpx.Client) -> None:
    """What the caller says while it rings comes to the agent's desk as in a chat."""
    conversation, handoff, _ = claimed(floor, kaya)
    with following(kaya, seen(floor, handoff)) as stream:
        until(stream, "queue")
        floor.run(floor.services.conversations.say(conversation, Message("sind sie noch da")))
        told: dict[str, object] = {}
        while not told.get("entries"):
            told, _ = until(stream, "entries")
    assert "sind sie noch da" in str(told["entries"])


def test_a_call_that_did_not_arrive_goes_back(floor: Floor, kaya: httpx.Client) -> None:
    """An agent lets it go with one press; it waits again, and the log says why. A chat has no such way."""
    _, handoff, _ = claimed(floor, kaya)
    assert "Anruf kam nicht an" in kaya.get("/desk").text
    assert send(kaya, f"/desk/chats/{handoff}/release").headers["location"] == "/desk?notice=released"
    assert floor.run(floor.tools.handoffs.get(handoff)).state is HandoffState.WAITING
    assert floor.log(KAYA)[-1] == ("passed_on", handoff)
    _, chat = floor.run(wait_for_person(floor))
    send(kaya, f"/desk/chats/{chat}/claim")
    assert "stale" in send(kaya, f"/desk/chats/{chat}/release").headers["location"]


def test_a_caller_is_not_given_back_to_roland(floor: Floor, kaya: httpx.Client) -> None:
    """Roland is no longer on the line: the way is not offered, and refused where it is asked for all the same."""
    _, handoff, _ = claimed(floor, kaya)
    assert "roland:" not in kaya.get(f"/desk/chats/{handoff}/transfer").text
    send(kaya, f"/desk/chats/{handoff}/transfer", to="roland:", reason="fertig")
    assert floor.run(floor.tools.handoffs.get(handoff)).state is HandoffState.CLAIMED


def test_a_failed_transfer_leaves_the_desk(floor: Floor, kaya: httpx.Client) -> None:
    """Who took over while it rang is told that the caller speaks with Roland again."""
    conversation, handoff, _ = claimed(floor, kaya)
    with following(kaya, seen(floor, handoff)) as stream:
        until(stream, "queue")
        floor.run(_fail(floor, handoff))
        data, _ = until(stream, "gone")
    assert "spricht wieder mit Roland" in str(data["text"])
    assert floor.run(floor.store.get(conversation)).mode is Mode.WITH_BOT


async def _fail(floor: Floor, handoff: str) -> None:
    notice = Notice("not-passed-on", NoticeKind.NOT_PASSED_ON, floor.services.clock.now())
    ended = await floor.tools.handoffs.end(handoff, Ending.NOBODY_CAME, Mode.WITH_BOT, notice)
    await floor.tools.tell(ended.conversation_id)
    await floor.tools.tell_desk()


def test_a_call_back_is_taken_down(floor: Floor, kaya: httpx.Client) -> None:
    """It becomes a ticket with the number and a date, stands among the notes, and is one where it is sent twice."""
    conversation, handoff, _ = claimed(floor, kaya)
    for _ in range(2):
        sent = send(kaya, f"/desk/chats/{handoff}/callback", number="0421 361-0", matter="Rückfrage zum Pass")
        assert sent.headers["location"] == f"/desk?chat={handoff}&notice=callback"
    assert floor.services.ticket_desk is not None
    found = floor.run(floor.services.ticket_desk.find(TicketFilter()))
    (ticket,) = [one for one in found if one.conversation_id == conversation]
    assert (ticket.kind, ticket.reply_by, ticket.contact) == (TicketKind.CALLBACK, ReplyBy.PHONE, "0421 361-0")
    assert kaya.get("/desk").text.count("Rückruf aufgenommen, fällig") == 1
    wrong = send(kaya, f"/desk/chats/{handoff}/callback", number="keine", matter="Rückfrage")
    assert "no_number" in wrong.headers["location"]


# ── who is on the line ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_tells_nothing_of_what_is_said(floor: Floor, kaya: httpx.Client) -> None:
    """Since when, in which language, about what and with whom; reading on is a look, and logged as one."""
    conversation, reference = floor.run(ring(floor, QUESTION, language=Language.EN))
    with floor.client(LUND) as lund:
        for client in (kaya, lund):
            for path in ("/desk/calls", "/desk/calls/list"):
                page = client.get(path).text
                assert (reference in page, "Englisch" in page, "spricht mit Roland" in page) == (True, True, True)
                assert QUESTION not in page
        read = lund.get(f"/desk/calls/{reference}").text
    assert QUESTION in read
    assert floor.log(LUND)[-1] == ("looked_at", reference)
    floor.run(floor.services.conversations.delete(conversation))
    assert reference not in kaya.get("/desk/calls").text


def test_a_call_is_read_as_it_is_spoken(floor: Floor, kaya: httpx.Client) -> None:
    """Who reads on sees each turn come, and the end; it is logged also where only the stream is asked for."""
    conversation, reference = floor.run(ring(floor, QUESTION))
    with kaya.stream("GET", f"/desk/calls/{reference}/events") as response:
        lines = response.iter_lines()
        assert QUESTION in _told(lines)
        floor.run(floor.services.conversations.say(conversation, Message("und wie lange dauert das")))
        while "und wie lange dauert das" not in (html := _told(lines)):
            pass
        assert html.count("said--roland") == 2
        floor.run(floor.services.conversations.delete(conversation))
        while "Der Anruf ist zu Ende." not in _told(lines):
            pass
    assert floor.log(KAYA)[-1] == ("looked_at", reference)


def _told(lines: object) -> str:
    """The next thing the stream tells."""
    line = next(one for one in lines if one.startswith("data: "))  # type: ignore[attr-defined]
    return str(json.loads(line.removeprefix("data: "))["html"])


def test_calls_are_for_those_who_answer_and_those_who_look_after_them(floor: Floor) -> None:
    """Editors see none of them, and nobody who is not signed in."""
    conversation, reference = floor.run(ring(floor, QUESTION))
    with floor.client(EDDA) as edda, floor.client(None) as nobody:
        for path in ("/desk/calls", "/desk/calls/list", f"/desk/calls/{reference}", f"/desk/calls/{reference}/events"):
            assert edda.get(path).status_code == 403
            assert nobody.get(path).status_code in {303, 401}
    floor.run(floor.services.conversations.delete(conversation))
