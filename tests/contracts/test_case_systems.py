"""What every ``TicketSystem`` and ``ChatPlatform`` promises: Zammad, Chatwoot, and Roland's own desk seen as one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest

from assistant.errors import CaseSystemRefusedError, CaseSystemUnavailableError, HandoffNotFoundError
from assistant.model import Case, CaseAgent, CaseStatus, Language
from assistant.ports import ChatPlatform
from assistant.storage.database import Database
from connectors.chatwoot import Chatwoot
from connectors.zammad import Habits, Zammad
from tests import fakes_chatwoot, fakes_zammad
from tests.fakes_chatwoot import FakeChatwoot
from tests.fakes_zammad import FakeZammad
from tests.handoff.conftest import build
from tests.own_desk import OwnDesk, OwnStaff

pytestmark = pytest.mark.slow

CASE = Case(
    id="0f3c2a9d",
    title="Chat: Reisepass beantragen",
    guest="Gast 0F3C",
    briefing="Sprache: Türkçe\nDas wurde gefragt:\n- Was kostet ein Reisepass?",
    language=Language.TR,
    facts={"language": "tr", "service": "reisepass"},
    due_at=datetime(2026, 11, 25, 17, tzinfo=UTC),
)
MARA = (7, "Frau Lindner")
HABITS = Habits(fakes_zammad.GROUP, fakes_zammad.GUEST, "Bürgertelefon", "zurück an Roland", "roland_due")


class Staff(Protocol):
    """What the people of a system do there."""

    async def come(self, agent_id: int, name: str) -> None: ...

    async def assign(self, ref: str, agent_id: int, name: str) -> None: ...

    async def answer(self, ref: str, agent_id: int, name: str, text: str, *, private: bool = False) -> None: ...

    async def give_back(self, ref: str, agent_id: int, name: str) -> None: ...

    async def end(self, ref: str, agent_id: int, name: str) -> None: ...

    async def said(self, ref: str) -> list[str]: ...

    async def notes(self, ref: str) -> list[str]: ...


@dataclass
class FakeStaff:
    """The people of a fake server."""

    server: FakeChatwoot | FakeZammad
    back: str
    over: str

    async def come(self, agent_id: int, name: str) -> None:
        """They are there, or nobody can tell."""

    async def assign(self, ref: str, agent_id: int, name: str) -> None:
        self.server.assign(ref, agent_id, name)

    async def answer(self, ref: str, agent_id: int, name: str, text: str, *, private: bool = False) -> None:
        self.server.answer(ref, agent_id, name, text, private=private)

    async def give_back(self, ref: str, agent_id: int, name: str) -> None:
        self.server.set_status(ref, self.back)

    async def end(self, ref: str, agent_id: int, name: str) -> None:
        self.server.set_status(ref, self.over)

    async def said(self, ref: str) -> list[str]:
        return self.server.said(ref)

    async def notes(self, ref: str) -> list[str]:
        return self.server.notes(ref)


@dataclass
class Place:
    """A system and its people; ``unknown`` is a case that is not there."""

    platform: ChatPlatform
    staff: Staff
    unknown: str


def chatwoot(server: FakeChatwoot) -> Chatwoot:
    """The adapter to a fake Chatwoot."""
    return Chatwoot(
        server.url,
        account=1,
        inbox=fakes_chatwoot.INBOX,
        bot_token=fakes_chatwoot.BOT,
        staff_token=fakes_chatwoot.STAFF,
        team="Bürgertelefon",
        timeout_s=2,
    )


@pytest.fixture(params=["own", "chatwoot", "zammad"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    """A system of each kind."""
    if request.param == "own":
        async with Database(f"sqlite:///{tmp_path / 'own.db'}") as database:
            house = build(database)
            yield Place(OwnDesk(house), OwnStaff(house), "nothing")
    elif request.param == "chatwoot":
        async with FakeChatwoot().running() as server, chatwoot(server) as adapter:
            yield Place(adapter, FakeStaff(server, "pending", "resolved"), "nobody/99")
    else:
        async with FakeZammad().running() as tickets, Zammad(tickets.url, fakes_zammad.TOKEN, HABITS) as zammad:
            yield Place(zammad, FakeStaff(tickets, "zurück an Roland", "closed"), "99")


async def test_a_case_is_open_and_nobodys(place: Place) -> None:
    """A new case waits for somebody, with the briefing for staff alone."""
    ref = await place.platform.open(CASE)
    view = await place.platform.look(ref)
    assert (view.status, view.agent, view.messages) == (CaseStatus.OPEN, None, ())
    (note,) = await place.staff.notes(ref)
    assert CASE.briefing in note


async def test_a_case_opened_twice_is_one(place: Place) -> None:
    """Whoever does not know whether it was opened may open it again."""
    assert await place.platform.open(CASE) == await place.platform.open(CASE)
    assert await place.platform.open(replace(CASE, id="another")) != await place.platform.open(CASE)


async def test_what_the_person_says_is_there_in_order_and_once(place: Place) -> None:
    """The same id again is the same message; the same words under another id are another."""
    ref = await place.platform.open(CASE)
    for number, text in (("u1", "Merhaba"), ("u2", "evet"), ("u1", "Merhaba"), ("u3", "evet")):
        await place.platform.forward(ref, number, text)
    assert await place.staff.said(ref) == ["Merhaba", "evet", "evet"]
    assert (await place.platform.look(ref)).messages == ()


async def test_answers_of_staff_come_in_order_with_names(place: Place) -> None:
    """What staff writes to the person is seen, each under an id that stays."""
    ref = await place.platform.open(CASE)
    await place.staff.assign(ref, *MARA)
    assert (await place.platform.look(ref)).agent is not None
    await place.staff.answer(ref, *MARA, "Guten Tag")
    await place.staff.answer(ref, *MARA, "Ein Reisepass kostet 70 Euro.")
    seen = (await place.platform.look(ref)).messages
    assert [message.text for message in seen] == ["Guten Tag", "Ein Reisepass kostet 70 Euro."]
    assert {message.agent for message in seen} == {CaseAgent("7", "Frau Lindner")}
    assert (await place.platform.look(ref)).messages == seen


async def test_a_note_is_for_staff_alone(place: Place) -> None:
    """Neither Roland's notes nor those of staff are ever among the messages."""
    ref = await place.platform.open(CASE)
    await place.platform.note(ref, "n1", "Achtung")
    await place.staff.answer(ref, *MARA, "Die Person wirkt aufgeregt.", private=True)
    assert (await place.platform.look(ref)).messages == ()
    assert {"Achtung", "Die Person wirkt aufgeregt."} <= set(await place.staff.notes(ref))


