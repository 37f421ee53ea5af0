"""The citizens' side: a promise, a code, and asking with it."""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.attempts import AttemptRules, Attempts
from assistant.errors import TooManyCodesError
from assistant.model import Channel, Language, ReplyBy, StatusCode, TicketFilter, TicketKind, TicketState
from assistant.tickets.codes import Codes
from assistant.tickets.draft import MOST_CHARACTERS, TicketDraft
from tests.fakes import NOON, FixedClock
from tests.tickets.conftest import BERLIN, Office, by_mail, draft

ME = ("192.0.2.1",)


def some_code(number: int) -> StatusCode:
    """A well-formed code that nobody was given."""
    return Codes(b"other").code_of(str(number))


async def test_a_concern_becomes_a_promise(office: Office) -> None:
    """It gets a date two working days ahead, the responsible office where one is known, and a code."""
    ticket, code = await office.service.open(draft(service_id="reisepass"))
    assert ticket.due_at == datetime(2026, 11, 24, 18, tzinfo=BERLIN)
    assert (ticket.state, ticket.service_id, ticket.created_at) == (TicketState.OPEN, "reisepass", NOON)
    assert await office.service.status(code, ME) == ticket
    assert await office.service.status(f" {str(code).lower().replace('-', ' ')} ", ME) == ticket
    assert await office.service.status(str(code).replace("0", "o"), ME) == ticket


async def test_a_service_that_does_not_exist_is_left_out(office: Office) -> None:
    """What comes from an address typed by hand is not believed."""
    ticket, _ = await office.service.open(draft(service_id="nirgends"))
    assert (ticket.service_id, ticket.office_id) == (None, None)


async def test_by_telephone_the_promise_is_shorter(office: Office) -> None:
    """Who called is promised 24 hours of working days."""
    ticket, _ = await office.service.open(draft(channel=Channel.PHONE))
    assert ticket.due_at == datetime(2026, 11, 23, 13, tzinfo=BERLIN)


async def test_opening_twice_is_once(office: Office) -> None:
    """The same origin gives the same ticket and the same code; the acknowledgement goes out once."""
    first = await office.service.open(by_mail(), origin="handoff:1")
    assert await office.service.open(by_mail(), origin="handoff:1") == first
    assert len(await office.tools.store.find(TicketFilter())) == 1
    assert len(await office.outbox.undone()) == 1


async def test_the_origin_of_a_form_is_all_that_stands_in_it(office: Office) -> None:
    """The same form sent again is the same ticket; who guesses its number but not its words gets another."""
    mine = by_mail()
    origin = office.service.origin_of("form-1", mine)
    assert origin == office.service.origin_of("form-1", replace(mine, text=f"  {mine.text} "))
    others = (draft(), by_mail(text="x"), by_mail(kind=TicketKind.PRAISE), by_mail(conversation_id="c"))
    assert origin not in {office.service.origin_of("form-1", other) for other in others}
    assert origin != office.service.origin_of("form-2", mine)


async def test_only_what_is_needed_is_kept(office: Office) -> None:
    """Where the answer is fetched with a code, no contact is kept, whatever stood in the form."""
    ticket, _ = await office.service.open(draft(contact="jamila@example.net", name="  Jamila \n Haddad "))
    assert (ticket.contact, ticket.name) == ("", "Jamila Haddad")


@pytest.mark.parametrize(
    ("faulty", "faults"),
    [
        (draft(text="  \n "), ("text",)),
        (draft(text="x" * (MOST_CHARACTERS + 1)), ("text_long",)),
        (draft(name="x" * 200), ("name_long",)),
        (draft(reply_by=ReplyBy.PHONE), ("phone",)),
        (draft(reply_by=ReplyBy.PHONE, contact="jamila@example.net"), ("phone",)),
        (draft(reply_by=ReplyBy.PHONE, contact="12"), ("phone",)),
        (draft(reply_by=ReplyBy.MAIL), ("mail",)),
        (draft(reply_by=ReplyBy.MAIL, contact="a@b.de\r\nBcc: c@d.de"), ("mail",)),
        (draft(reply_by=ReplyBy.MAIL, contact="a@b.de, c@d.de"), ("mail",)),
        (draft(reply_by=ReplyBy.MAIL, contact="jamila"), ("mail",)),
        (draft(text="", reply_by=ReplyBy.MAIL), ("text", "mail")),
    ],
)
async def test_faults(office: Office, faulty: TicketDraft, faults: tuple[str, ...]) -> None:
    """What is missing or wrong is named, and no ticket is made of it."""
    assert faulty.tidied().faults() == faults
    with pytest.raises(ValueError, match=faults[0]):
        await office.service.open(faulty)
    assert await office.tools.store.find(TicketFilter()) == ()


@pytest.mark.parametrize("phone", ["0421 361-0", "+49 (421) 361 0", "115 115", "٠٤٢١ ٣٦١٠", "0176/12345678"])
async def test_telephone_numbers(office: Office, phone: str) -> None:
    """Numbers are taken as people write them, in Arabic digits too; they are kept in Latin ones."""
    ticket, _ = await office.service.open(draft(reply_by=ReplyBy.PHONE, contact=phone))
    assert ticket.contact.isascii()


