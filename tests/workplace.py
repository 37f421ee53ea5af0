"""The desk behind a real server, with four people who work there and are signed in."""

import asyncio
import secrets
import socket
import threading
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import httpx

from assistant.accounts import Passwords
from assistant.accounts.sessions import csrf_token
from assistant.accounts.staff import Staff
from assistant.bootstrap.accounts import build_accounts
from assistant.calendar import CityCalendar
from assistant.handoff.board import Board
from assistant.handoff.desk import Desk
from assistant.handoff.interpreter import Interpreter
from assistant.handoff.overview import Overview, PromisesKept
from assistant.handoff.reception import Reception
from assistant.handoff.suggest import Suggester
from assistant.handoff.tools import HandoffTools, Rules
from assistant.http.app import create_app
from assistant.http.desk.workplace import Workplace
from assistant.http.services import AppServices
from assistant.messages.replies import Reply, load_replies
from assistant.model import (
    Account,
    Agent,
    AgentRole,
    Channel,
    Finding,
    Language,
    OpeningHours,
    Passage,
    PhoneCall,
    Presence,
    Section,
    SectionKind,
    Service,
    ServiceText,
    Weekday,
)
from assistant.ports import Clock, Dialogue, FormLibrary, Translator
from assistant.service import ConversationService, Message
from assistant.storage.accounts import SqlAccountStore
from assistant.storage.archive import SqlHandoffArchive
from assistant.storage.attendance import SqlAttendanceStore
from assistant.storage.calls import SqlCallStore
from assistant.storage.conversations import SqlConversationStore
from assistant.storage.database import Database
from assistant.storage.handoffs import SqlHandoffStore
from assistant.storage.outbox import SqlOutbox
from assistant.storage.switches import SqlSwitchBoard
from knowledge.compose import CatalogueComposer
from tests.desk_site import CountingHasher
from tests.fakes import EchoDialogue, FixedClock, MailMasker, SmallCatalogue
from tests.server import make_server, make_services, settings_for

KAYA = Agent("kaya", "kaya", "Frau Kaya", frozenset({AgentRole.AGENT}), ("btb",))
BERG = Agent("berg", "berg", "Herr Berg", frozenset({AgentRole.AGENT}), ("btb",))
LUND = Agent("lund", "lund", "Frau Lund", frozenset({AgentRole.SUPERVISOR}), ("btb",))
EDDA = Agent("edda", "edda", "Edda", frozenset({AgentRole.EDITOR}))
STAFF = (BERG, LUND, KAYA, EDDA)
GERMAN_ONLY = Reply("moin", "Moin", {Language.DE: "Moin, hier ist {agent}."})
PAGE = "https://service.bremen.de/dienstleistungen/reisepass-beantragen-8364"


T = TypeVar("T")


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

    def is_acute(self, text: str) -> bool:
        return self.is_emergency(text)

    def is_crisis(self, text: str) -> bool:
        return False


def always() -> CityCalendar:
    """The calendar of people who never go home."""
    return CityCalendar((OpeningHours(tuple(Weekday), time(0), time(23, 59, 59)),), ZoneInfo("Europe/Berlin"), "HB")


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
        assert self._entered.wait(60), "the server did not start"
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


@dataclass(frozen=True)
class Floor:
    """A running desk and what stands behind it; ``tokens`` are the sessions of those who work there."""

    url: str
    services: AppServices
    workplace: Workplace
    reception: Reception
    tools: HandoffTools
    store: SqlConversationStore
    loop: ServersLoop
    tokens: Mapping[str, str]

    def log(self, agent: Agent) -> list[tuple[str, str]]:
        """What the audit log tells of somebody: what they did, to what."""
        entries = self.run(self.workplace.audit.entries(1))
        return [(entry.action, entry.thing_id) for entry in entries if entry.agent_id == agent.id]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something behind the server's back, in its loop."""
        return self.loop.run(work)

    def client(self, agent: Agent | None) -> httpx.Client:
        """A browser in which that agent is signed in, or nobody."""
        cookies = {"roland_desk": self.tokens[agent.id]} if agent else {}
        return httpx.Client(base_url=self.url, cookies=cookies, timeout=60)


async def three_promises() -> PromisesKept:
    """What tickets would tell."""
    return PromisesKept(kept=2, broken=1, open=4)


