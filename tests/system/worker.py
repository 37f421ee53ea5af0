"""Worker processes with a scripted dialogue, to be killed: ``python -m tests.system.worker DATA_DIR BEGAN POLL FD…``.

The dialogue echoes what it hears; with ROLAND_TEST_FORMS it guides through the sample forms, without a catalogue.

A worker for every listening socket is made ready; for every descriptor on stdin one is forked, and its number printed,
so that a killed one is replaced in no time. Everything but the dialogue is real. The database and the bus come from the
environment as everywhere. Agents act over a few addresses of the test's own, since who may sit at the desk is not what
is tried here.
"""

import os
import signal
import socket
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI

from assistant.bus import LocalBus
from assistant.bus_redis import RedisBus
from assistant.config import Settings
from assistant.dialogue.run import TurnRunner
from assistant.handoff.desk import Desk, Draft
from assistant.handoff.watch import Watch
from assistant.http.app import create_app
from assistant.logs import configure
from assistant.model import Agent, AgentRole, Conversation, Handoff, Presence
from assistant.ports import Clock
from knowledge.forms.library import FileFormLibrary
from tests.dialogue.conftest import ScriptedNlu, ScriptedRetriever, make_tools
from tests.fakes import SmallCatalogue
from tests.handoff.conftest import MONDAY_NOON
from tests.server import make_server, make_services, settings_for

FORMS = Path(__file__).parents[2] / "knowledge" / "bremen" / "forms"


class StoryClock:
    """A Monday noon that began at a given moment of the real time, whenever the tests run."""

    def __init__(self, began: float) -> None:
        self._began = began

    def now(self) -> datetime:
        return MONDAY_NOON + timedelta(seconds=time.time() - self._began)


async def no_promise(_conversation: Conversation, handoff: Handoff) -> dict[str, str]:
    """Nobody waits in vain here."""
    raise AssertionError(f"{handoff.id} is waited for")


def guide() -> TurnRunner:
    """The real dialogue with the sample forms; it understands no questions."""
    tools = make_tools(SmallCatalogue(), ScriptedNlu(), ScriptedRetriever())
    library = FileFormLibrary([FORMS], [], {})
    assert library.forms()  # read once, before workers are forked
    return TurnRunner(replace(tools, forms=library))


def agents_router(desk: Desk) -> APIRouter:
    """What agents do."""
    router = APIRouter(prefix="/agents/{name}")

    @router.post("/report")
    async def report(name: str) -> None:
        await desk.report(_agent(name), Presence.AVAILABLE)

    @router.get("/waiting")
    async def waiting(name: str) -> list[dict[str, str]]:
        return [{"id": one.id, "conversation": one.conversation_id} for one in await desk.waiting()]

    @router.post("/{handoff}/claim")
    async def claim(name: str, handoff: str) -> None:
        await desk.claim(_agent(name), handoff)

    @router.post("/{handoff}/say")
    async def say(name: str, handoff: str, said: dict[str, Any]) -> None:
        await desk.say(_agent(name), handoff, Draft(said["text"], said["id"]))

    @router.post("/{handoff}/give-back")
    async def give_back(name: str, handoff: str) -> None:
        await desk.give_back(_agent(name), handoff, reason="Gefragt ist wieder der Automat")

    return router


def _agent(name: str) -> Agent:
    return Agent(name, name, name.title(), frozenset({AgentRole.AGENT}))


def worker_app(settings: Settings, clock: Clock) -> FastAPI:
    """The application of one worker; nothing of it is opened yet."""
    url = settings.bus.url.get_secret_value()
    bus = RedisBus(url) if url else LocalBus()
    services, _ = make_services(settings, guide() if "ROLAND_TEST_FORMS" in os.environ else None, clock=clock, bus=bus)
    assert services.desk is not None
    watch = Watch(services.desk._tools, no_promise)
    remote = (bus,) if isinstance(bus, RedisBus) else ()
    app = create_app(replace(services, resources=(*services.resources, *remote, watch.running())))
    app.include_router(agents_router(services.desk))
    return app


def main() -> None:
    """Fork workers as asked for, until stdin ends."""
    data_dir, began, live_poll_s, *descriptors = sys.argv[1:]
    settings = settings_for(Path(data_dir), http={"live_poll_s": float(live_poll_s)})
    configure(settings.logging)
    apps = {descriptor: worker_app(settings, StoryClock(float(began))) for descriptor in descriptors}
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listening = socket.socket(fileno=int(line))
            make_server(apps[line.strip()], settings.http).run(sockets=[listening])
            os._exit(0)
        print(number, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
