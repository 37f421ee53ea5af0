"""A real server with the real store, for tests that speak HTTP."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI

from assistant.bootstrap.tickets import Surroundings, open_tickets
from assistant.bus import LocalBus
from assistant.calendar import CityCalendar
from assistant.config import HttpSettings, Settings, load_settings
from assistant.handoff.desk import Desk
from assistant.handoff.reception import Reception
from assistant.handoff.tools import HandoffTools
from assistant.http.app import create_app
from assistant.http.server import server_options
from assistant.http.services import AppServices
from assistant.messages import TomlMessages
from assistant.ports import Catalogue, Clock, Dialogue, EventBus
from assistant.service import ConversationService
from assistant.storage.attendance import SqlAttendanceStore
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from assistant.storage.handoffs import SqlHandoffStore
from nlu.emergency import PatternEmergencyDetector
from tests.fakes import EchoDialogue, FixedClock, MailMasker, SmallCatalogue

BREMEN = Path(__file__).parent.parent / "config" / "bremen.toml"


@contextmanager
def quiet_log() -> Iterator[None]:
    """A server in the test's own process logs nothing; what is logged has tests of its own."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)


@dataclass(frozen=True)
class Site:
    """A running server and what stands behind it."""

    url: str
    services: AppServices
    dialogue: Dialogue
    store: SqlConversationStore


def settings_for(data_dir: Path, **sections: dict[str, Any]) -> Settings:
    """Bremen's settings with some of them changed; languages German, English and Arabic."""
    settings = load_settings(BREMEN, data_dir=data_dir)
    changes = {"city": {"languages": ("de", "en", "ar")}} | sections
    changed = {
        name: type(getattr(settings, name)).model_validate(getattr(settings, name).model_dump() | values)
        for name, values in changes.items()
    }
    return settings.model_copy(update=changed)


def make_services(
    settings: Settings,
    dialogue: Dialogue | None = None,
    catalogue: Catalogue | None = None,
    clock: Clock | None = None,
    bus: EventBus | None = None,
) -> tuple[AppServices, SqlConversationStore]:
    """The real application over a fake dialogue, and its store."""
    database = Database(settings.database_url, lock_timeout_ms=settings.storage.lock_timeout_ms)
    store = SqlConversationStore(database)
    people = HandoffTools(
        handoffs=SqlHandoffStore(database),
        conversations=store,
        attendance=SqlAttendanceStore(database),
        catalogue=catalogue or SmallCatalogue(),
        calendar=CityCalendar(settings.contact.opening_hours, settings.zone, settings.contact.holidays),
        masker=MailMasker(),
        emergency=PatternEmergencyDetector(),
        bus=bus or LocalBus(),
        clock=clock or FixedClock(),
    )
    reception = Reception(people)
    conversations = ConversationService(
        store,
        dialogue or EchoDialogue(),
        people.masker,
        people.bus,
        people.clock,
        reception=reception,
        most_at_once=settings.http.max_turns_at_once,
    )
    around = Surroundings(people.catalogue, people.calendar, TomlMessages(), people.clock, people.bus, store)
    tickets = open_tickets(settings, database, around)
    services = AppServices(
        settings=settings,
        conversations=conversations,
        catalogue=people.catalogue,
        messages=TomlMessages(),
        bus=people.bus,
        clock=people.clock,
        calendar=people.calendar,
        secret=b"x" * 32,
        reception=reception,
        desk=Desk(people),
        tickets=tickets.service,
        ticket_desk=tickets.desk,
        essential=(store,),
        resources=(database,),
    )
    return services, store


def make_server(app: FastAPI, settings: HttpSettings) -> uvicorn.Server:
    """A server that is set as ``roland serve`` sets it."""
    return uvicorn.Server(uvicorn.Config(app, **server_options(settings)))


@contextmanager
def serving(services: AppServices) -> Iterator[str]:
    """The address of a server on a free port of loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = make_server(create_app(services), services.settings.http)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def site(
    data_dir: Path, dialogue: Dialogue | None = None, catalogue: Catalogue | None = None, **sections: dict[str, Any]
) -> Iterator[Site]:
    """A running server; ``sections`` change settings, e.g. ``http={"messages_per_minute": 3}``."""
    spoken = dialogue or EchoDialogue()
    services, store = make_services(settings_for(data_dir, **sections), spoken, catalogue)
    with serving(services) as url:
        yield Site(url, services, spoken, store)
