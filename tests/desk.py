"""The desk behind a real server, with three people who work there; a cookie says who asks."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import httpx
from fastapi import Request

from assistant.bootstrap.accounts import build_accounts
from assistant.handoff.board import Board
from assistant.handoff.desk import Desk
from assistant.handoff.interpreter import Interpreter
from assistant.handoff.overview import Overview, PromisesKept
from assistant.handoff.reception import Reception
from assistant.handoff.suggest import Suggester
from assistant.handoff.tools import HandoffTools, Rules
from assistant.http.app import create_app
from assistant.http.desk.auth import SignedIn, looking_on, signed_in
from assistant.http.desk.workplace import Workplace
from assistant.http.problems import Problem
from assistant.http.server import make_server
from assistant.http.services import AppServices
from assistant.messages.replies import load_replies
from assistant.model import (
    Agent,
    AgentRole,
    Channel,
    Finding,
    Language,
    Passage,
    Presence,
    Section,
    SectionKind,
    Service,
    ServiceText,
)
from assistant.ports import Clock, Dialogue, Translator
from assistant.service import ConversationService, Message
from assistant.storage.archive import SqlHandoffArchive
from assistant.storage.attendance import SqlAttendanceStore
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from assistant.storage.handoffs import SqlHandoffStore
from assistant.storage.outbox import SqlOutbox
from assistant.storage.switches import SqlSwitchBoard
from knowledge.compose import CatalogueComposer
from tests.fakes import EchoDialogue, FixedClock, MailMasker, SmallCatalogue
from tests.server import make_services, settings_for

KAYA = Agent("kaya", "kaya", "Frau Kaya", frozenset({AgentRole.AGENT}), ("btb",))
BERG = Agent("berg", "berg", "Herr Berg", frozenset({AgentRole.AGENT}), ("btb",))
LUND = Agent("lund", "lund", "Frau Lund", frozenset({AgentRole.SUPERVISOR}), ("btb",))
STAFF = (BERG, LUND, KAYA)
CSRF = "this-session-s-own"
PAGE = "https://service.bremen.de/dienstleistungen/reisepass-beantragen-8364"


T = TypeVar("T")


class Staff:
    """The AgentDirectory of those three."""

    async def agents(self) -> tuple[Agent, ...]:
        return STAFF


@dataclass
class Looks:
    """Keeps who looked at what."""

    seen: list[tuple[str, str, str]] = field(default_factory=list)

    async def looked_at(self, agent: Agent, kind: str, thing_id: str, /, *, address: str = "") -> None:
        self.seen.append((agent.id, kind, thing_id))


class PassportCatalogue(SmallCatalogue):
    """One service with a fee in German and English, and documents in German only."""

    def __init__(self) -> None:
        super().__init__()
        fee = Section(SectionKind.FEE, "Ein Reisepass kostet **70,00 Euro**.", url=PAGE, updated_on=date(2025, 5, 1))
        papers = Section(SectionKind.DOCUMENTS, "- bisheriger Pass\n- Passfoto", url=PAGE, updated_on=date(2025, 8, 8))
        english = replace(fee, text="A passport costs **70.00 euros**.")
        self._service = Service(
            "reisepass",
            (
                ServiceText(Language.DE, "Reisepass beantragen", "Ein Pass für Reisen.", ("Pass",), (fee, papers)),
                ServiceText(Language.EN, "Apply for a passport", "A passport to travel.", (), (english,)),
            ),
            life_situations=("reisen",),
            updated_on=date(2025, 9, 1),
            url=PAGE,
        )


class TitleRetriever:
    """Finds the one service by a word of its name."""

    name = "titles"
    is_quick = True

    def __init__(self, catalogue: SmallCatalogue) -> None:
        self._catalogue = catalogue

    async def ping(self) -> None:
        return None

    def search(self, question: str, language: Language, *, limit: int = 5) -> tuple[Finding, ...]:
        return tuple(
            Finding(service.id, 0.9)
            for service in self._catalogue.services()
            if question.lower() in service.text(Language.DE).title.lower()
        )[:limit]

    def content_words(self, text: str, language: Language) -> tuple[str, ...]:
        return tuple(text.lower().split())

    def rank_sections(self, question: str, language: Language, service_id: str) -> tuple[Passage, ...]:
        return ()


class Calm:
    """An EmergencyDetector that hears danger in one word only."""

    def is_emergency(self, text: str) -> bool:
        return "Feuer" in text

    def is_crisis(self, text: str) -> bool:
        return False


class Always:
    """An OpeningCalendar of people who never go home."""

    hours = ()

    def is_open(self, at: Any) -> bool:
        return True

    def next_opening(self, after: Any) -> None:
        return None


class ServersLoop:
    """Lets a test act in the server's own event loop; entered as the last of its resources."""

    def __init__(self) -> None:
        self._entered = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._entered.set()

    async def __aexit__(self, *_: object) -> None:
        return None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What comes of the work."""
        assert self._entered.wait(10), "the server did not start"
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


@dataclass(frozen=True)
class DeskSite:
    """A running desk and what stands behind it."""

    url: str
    services: AppServices
    workplace: Workplace
    reception: Reception
    looks: Looks
    tools: HandoffTools
    store: SqlConversationStore
    loop: ServersLoop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something behind the server's back, in its loop."""
        return self.loop.run(work)

    def client(self, agent: Agent | None) -> httpx.Client:
        """A browser in which that agent is signed in, or nobody."""
        cookies = {"agent": agent.id} if agent else {}
        return httpx.Client(base_url=self.url, cookies=cookies, timeout=10)


