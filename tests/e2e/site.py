"""The whole web application behind a real server, with a dialogue that follows a script."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time
from pathlib import Path

import uvicorn
import yaml

from assistant.bus import LocalBus
from assistant.calendar import CityCalendar
from assistant.config import (
    ChannelSettings,
    CitySettings,
    ContactSettings,
    HoursSettings,
    HttpSettings,
    Settings,
    TextsSettings,
)
from assistant.http.app import create_app
from assistant.http.services import WEB, AppServices
from assistant.messages import TomlMessages
from assistant.model import Language, LifeSituation, Weekday
from assistant.service import ConversationService
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from tests.e2e.answers import ScriptedDialogue
from tests.fakes import FixedClock, MailMasker, SmallCatalogue

SITUATIONS = WEB.parent.parent / "knowledge/bremen/life_situations.yaml"
FREQUENT = 100_000


@dataclass(frozen=True)
class Site:
    """A running server and what it runs on."""

    url: str
    dialogue: ScriptedDialogue


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


def settings() -> Settings:
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
        http=HttpSettings(
            messages_per_minute=FREQUENT, requests_per_minute=FREQUENT, frame_ancestors=("'self'", "http://127.0.0.1:*")
        ),
    )


def services(dialogue: ScriptedDialogue, folder: Path) -> AppServices:
    """The application's ports: real pages, messages and store."""
    chosen = settings()
    bus, clock = LocalBus(), FixedClock()
    database = Database(f"sqlite:///{folder / 'conversations.db'}")
    return AppServices(
        settings=chosen,
        conversations=ConversationService(SqlConversationStore(database), dialogue, MailMasker(), bus, clock),
        catalogue=BremensSituations(),
        messages=TomlMessages(),
        bus=bus,
        clock=clock,
        calendar=CityCalendar(chosen.contact.opening_hours, chosen.zone, chosen.contact.holidays),
        secret=b"no secret at all",
        resources=(database,),
    )


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """A server on a free port, in a thread of its own until the context ends."""
    dialogue = ScriptedDialogue()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(services(dialogue, folder)), log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", dialogue)
        finally:
            dialogue.release()
            server.should_exit = True
            thread.join()