def make_desk(
    folder: Path,
    dialogue: Dialogue | None = None,
    clock: Clock | None = None,
    translator: Translator | None = None,
    forms: FormLibrary | None = None,
    **sections: dict[str, Any],
) -> tuple[AppServices, Workplace, Reception, HandoffTools, Database]:
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
        calendar=always(),
        masker=MailMasker(),
        emergency=Calm(),
        bus=services.bus,
        clock=clock,
        rules=Rules(teams=("btb", "ordnungsamt"), calls_to="sip:btb@pbx.example"),
        switches=switches,
        forms=forms,
        calls=SqlCallStore(database),
    )
    reception, desk = Reception(tools), Desk(tools)
    accounts = build_accounts(settings, database, clock, b"no secret", passwords=Passwords(CountingHasher()))
    staff = Staff(accounts.directory)
    foreign = frozenset(Language) - {Language.DE}
    workplace = Workplace(
        desk=desk,
        board=Board(desk),
        overview=Overview(tools, staff, settings.zone),
        rules=tools.rules,
        agents=staff,
        archive=SqlHandoffArchive(database),
        audit=accounts.audit,
        switches=switches,
        retriever=TitleRetriever(catalogue),
        composer=CatalogueComposer(catalogue),
        suggester=Suggester(spoken),
        interpreter=Interpreter(translator, foreign) if translator else None,
        replies=(*load_replies(), GERMAN_ONLY),
        promises=three_promises,
        has_calls=True,
    )
    conversations = ConversationService(store, spoken, MailMasker(), services.bus, clock, reception=reception)
    services = replace(
        services,
        conversations=conversations,
        workplace=workplace,
        accounts=accounts,
        outbox=SqlOutbox(database),
        resources=(*services.resources, database),
    )
    return services, workplace, reception, tools, database


async def sign_in(services: AppServices, database: Database) -> dict[str, str]:
    """Accounts for everybody, and a session for each."""
    accounts = services.accounts
    assert accounts is not None
    store = SqlAccountStore(database)
    for agent in STAFF:
        await store.add(Account(agent, services.clock.now()))
    return {agent.id: await accounts.sessions.begin(agent.id) for agent in STAFF}


@contextmanager
def open_floor(folder: Path, **options: Any) -> Iterator[Floor]:
    """The desk on a free port of loopback."""
    services, workplace, reception, tools, database = make_desk(folder, **options)
    loop = ServersLoop()
    services = replace(services, resources=(*services.resources, loop))
    app = create_app(services)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = make_server(app, services.settings.http)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            tokens = loop.run(sign_in(services, database))
            yield Floor(url, services, workplace, reception, tools, SqlConversationStore(database), loop, tokens)
        finally:
            server.should_exit = True
            thread.join()


async def wait_for_person(
    site: Floor, *said: str, language: Language = Language.DE, then: Sequence[str] = ()
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


async def ring(site: Floor, *said: str, name: str = "call", language: Language = Language.DE) -> tuple[str, str]:
    """Somebody calls and asks Roland; the id of the conversation, and the reference of the call."""
    assert site.tools.calls is not None
    now = site.services.clock.now()
    conversation = await site.services.conversations.start(Channel.PHONE, language)
    call = PhoneCall(name, conversation.id, secrets.token_hex(8), "sip", f"{name}@pbx", now, now)
    await site.tools.calls.begin(call)
    for text in said:
        await site.services.conversations.say(conversation.id, Message(text))
    return conversation.id, call.reference


async def ring_for_person(site: Floor, *said: str, caller: str = "+494213610", **options: Any) -> tuple[str, str, str]:
    """Somebody calls, and is about to be put through; ids of conversation and hand-off, and the reference."""
    conversation_id, reference = await ring(site, *said, **options)
    latest = await site.services.conversations.get(conversation_id)
    handoff, notice = site.reception.wish(latest, replace(latest.state, service_id="reisepass"), caller)
    await site.tools.handoffs.queue(handoff, notice)
    await site.reception.queued(conversation_id)
    return conversation_id, handoff.id, reference


async def come(site: Floor, agent: Agent, presence: Presence = Presence.AVAILABLE) -> None:
    """An agent comes to the desk."""
    await site.workplace.desk.report(agent, presence)


def renew(site: Floor, client: httpx.Client, agent: Agent) -> None:
    """Sign in anew, after time has passed."""
    assert site.services.accounts
    client.cookies.set("roland_desk", site.run(site.services.accounts.sessions.begin(agent.id)))


def csrf_of(client: httpx.Client) -> str:
    """The token of the session in that browser; nobody has none."""
    return csrf_token(client.cookies.get("roland_desk") or "")


def send(client: httpx.Client, path: str, **fields: Any) -> httpx.Response:
    """A form of the desk, as a browser sends it."""
    origin = str(client.base_url).rstrip("/")
    return client.post(path, data={"csrf": csrf_of(client)} | fields, headers={"Origin": origin})


def send_json(client: httpx.Client, path: str, **fields: Any) -> httpx.Response:
    """A form of the desk, as its script sends it."""
    headers = {"Origin": str(client.base_url).rstrip("/"), "Accept": "application/json"}
    return client.post(path, data={"csrf": csrf_of(client)} | fields, headers=headers)