async def test_staff_gives_a_case_back(place: Place) -> None:
    """Staff can let Roland answer again."""
    ref = await place.platform.open(CASE)
    await place.staff.assign(ref, *MARA)
    await place.staff.give_back(ref, *MARA)
    assert (await place.platform.look(ref)).status is CaseStatus.GIVEN_BACK


async def test_staff_ends_a_case(place: Place) -> None:
    """What was said before the end is still seen after it."""
    ref = await place.platform.open(CASE)
    await place.staff.answer(ref, *MARA, "Auf Wiedersehen")
    await place.staff.end(ref, *MARA)
    view = await place.platform.look(ref)
    assert view.status is CaseStatus.CLOSED
    assert [message.text for message in view.messages] == ["Auf Wiedersehen"]


async def test_roland_ends_a_case_with_a_reason(place: Place) -> None:
    """Staff reads why; ended twice is ended once."""
    ref = await place.platform.open(CASE)
    await place.platform.close(ref, "ended", "Die Person hat das Gespräch verlassen.")
    await place.platform.close(ref, "ended", "Die Person hat das Gespräch verlassen.")
    assert (await place.platform.look(ref)).status is CaseStatus.CLOSED
    assert (await place.staff.notes(ref)).count("Die Person hat das Gespräch verlassen.") == 1


async def test_somebody_is_there(place: Place) -> None:
    """A platform at work says who takes chats, or that its team does."""
    await place.platform.ping()
    await place.staff.come(*MARA)
    assert len(await place.platform.agents()) == 1


async def test_a_case_that_is_not_there_is_no_reason_to_try_again(place: Place) -> None:
    """Somebody has deleted it there; waiting does not bring it back."""
    with pytest.raises((CaseSystemRefusedError, HandoffNotFoundError)):
        await place.platform.look(place.unknown)