async def by_cookie(request: Request) -> SignedIn:
    """Who asks, by a cookie that only tests believe."""
    agent = next((agent for agent in STAFF if agent.id == request.cookies.get("agent")), None)
    if agent is None:
        raise Problem(401, "forbidden")
    return SignedIn(agent, CSRF)


async def three_promises() -> PromisesKept:
    """What tickets would tell."""
    return PromisesKept(kept=2, broken=1, open=4)


def make_desk(
    folder: Path,
    dialogue: Dialogue | None = None,
    clock: Clock | None = None,
    translator: Translator | None = None,
    *,
    with_outbox: bool = False,
    **sections: dict[str, Any],
) -> tuple[AppServices, Workplace, Reception, Looks, HandoffTools, SqlConversationStore]:
    """The real application with the real desk over a fake dialogue."""
    settings = settings_for(folder, **sections)
    catalogue, clock = PassportCatalogue(), clock or FixedClock()
    services, _ = make_services(settings, dialogue, catalogue, clock)
    database = Database(settings.database_url)
    store, spoken = SqlConversationStore(database), dialogue or EchoDialogue()
    switches = SqlSwitchBoard(database)
    tools = HandoffTools(
        handoffs=SqlHandoffStore(database),
        conversations=store,
        attendance=SqlAttendanceStore(database),
        catalogue=catalogue,
        calendar=Always(),
        masker=MailMasker(),
        emergency=Calm(),
        bus=services.bus,
        clock=clock,
        rules=Rules(teams=("btb", "ordnungsamt")),
        switches=switches,
    )
    reception, desk, looks = Reception(tools), Desk(tools), Looks()
    foreign = frozenset(Language) - {Language.DE}
    workplace = Workplace(
        desk=desk,
        board=Board(desk),
        overview=Overview(tools, Staff(), settings.zone),
        rules=tools.rules,
        agents=Staff(),
        archive=SqlHandoffArchive(database),
        looks=looks,
        switches=switches,
        retriever=TitleRetriever(catalogue),
        composer=CatalogueComposer(catalogue),
        suggester=Suggester(spoken),
        interpreter=Interpreter(translator, foreign) if translator else None,
        replies=load_replies(),
        promises=three_promises,
    )
    conversations = ConversationService(store, spoken, MailMasker(), services.bus, clock, reception=reception)
    services = replace(services, conversations=conversations, workplace=workplace, resources=(database,))
    if with_outbox:
        accounts = build_accounts(settings, database, clock, services.secret)
        services = replace(services, outbox=SqlOutbox(database), accounts=accounts)
    return services, workplace, reception, looks, tools, store


@contextmanager
def desk_site(folder: Path, **options: Any) -> Iterator[DeskSite]:
    """The desk on a free port of loopback."""
    services, workplace, reception, looks, tools, store = make_desk(folder, **options)
    loop = ServersLoop()
    services = replace(services, resources=(*services.resources, loop))
    app = create_app(services)
    app.dependency_overrides |= {signed_in: by_cookie, looking_on: by_cookie}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = make_server(app, services.settings.http)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            yield DeskSite(url, services, workplace, reception, looks, tools, store, loop)
        finally:
            server.should_exit = True
            thread.join()


async def wait_for_person(
    site: DeskSite, *said: str, language: Language = Language.DE, then: Sequence[str] = ()
) -> tuple[str, str]:
    """Somebody asks Roland, then for a person, and says more while waiting; ids of conversation and hand-off."""
    conversations = site.services.conversations
    conversation = await conversations.start(Channel.WEB, language)
    for text in said:
        await conversations.say(conversation.id, Message(text))
    latest = await conversations.get(conversation.id)
    handoff, notice = site.reception.wish(latest, replace(latest.state, service_id="reisepass"))
    await site.tools.handoffs.queue(handoff, notice)
    await site.reception.queued(conversation.id)
    for text in then:
        await conversations.say(conversation.id, Message(text))
    return conversation.id, handoff.id


async def come(site: DeskSite, agent: Agent, presence: Presence = Presence.AVAILABLE) -> None:
    """An agent comes to the desk."""
    await site.workplace.desk.report(agent, presence)


def send(client: httpx.Client, path: str, **fields: Any) -> httpx.Response:
    """A form of the desk, as a browser sends it."""
    origin = str(client.base_url).rstrip("/")
    return client.post(path, data={"csrf": CSRF} | fields, headers={"Origin": origin})


def send_json(client: httpx.Client, path: str, **fields: Any) -> httpx.Response:
    """A form of the desk, as its script sends it."""
    headers = {"Origin": str(client.base_url).rstrip("/"), "Accept": "application/json"}
    return client.post(path, data={"csrf": CSRF} | fields, headers=headers)
