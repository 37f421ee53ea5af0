"""Errands are run until they are done: over a real database and a real mail server."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.errors import ConnectorError, MailRefusedError, MailUnavailableError
from assistant.model import Errand
from assistant.outbox import Courier, Patience
from assistant.ports import Outbox
from assistant.storage.database import Database
from assistant.storage.outbox import SqlOutbox
from assistant.tickets.letters import MAIL
from connectors.mail import SmtpMailer, SmtpServer
from tests.fakes import NOON, FixedClock
from tests.mail_server import MailServer

PATIENCE = Patience(most_tries=4, first_pause=timedelta(minutes=1), longest_pause=timedelta(minutes=3))


@pytest.fixture
async def outbox(tmp_path: Path) -> AsyncIterator[Outbox]:
    """An empty outbox."""
    async with Database(f"sqlite:///{tmp_path}/conversations.db") as database:
        yield SqlOutbox(database)


def errand(name: str = "m1") -> Errand:
    """A mail to be sent."""
    return Errand(name, MAIL, NOON, NOON, {"to": "jamila@example.net", "subject": "Hallo", "text": "Hallo\n"})


def courier(outbox: Outbox, server: MailServer, clock: FixedClock, timeout_s: float = 5) -> Courier:
    """One that sends mail to that server."""
    mailer = SmtpMailer(SmtpServer("127.0.0.1", server.port, "none", timeout_s=timeout_s), "amt@example.org", clock)

    async def send(errand: Errand) -> None:
        await mailer.send(errand.payload["to"], errand.payload["subject"], errand.payload["text"], errand.id)

    return Courier(outbox, {MAIL: send}, clock, PATIENCE)


async def test_a_mail_is_sent_once(outbox: Outbox) -> None:
    """What is put in is sent at the next look, and never again."""
    clock = FixedClock()
    async with MailServer().running() as server:
        sending = courier(outbox, server, clock)
        await outbox.put(errand())
        assert await sending.look() == 1
        await outbox.put(errand())
        clock.advance(timedelta(days=1))
        assert await sending.look() == 0
    assert len(server.received) == 1


async def test_later_is_tried_again(outbox: Outbox) -> None:
    """A server that says "later" gets the mail later; the pauses grow up to the longest."""
    clock = FixedClock()
    async with MailServer(answers=["451 later"] * 3).running() as server:
        sending = courier(outbox, server, clock)
        await outbox.put(errand())
        pauses = []
        while not server.received:
            assert await sending.look() == 1
            if waiting := await outbox.undone():
                assert waiting[0].last_error == "SMTPDataError 451"
                pauses.append(waiting[0].due_at - clock.now())
                assert await sending.look() == 0
                clock.advance(pauses[-1])
    for pause, minutes in zip(pauses, (1, 2, 3), strict=True):
        assert timedelta(minutes=minutes) * 0.8 <= pause <= timedelta(minutes=minutes)
    assert await outbox.undone() == ()


async def test_never_is_given_up_at_once(outbox: Outbox) -> None:
    """A server that says "never" is not asked again; the mail waits for somebody to look, who may send it again."""
    clock = FixedClock()
    async with MailServer(recipient_answers=["550 no such mailbox"]).running() as server:
        sending = courier(outbox, server, clock)
        await outbox.put(errand())
        await sending.look()
        clock.advance(timedelta(hours=1))
        assert await sending.look() == 0
        (dead,) = await outbox.dead()
        assert (dead.id, dead.tries, dead.last_error) == ("m1", 1, "SMTPRecipientsRefused 550")
        await outbox.revive("m1", clock.now())
        await sending.look()
    assert len(server.received) == 1


async def test_patience_ends(outbox: Outbox) -> None:
    """After so many tries a mail is given up, with the last reason."""
    clock = FixedClock()
    async with MailServer(answers=["451 later"] * 9).running() as server:
        await outbox.put(errand())
        for _ in range(9):
            await courier(outbox, server, clock).look()
            clock.advance(timedelta(hours=1))
        assert len(server.answers) == 5
    (dead,) = await outbox.dead()
    assert dead.tries == 4


async def test_a_connection_that_breaks_midway(outbox: Outbox) -> None:
    """What the server had not taken is sent again; what it had taken comes twice, but under one id."""
    clock = FixedClock()
    async with MailServer(drops=1).running() as server:
        await outbox.put(errand())
        for _ in range(2):
            await courier(outbox, server, clock).look()
            clock.advance(timedelta(minutes=1))
        assert len(server.received) == 1
        server.drops, server.after_taking = 1, True
        await outbox.put(errand("m2"))
        for _ in range(2):
            await courier(outbox, server, clock).look()
            clock.advance(timedelta(minutes=1))
    assert [mail["message-id"] for mail in server.received[1:]] == ["<m2@example.org>"] * 2


async def test_one_slow_server_is_not_the_end(outbox: Outbox) -> None:
    """A server that does not answer in time costs its time, and the mail goes out later."""
    clock = FixedClock()
    async with MailServer(delay_s=30).running() as server:
        await outbox.put(errand())
        await courier(outbox, server, clock, timeout_s=0.1).look()
        server.delay_s = 0
        clock.advance(timedelta(minutes=1))
        await courier(outbox, server, clock).look()
    assert len(server.received) == 1


async def test_many_couriers_send_each_mail_once(outbox: Outbox, tmp_path: Path) -> None:
    """Several workers share the work; none of the mails goes out twice."""
    clock = FixedClock()
    for number in range(20):
        await outbox.put(errand(f"m{number}"))
    async with MailServer().running() as server, Database(f"sqlite:///{tmp_path}/conversations.db") as second:
        couriers = [courier(box, server, clock) for box in (outbox, SqlOutbox(second))] * 2
        tried = await asyncio.gather(*(one.look() for one in couriers))
    assert sum(tried) == 20
    assert len({mail["message-id"] for mail in server.received}) == len(server.received) == 20


@pytest.mark.parametrize("error", [RuntimeError("bug"), MailRefusedError("never"), MailUnavailableError("later")])
async def test_one_broken_errand_keeps_no_other(outbox: Outbox, error: Exception) -> None:
    """Whatever one errand raises, the next one is run; errands of unknown kinds are left alone."""
    done = []

    async def run(errand: Errand) -> None:
        if errand.id == "a":
            raise error
        done.append(errand.id)

    await outbox.put(errand("a"))
    await outbox.put(errand("b"))
    await outbox.put(Errand("c", "zammad", NOON, NOON))
    assert await Courier(outbox, {MAIL: run}, FixedClock(), PATIENCE).look() == 2
    assert done == ["b"]
    is_final = isinstance(error, ConnectorError) and not error.retryable
    assert {one.id for one in await outbox.undone()} == ({"c"} if is_final else {"a", "c"})


async def test_it_runs_beside_a_server(outbox: Outbox) -> None:
    """While it runs, what is put in is done without anybody asking."""
    done = asyncio.Event()

    async def run(errand: Errand) -> None:
        done.set()

    async with Courier(outbox, {MAIL: run}, FixedClock(), PATIENCE).running(timedelta(milliseconds=10)):
        await outbox.put(errand())
        await asyncio.wait_for(done.wait(), 10)


_DIES = """
import asyncio, os, signal, sys
from datetime import timedelta
from assistant.model import Errand
from assistant.outbox import Courier, Patience
from assistant.storage.database import Database
from assistant.storage.outbox import SqlOutbox
from connectors.mail import SmtpMailer, SmtpServer
from tests.fakes import FixedClock

