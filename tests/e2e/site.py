"""The whole web application behind a real server, with a dialogue that follows a script."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import TypeVar

import uvicorn
import yaml

from assistant.bootstrap.tickets import Surroundings, open_tickets
from assistant.bus import LocalBus
from assistant.calendar import CityCalendar
from assistant.config import (
    ChannelSettings,
    CitySettings,
    ContactSettings,
    HoursSettings,
    HttpSettings,
    MailSettings,
    Settings,
    StorageSettings,
    TextsSettings,
    TicketsSettings,
)
from assistant.dialogue.run import TurnRunner
from assistant.handoff.desk import Desk
from assistant.handoff.reception import Reception
from assistant.handoff.tools import HandoffTools
from assistant.http.app import create_app
from assistant.http.services import WEB, AppServices
from assistant.messages import TomlMessages
from assistant.model import Language, LifeSituation, Weekday
from assistant.ports import Catalogue, FormLibrary
from assistant.service import ConversationService
from assistant.storage.attendance import SqlAttendanceStore
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from assistant.storage.handoffs import SqlHandoffStore
from nlu.emergency import PatternEmergencyDetector
from tests.e2e.answers import ScriptedDialogue
from tests.fakes import FixedClock, MailMasker, SmallCatalogue
from tests.guided import guided_tools

SITUATIONS = WEB.parent.parent / "knowledge/bremen/life_situations.yaml"
FREQUENT = 100_000
T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """A running server and what it runs on."""

    url: str
    dialogue: ScriptedDialogue
    services: AppServices
    clock: FixedClock
    loop: "ServersLoop"

    async def run(self, work: Coroutine[None, None, T]) -> T:
        """Do something where the server does its work, and wait for it here."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop.running()))


class ServersLoop:
    """The loop of the server's thread, known as soon as the server runs."""

    def __init__(self) -> None:
        self._known: Future[asyncio.AbstractEventLoop] = Future()

    def running(self) -> asyncio.AbstractEventLoop:
        """The loop; waits for the server to start."""
        return self._known.result(timeout=60)

    async def __aenter__(self) -> "ServersLoop":
        self._known.set_result(asyncio.get_running_loop())
        return self

    async def __aexit__(self, *_: object) -> None:
        return None


class BremensSituations(SmallCatalogue):
    """A small catalogue with the real life situations, so that the portal page looks as it does in Bremen."""

    def life_situations(self) -> tuple[LifeSituation, ...]:
        entries = yaml.safe_load(SITUATIONS.read_text(encoding="utf-8"))
        return tuple(
            LifeSituation(
                entry["id"],
                {Language(code): text for code, text in entry["title"].items()},
                {Language(code): text for code, text in entry["description"].items()},
            )
            for entry in entries
        )


def settings(folder: Path) -> Settings:
    """Bremen's settings with every language and without limits that many tests from one address would meet."""
    weekdays = (Weekday.MO, Weekday.TU, Weekday.WE, Weekday.TH, Weekday.FR)
    return Settings(
        city=CitySettings(name="Bremen", area="040110000000", languages=tuple(Language)),
        contact=ContactSettings(
            phone="0421 361-0", hours=(HoursSettings(days=weekdays, opens=time(7), closes=time(18)),)
        ),
        texts=TextsSettings.model_validate(
            {"imprint_url": "https://example.org/impressum", "privacy_url": "https://example.org/datenschutz"}
        ),
        channels=ChannelSettings(),
        storage=StorageSettings(data_dir=folder),
        tickets=TicketsSettings(new_per_minute=FREQUENT, wrong_codes_per_hour=FREQUENT),
        mail=MailSettings(host="127.0.0.1", port=9, sender="amt@example.org"),
        http=HttpSettings(
            messages_per_minute=FREQUENT, requests_per_minute=FREQUENT, frame_ancestors=("'self'", "http://127.0.0.1:*")
        ),
    )


def services(
    dialogue: ScriptedDialogue, folder: Path, clock: FixedClock, loop: ServersLoop, forms: FormLibrary
) -> AppServices:
    """The application's ports: real pages, messages, store and way to people."""
    chosen = settings(folder)
    database = Database(f"sqlite:///{folder / 'conversations.db'}")
    people = HandoffTools(
        handoffs=SqlHandoffStore(database),
        conversations=SqlConversationStore(database),
        attendance=SqlAttendanceStore(database),
        catalogue=BremensSituations(),
        calendar=CityCalendar(chosen.contact.opening_hours, chosen.zone, chosen.contact.holidays),
        masker=MailMasker(),
        emergency=PatternEmergencyDetector(),
        bus=LocalBus(),
        clock=clock,
    )
    reception = Reception(people)
    around = Surroundings(people.catalogue, people.calendar, TomlMessages(), clock, people.bus, people.conversations)
    tickets = open_tickets(chosen, database, around)
    return AppServices(
        settings=chosen,
        conversations=ConversationService(
            people.conversations, dialogue, people.masker, people.bus, clock, reception=reception
        ),
        catalogue=people.catalogue,
        messages=TomlMessages(),
        bus=people.bus,
        clock=clock,
        calendar=people.calendar,
        secret=b"no secret at all",
        reception=reception,
        desk=Desk(people),
        forms=forms,
        tickets=tickets.service,
        ticket_desk=tickets.desk,
        resources=(database, loop),
    )


@contextmanager
def running_site(folder: Path, forms: FormLibrary, catalogue: Catalogue) -> Iterator[Site]:
    """A server on a free port, in a thread of its own until the context ends; ``catalogue`` is what forms quote."""
    forms.forms()  # read before anybody waits for an answer
    clock, loop = FixedClock(), ServersLoop()
    dialogue = ScriptedDialogue(TurnRunner(guided_tools(forms, catalogue, clock)))
    ports = services(dialogue, folder, clock, loop, forms)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(ports), log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", dialogue, ports, clock, loop)
        finally:
            dialogue.release()
            server.should_exit = True
            thread.join()
