"""Whatever fails behind a call: the caller hears a sentence and is passed on, or asked to call again; nothing hangs.

One server, whose Rasa is dead from the beginning, keeps its conversations in PostgreSQL; it takes all calls but those
during which the server itself ends.
"""

import asyncio
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.model import Presence
from assistant.storage.attendance import SqlAttendanceStore
from assistant.storage.database import Database
from evaluation.calls.call import Ended
from evaluation.calls.ear import Ear
from evaluation.calls.media import Way
from evaluation.calls.softphone import Softphone
from nlu.rasa_train import free_port
from tests.postgres import Postgres, mortal_postgres, server_programs
from tests.system.installation import Installation
from tests.system.phone.site import (
    HEARS,
    NUMBER,
    PHONE,
    SPEAKS,
    Line,
    health,
    line_settings,
    model,
    open_files,
    until,
    written,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

QUESTION = "was kostet ein reisepass"
FEE = "siebzig"
OPENING = "stadt"
"""Of the duty sentence, into which one may speak already."""
AT_ONCE = 50
_FROZEN_S = 45.0
_HARDLY_HEARD = replace(PHONE, way=Way(lost=0.95))
"""One telephone in one process that plays a whole crowd has no time to make sound for all of it."""
_LEGITIMATE = frozenset({".log", ".db", ".db-wal", ".db-shm"})


@pytest.fixture(scope="module")
def ear() -> Ear:
    """Hears what Roland says."""
    return Ear(model())


@pytest.fixture(scope="module")
def hearing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model of the server's own, which may be taken away."""
    folder = tmp_path_factory.mktemp("model") / "model"
    folder.symlink_to(model())
    return folder


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[Postgres]:
    """The database of the shared server."""
    programs = server_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine")
    with mortal_postgres(programs) as server:
        yield server


@pytest.fixture(scope="module")
def line(
    prepared: Installation,
    postgres_server: Postgres,
    hearing: Path,
    ear: Ear,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Line]:
    """The shared server."""
    settings = {
        **line_settings(hearing),
        "phone.most_calls": AT_ONCE,
        "storage.url": postgres_server.url,
        "nlu.engine": "rasa",
        "nlu.rasa_url": f"http://127.0.0.1:{free_port()}",
        "nlu.rasa_managed": "false",
    }
    installation = prepared.copy(tmp_path_factory.mktemp("line") / "data").having(settings)
    with installation.serving() as server:
        asyncio.run(_sit_down(postgres_server.url))
        yield Line(server, int(str(settings["phone.sip.port"])), ear)


async def _sit_down(url: str) -> None:
    """Somebody is at the desk, and stays there all day."""
    async with Database(url) as database:
        await SqlAttendanceStore(database).report("kaya", Presence.AVAILABLE, datetime.now(UTC) + timedelta(days=1))


@contextmanager
def standing_still(pids: list[int]) -> Iterator[None]:
    """Processes that stand still while inside; those that are killed meanwhile are gone."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


async def whole(line: Line, phone: Softphone) -> None:
    """A call as it should be: a question, its answer."""
    caller = await line.ring(phone)
    await caller.hears(OPENING)
    await caller.says(QUESTION)
    await caller.hears(FEE)
    await caller.call.hang_up()


# ── hearing ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_recognisers_killed_in_the_middle_of_a_word_cost_none(line: Line) -> None:
    """New ones hear the same sound again; Rasa is dead as well, and the answer is right all the same."""
    async with Softphone(PHONE) as phone:
        caller = await line.ring(phone)
        await caller.hears(OPENING)
        saying = asyncio.create_task(caller.says(QUESTION))
        await asyncio.sleep(0.8)
        for pid in line.workers(HEARS):
            os.kill(pid, signal.SIGKILL)
        await saying
        await caller.hears(FEE)


async def test_recognisers_that_stand_still_are_replaced(line: Line) -> None:
    """The caller gets the answer, or is asked to say it again and gets it then."""
    async with Softphone(PHONE) as phone:
        caller = await line.ring(phone)
        await caller.hears(OPENING)
        saying = asyncio.create_task(caller.says(QUESTION))
        await asyncio.sleep(0.8)
        with standing_still(line.workers(HEARS)):
            await saying
            told = await caller.hears(FEE, "noch einmal")
        if FEE not in told:
            await caller.says(QUESTION)
            await caller.hears(FEE)


async def test_who_cannot_be_heard_at_all_goes_on_by_keys(line: Line, hearing: Path) -> None:
    """All recognisers are dead and no new one can be made: an apology, the menu, and the 0 leads to a person."""
    async with Softphone(PHONE) as phone:
        caller = await line.ring(phone)
        await caller.hears(OPENING)
        model_elsewhere = hearing.rename(hearing.with_name("elsewhere"))  # noqa: ASYNC240
        try:
            for pid in line.workers(HEARS):
                os.kill(pid, signal.SIGKILL)
            await until(lambda: health(line.server)["vosk"] != "ok")
            await caller.says(QUESTION)
            await caller.hears("noch einmal")
            await caller.says(QUESTION)
            await caller.hears("hauptmenü")
            caller.presses("0")
            await caller.passed_on()
        finally:
            model_elsewhere.rename(hearing)
        await until(lambda: health(line.server)["vosk"] == "ok", 60)


# ── speaking ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_speakers_killed_are_replaced_before_the_caller_notices(line: Line) -> None:
    """The next sentence is spoken by new ones."""
    async with Softphone(PHONE) as phone:
        caller = await line.ring(phone)
        await caller.hears(OPENING)
        for pid in line.workers(SPEAKS):
            os.kill(pid, signal.SIGKILL)
        await caller.says("was kostet ein führungszeugnis")
        await caller.hears("euro")


async def test_speakers_that_stand_still_leave_a_sentence_and_a_person(line: Line) -> None:
    """What was made before is heard in time, and the caller is with a person; or new ones speak soon enough."""
    async with Softphone(PHONE) as phone:
        caller = await line.ring(phone)
        await caller.hears(OPENING)
        with standing_still(line.workers(SPEAKS)):
            await caller.says("wo kann ich mein auto anmelden")
            told = await caller.hears("menschen", "zuständig", "anmelden", "zulassung", "auto", within_s=15)
            if "verbinde" in told:
                await caller.passed_on()
        await until(lambda: len(line.workers(SPEAKS)) == 2)


# ── the database ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_database_that_dies_during_a_call(line: Line, postgres_server: Postgres) -> None:
    """The apology with the word that leads to a person; a person comes by the hours alone."""
    async with Softphone(PHONE) as phone:
        caller = await line.ring(phone)
        await caller.hears(OPENING)
        postgres_server.stop()
        try:
            await caller.says(QUESTION)
            await caller.hears("entschuldigung")
            await caller.says(QUESTION)
            await caller.hears("menschen", "verbinde")
            await caller.passed_on()
        finally:
            postgres_server.start()
        await whole(line, phone)


async def test_a_call_while_the_database_is_dead(line: Line, postgres_server: Postgres) -> None:
    """It is taken, and the 0 leads to a person; and it becomes a conversation as soon as the database is back."""
    postgres_server.stop()
    try:
        async with Softphone(PHONE) as phone:
            caller = await line.ring(phone)
            await caller.hears(OPENING)
            caller.presses("0")
            assert await caller.passed_on()
            other = await line.ring(phone)
            await other.hears(OPENING)
            postgres_server.start()
            await other.says(QUESTION)
            await other.hears(FEE)
    finally:
        if health(line.server)["conversations"] != "ok":
            postgres_server.start()


# ── the way ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_bad_ways_and_frozen_telephones(line: Line) -> None:
    """A tenth lost and many out of order: the answer is heard. A telephone that dies without a word ends its call."""
    bad = replace(PHONE, way=Way(lost=0.1, swapped=0.1, delay_s=(0.0, 0.03)))
    async with Softphone(PHONE) as frozen, Softphone(bad) as phone:
        gone = await line.ring(frozen)
        await gone.hears(OPENING)
        gone.call.freeze()
        ended = len(line.server.events("call over"))
        caller = await line.ring(phone)
        await caller.hears(OPENING)
        await caller.says(QUESTION)
        told = await caller.hears(FEE, "noch einmal")
        if FEE not in told:
            await caller.says(QUESTION)
            await caller.hears(FEE)
        await caller.call.hang_up()
        await until(lambda: len(line.server.events("call over")) == ended + 2, _FROZEN_S)
        assert {event["ending"] for event in line.server.events("call over")[-2:]} == {"caller", "lost"}


# ── the crowd ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_two_hundred_calls_at_once(line: Line) -> None:
    """Fifty are talked with, the others hear so and are passed on; the next call is like any other.

    Of all the sound that goes to and fro meanwhile none is written to a disk.
    """
    before, files = written(line.server), set(open_files(line.server))
    async with Softphone(PHONE) as phone, Softphone(_HARDLY_HEARD) as many:
        first, *fifty = await asyncio.gather(*(line.ring(one) for one in (phone, *[many] * (AT_ONCE - 1))))
        other, *rest = await asyncio.gather(*(line.ring(one) for one in (phone, *[many] * (199 - AT_ONCE))))
        await other.hears("viele menschen", "kann ich ihren anruf", within_s=60)
        await asyncio.gather(*(caller.passed_on(150) for caller in (other, *rest)))
        assert all(caller.call.ended is None for caller in (first, *fifty))
        files |= set(open_files(line.server))
        await first.says(QUESTION)
        await first.hears(FEE, within_s=60)
        await asyncio.gather(*(caller.call.hang_up() for caller in (first, *fifty)))
        await until(lambda: not line.running)
        await whole(line, phone)
    sound = sum(len(caller.call.recording.packets) * 160 for caller in (first, other))
    assert sound > 100_000
    assert written(line.server) - before < sound * 200 / 20
    assert {path.suffix for path in files} <= _LEGITIMATE, files


# ── the server itself ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_server_that_is_killed_and_one_that_is_asked_to_end(
    prepared: Installation, ear: Ear, tmp_path: Path
) -> None:
    """Killed: no packet comes any more, the next start ends the conversation that was cut off, and takes calls.

    Asked to end: who talks hears that the line is interrupted, and the server ends in peace.
    """
    installation = prepared.copy(tmp_path / "data")
    settings = line_settings(model())
    port = int(str(settings["phone.sip.port"]))
    async with Softphone(PHONE) as phone:
        with installation.serving(settings) as server:
            caller = await Line(server, port, ear).ring(phone)
            await caller.hears(OPENING)
            workers = server.children("voice.workers")
            server.signal(signal.SIGKILL)
            server.process.wait()
            packets = len(caller.call.recording.packets)
            await until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
            await asyncio.sleep(0.5)
            assert len(caller.call.recording.packets) <= packets + 5
        caller.call.freeze()
        _let_a_minute_pass(installation.data / "conversations.db")
        with installation.serving(settings) as server:
            await until(lambda: server.events("call lost"))
            line = Line(server, port, ear)
            await whole(line, phone)
            caller = await line.ring(phone)
            await caller.hears(OPENING)
            server.signal(signal.SIGTERM)
            await caller.hears("leitung muss")
            assert await caller.call.over() is Ended.THEM
            assert await asyncio.to_thread(server.process.wait, 30) == 0


def _let_a_minute_pass(database: Path) -> None:
    """For the watch over lost calls, as if the server had been away for so long."""
    with sqlite3.connect(database) as connection:
        changed = connection.execute("UPDATE phone_call SET seen_at = datetime(seen_at, '-1 minute')").rowcount
    assert changed == 1


# ── what is left of it all ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_log_knows_no_words_and_no_numbers(line: Line) -> None:
    """Of all these calls."""
    log = line.server.log.read_text(encoding="utf-8")
    assert log.count("call over") > 200
    assert NUMBER not in log
    for word in QUESTION.split():
        assert f" {word} " not in log