async def main():
    mailer = SmtpMailer(SmtpServer("127.0.0.1", int(sys.argv[2]), "none"), "amt@example.org", FixedClock())
    async def send(errand):
        if sys.argv[3] == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        await mailer.send(errand.payload["to"], errand.payload["subject"], errand.payload["text"], errand.id)
        os.kill(os.getpid(), signal.SIGKILL)
    async with Database(sys.argv[1]) as database:
        await Courier(SqlOutbox(database), {"mail": send}, FixedClock(), Patience()).look()

asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize(("moment", "copies"), [("before", 1), ("after", 2)])
async def test_a_kill_between_sending_and_noting_it(tmp_path: Path, moment: str, copies: int) -> None:
    """A mail is never lost by kill -9; it comes twice only if it hits after the sending, and then under one id."""
    url = f"sqlite:///{tmp_path}/conversations.db"
    clock = FixedClock()
    async with MailServer().running() as server, Database(url) as database:
        outbox = SqlOutbox(database)
        await outbox.put(errand())
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _DIES, url, str(server.port), moment, env=os.environ | {"PYTHONPATH": str(Path.cwd())}
        )
        assert await process.wait() == -signal.SIGKILL
        sending = courier(outbox, server, clock)
        assert await sending.look() == 0, "somebody else may still be at it"
        clock.advance(PATIENCE.hold)
        assert await sending.look() == 1
        clock.advance(timedelta(days=1))
        assert await sending.look() == 0
    assert [mail["message-id"] for mail in server.received] == ["<m1@example.org>"] * copies
    with sqlite3.connect(tmp_path / "conversations.db") as raw:
        assert "jamila" not in "".join(raw.iterdump()), "what is done is forgotten"
    raw.close()