async def test_codes_stand_nowhere(office: Office, tmp_path: Path) -> None:
    """Neither a code nor something to compute it from is in the database or in a mail waiting to be sent."""
    _, code = await office.service.open(by_mail())
    assert str(code) not in str(await office.outbox.undone())
    with sqlite3.connect(tmp_path / "conversations.db") as database:
        kept = "\n".join(database.iterdump())
    database.close()
    for written in (str(code), code.symbols, code.symbols[:12]):
        assert written not in kept.upper()


def test_codes_need_the_secret() -> None:
    """Another installation makes other codes of the same tickets, and keeps other fingerprints of the same codes."""
    one, other = Codes(b"one"), Codes(b"other")
    codes = {str(keys.code_of(f"t{number}")) for keys in (one, other) for number in range(500)}
    assert len(codes) == 1000
    assert one.code_of("t1") == one.code_of("t1")
    assert one.fingerprint(one.code_of("t1")) != other.fingerprint(one.code_of("t1"))


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_origins_differ_where_their_parts_do(one: list[str], other: list[str]) -> None:
    """No two forms are taken for one by where their fields begin and end."""
    codes = Codes(b"secret")
    assert (codes.origin_of(*one) == codes.origin_of(*other)) is (one == other)


# ── guessing ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", ["", "K7RM", "Was kostet ein Pass?", "0000-0000-0000-0", some_code(1), "x" * 5000])
async def test_unknown_malformed_and_forgotten_codes_are_told_alike(office: Office, code: str | StatusCode) -> None:
    """Nobody learns from the answer whether a code ever existed."""
    ticket, known = await office.service.open(draft())
    assert await office.service.status(known, ("192.0.2.9",)) == ticket
    office.clock.advance(timedelta(days=200))
    await office.watch.look()
    assert await office.service.status(known, ME) is None
    assert await office.service.status(code, ME) is None


async def test_guessing_ends_soon(office: Office) -> None:
    """After five wrong codes in an hour nothing more is looked up, not even a right code; later again."""
    _, right = await office.service.open(draft())
    for number in range(5):
        assert await office.service.status(some_code(number), ME) is None
    for code in (some_code(9), right):
        with pytest.raises(TooManyCodesError) as refused:
            await office.service.status(code, ME)
        assert 0 < refused.value.wait_s <= 12 * 60
    assert await office.service.status(right, ("192.0.2.2",)) is not None
    office.clock.advance(timedelta(minutes=13))
    assert await office.service.status(right, ME) is not None


async def test_who_changes_the_address_is_counted_by_the_conversation(office: Office) -> None:
    """Each of those who ask counts for itself: a conversation, or an address with many conversations."""
    for number in range(5):
        await office.service.status(some_code(number), (f"192.0.2.{number}", "conversation"))
    with pytest.raises(TooManyCodesError):
        await office.service.status(some_code(9), ("192.0.2.99", "conversation"))
    for number in range(5):
        await office.service.status(some_code(number), ("198.51.100.1", f"c{number}"))
    with pytest.raises(TooManyCodesError):
        await office.service.status(some_code(9), ("198.51.100.1", "c9"))


async def test_guessing_from_everywhere_locks_nobody_out(office: Office) -> None:
    """When many places guess, each may be wrong once only; who has a code is still answered."""
    _, right = await office.service.open(draft())
    for number in range(25):
        await office.service.status(some_code(number), (f"192.0.2.{number}",))
    assert await office.service.status(some_code(1), ("198.51.100.1",)) is None
    with pytest.raises(TooManyCodesError):
        await office.service.status(some_code(2), ("198.51.100.1",))
    assert await office.service.status(right, ("198.51.100.2",)) is not None


async def test_right_codes_cost_little(office: Office) -> None:
    """Who looks again and again with a right code may do so forty times an hour."""
    _, right = await office.service.open(draft())
    for _ in range(41):
        assert await office.service.status(right, ME)
    with pytest.raises(TooManyCodesError):
        await office.service.status(right, ME)


@given(st.lists(st.tuples(st.integers(0, 3600), st.booleans()), max_size=60))
def test_no_pattern_gets_more_tries(steps: list[tuple[int, bool]]) -> None:
    """However the tries are spread over time: within any hour no more than twice the allowed ones are wrong."""
    clock = FixedClock()
    attempts = Attempts(clock, AttemptRules(wrong_per_hour=5, all_wrong_per_hour=1000))
    tried: list[datetime] = []
    for wait, is_right in steps:
        clock.advance(timedelta(seconds=wait))
        try:
            attempts.check(ME)
        except TooManyCodesError:
            continue
        attempts.count(ME, is_right=is_right)
        if not is_right:
            tried.append(clock.now())
    for moment in tried:
        assert sum(moment <= other < moment + timedelta(hours=1) for other in tried) <= 10


async def test_in_the_language_of_the_person(office: Office) -> None:
    """Whatever language somebody writes in, the ticket keeps it for the answer."""
    ticket, _ = await office.service.open(draft(language=Language.AR, text="جواز سفري لم يصل"))
    assert ticket.language is Language.AR
