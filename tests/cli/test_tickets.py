"""``roland tickets`` and ``roland outbox``: what is owed, and what could not be sent."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.model import (
    Channel,
    Errand,
    Language,
    Ticket,
    TicketEvent,
    TicketEventKind,
    TicketKind,
    TicketState,
)
from assistant.storage.database import Database
from assistant.storage.outbox import SqlOutbox
from assistant.storage.tickets import SqlTicketStore
from tests.cli.conftest import Roland

DUE = datetime(2026, 11, 24, 17, tzinfo=UTC)


@pytest.fixture
def within(tmp_path: Path) -> Callable[[Callable[[Database], Awaitable[None]]], None]:
    """Do something in the database of the commands."""

    async def work(change: Callable[[Database], Awaitable[None]]) -> None:
        async with Database(f"sqlite:///{tmp_path}/data/conversations.db") as database:
            await change(database)

    return lambda change: asyncio.run(work(change))


def ticket(name: str, office: str = "", **values: object) -> Ticket:
    """A ticket that was promised to be answered on 24 November."""
    new = Ticket(name, TicketKind.CONCERN, "Geheim", Language.TR, Channel.WEB, DUE - timedelta(days=4), DUE)
    return replace(new, office_id=office or None, office_name=office, **values)  # type: ignore[arg-type]


async def three_tickets(database: Database) -> None:
    """One answered in time, one too late, one not at all."""
    settled = {"state": TicketState.ANSWERED, "reply": "Ja"}
    for one in (
        ticket("t1", "Standesamt", settled_at=DUE, **settled),
        ticket("t2", "Standesamt", settled_at=DUE + timedelta(seconds=1), **settled),
        ticket("t3", kind=TicketKind.COMPLAINT, due_at=datetime(2150, 1, 1, tzinfo=UTC)),
    ):
        opened = TicketEvent(one.id, one.id, TicketEventKind.OPENED, DUE)
        await SqlTicketStore(database).open(one, f"print-{one.id}", opened)


def test_what_is_owed(roland: Roland, within: Callable[..., None]) -> None:
    """`tickets list` shows what was promised to whom by whom, and nothing that citizens wrote."""
    within(three_tickets)
    listed = json.loads(roland("tickets", "list", "--json").stdout)
    assert [(one["office"], one["state"]) for one in listed] == [
        ("Standesamt", "answered"),
        ("Standesamt", "answered"),
        ("", "open"),
    ]
    assert [one["kind"] for one in json.loads(roland("tickets", "list", "--state", "open", "--json").stdout)] == [
        "complaint"
    ]
    assert json.loads(roland("tickets", "list", "--office", "Standesamt", "--kind", "praise", "--json").stdout) == []
    for output in (roland("tickets", "list").stdout, json.dumps(listed)):
        assert "Geheim" not in output
    assert "2026-11-24 18:00" in roland("tickets", "list").stdout


def test_promises_by_office(roland: Roland, within: Callable[..., None]) -> None:
    """`tickets report` counts what was promised for the days asked for, both included, in local time."""
    within(three_tickets)
    reported = json.loads(roland("tickets", "report", "--from", "2026-11-24", "--to", "2026-11-24", "--json").stdout)
    assert reported == [
        {"office_id": "Standesamt", "office": "Standesamt", "kept": 1, "broken": 1, "owed": 0, "share_kept": 0.5}
    ]
    assert json.loads(roland("tickets", "report", "--from", "2026-11-25", "--to", "2026-12-24", "--json").stdout) == []
    shown = roland("tickets", "report", "--from", "2026-11-01", "--to", "2150-01-02").stdout
    assert "50%" in shown
    assert "(none)" in shown


@pytest.mark.parametrize("days", [("2026-11-24", "2026-11-23"), ("24.11.2026", "25.11.2026")])
def test_days_that_are_none(roland: Roland, days: tuple[str, str]) -> None:
    """Days in the wrong order or another form are wrong usage."""
    assert roland("tickets", "report", "--from", days[0], "--to", days[1]).exit_code == 2


async def two_errands(database: Database) -> None:
    """One that waits, one given up."""
    outbox = SqlOutbox(database)
    for name in ("waits", "dead"):
        await outbox.put(Errand(name, "mail", DUE, DUE, {"to": "jamila@example.net"}))
    await outbox.give_up("dead", "SMTPRecipientsRefused 550", DUE)


def test_the_outbox(roland: Roland, within: Callable[..., None]) -> None:
    """`outbox` shows what waits and what was given up, never to whom; what was given up can be tried again."""
    assert roland("outbox").exit_code == 0
    within(two_errands)
    result = roland("outbox", "--json")
    shown = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [one["id"] for one in shown["waiting"]] == ["waits"]
    assert [(one["id"], one["last_error"]) for one in shown["given_up"]] == [("dead", "SMTPRecipientsRefused 550")]
    assert "jamila" not in result.output + roland("outbox").output
    assert "1 given up" in roland("outbox").stdout
    assert roland("outbox", "--retry", "dead").exit_code == 0
    assert roland("outbox", "--retry", "dead").exit_code == 1