@pytest.fixture(params=["chatwoot", "zammad"])
async def outside(request: pytest.FixtureRequest) -> AsyncIterator[tuple[FakeChatwoot | FakeZammad, ChatPlatform]]:
    """A fake server and the adapter to it, which waits for half a second at most."""
    server: FakeChatwoot | FakeZammad = FakeChatwoot() if request.param == "chatwoot" else FakeZammad()
    async with server.running():
        if isinstance(server, FakeChatwoot):
            async with Chatwoot(
                server.url, account=1, inbox=fakes_chatwoot.INBOX, bot_token=fakes_chatwoot.BOT, timeout_s=0.5
            ) as adapter:
                yield server, adapter
        else:
            async with Zammad(server.url, fakes_zammad.TOKEN, HABITS, timeout_s=0.5) as zammad:
                yield server, zammad


Outside = tuple[FakeChatwoot | FakeZammad, ChatPlatform]


@pytest.mark.parametrize("status", [401, 403, 408, 429, 500, 502, 503])
async def test_what_may_work_later_is_told_apart(outside: Outside, status: int) -> None:
    """Overload, failures and a token that somebody has yet to put right are worth another try."""
    server, platform = outside
    server.status = status
    for call in (platform.open(CASE), platform.ping()):
        with pytest.raises(CaseSystemUnavailableError, match=str(status)):
            await call


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_what_will_never_work_is_told_apart(outside: Outside, status: int) -> None:
    """A request that is wrong stays wrong."""
    server, platform = outside
    server.status = status
    with pytest.raises(CaseSystemRefusedError, match=str(status)) as refusal:
        await platform.open(CASE)
    assert not refusal.value.retryable


@pytest.mark.parametrize(
    ("said", "wait"),
    [("30", 30.0), ("", 0.0), ("soon", 0.0), ("999999", 3600.0), ("Mon, 23 Nov 2020 11:00:00 GMT", 0.0)],
)
async def test_the_wish_to_be_left_alone_is_heard(outside: Outside, said: str, wait: float) -> None:
    """Retry-After is passed on, within reason."""
    server, platform = outside
    server.status, server.extra = 429, {"Retry-After": said} if said else {}
    with pytest.raises(CaseSystemUnavailableError) as refusal:
        await platform.ping()
    assert refusal.value.wait_s == wait


async def test_a_slow_system_is_not_waited_for(outside: Outside) -> None:
    """Neither one that says nothing nor one that says it letter by letter holds Roland up."""
    server, platform = outside
    server.delay_s = 5
    with pytest.raises(CaseSystemUnavailableError):
        await platform.ping()
    server.delay_s, server.drip = 0, True
    with pytest.raises(CaseSystemUnavailableError):
        await platform.ping()


@pytest.mark.parametrize("body", [b"", b"<html>maintenance</html>", b'{"id": ', b'{"something": "else"}', b"[[1]]"])
async def test_nonsense_is_no_answer(outside: Outside, body: bytes) -> None:
    """A page of a proxy with status 200 is not taken for a case."""
    server, platform = outside
    server.body = body
    with pytest.raises(CaseSystemUnavailableError):
        await platform.open(CASE)


async def test_half_an_answer_is_none(outside: Outside) -> None:
    """A connection that breaks off is a failure."""
    server, platform = outside
    server.half = True
    with pytest.raises(CaseSystemUnavailableError):
        await platform.open(CASE)


async def test_nobody_listens() -> None:
    """A refused connection is a failure like others."""
    async with FakeZammad().running() as server:
        url = server.url
    async with Zammad(url, fakes_zammad.TOKEN, HABITS) as zammad:
        with pytest.raises(CaseSystemUnavailableError):
            await zammad.ping()


async def test_what_was_done_without_a_word_is_not_done_again(outside: Outside) -> None:
    """Where the connection breaks after the system has taken something, another try finds it there."""
    server, platform = outside
    ref = await platform.open(CASE)
    server.forget_reply = True
    with pytest.raises(CaseSystemUnavailableError):
        await platform.forward(ref, "u1", "Merhaba")
    await platform.forward(ref, "u1", "Merhaba")
    assert server.said(ref) == ["Merhaba"]


async def test_an_error_never_quotes_anybody(outside: Outside) -> None:
    """What a system says of its reasons may hold what somebody wrote; logs and dead letters do not."""
    server, platform = outside
    server.status = 500
    with pytest.raises(CaseSystemUnavailableError) as failure:
        await platform.open(CASE)
    assert "broken on purpose" not in str(failure.value)
    assert server.url not in str(failure.value)
