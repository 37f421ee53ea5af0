"""The only wiring: which concrete class stands behind which port, chosen by the configuration file.

    Settings ──► catalogue ──► retriever, composer ──► DialogueTools ──► TurnRunner ──► ConversationService ──► app

What lies in the data directory:

    catalogue.db   conversations.db   encoders/   index/   secret.key   rasa.log
"""

import asyncio
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import structlog
import uvicorn
from fastapi import FastAPI
from threadpoolctl import threadpool_limits

from assistant import logs
from assistant.bus import LocalBus
from assistant.calendar import CityCalendar
from assistant.config import RetrievalSettings as ConfiguredRetrieval
from assistant.config import Settings, load_settings
from assistant.dialogue.context import CityFacts, DialogueTools, Thresholds
from assistant.dialogue.run import TurnRunner
from assistant.errors import CatalogueEmptyError, NluModelMissingError, NluUnavailableError, RolandError
from assistant.http.app import create_app
from assistant.http.services import AppServices
from assistant.messages import TomlMessages
from assistant.model import ImportReport
from assistant.ports import NluEngine, Pingable
from assistant.service import ConversationService
from assistant.storage.catalogue import SqlCatalogueStore
from assistant.storage.conversations import Retention, SqlConversationStore
from assistant.storage.database import Database
from knowledge.compose import CatalogueComposer
from knowledge.importers import IMPORTERS
from knowledge.index import build_index
from knowledge.retriever import IndexRetriever
from knowledge.settings import EncoderSettings, RetrievalSettings
from nlu.breaker import CircuitBreaker
from nlu.emergency import PatternEmergencyDetector
from nlu.language import LinguaLanguageDetector
from nlu.models import ModelShelf
from nlu.personal_data import PatternMasker
from nlu.rasa_engine import RasaEngine
from nlu.rasa_model import KIND as RASA
from nlu.rasa_server import RasaServer
from nlu.spacy_engine.engine import SpacyEngine
from nlu.split import PatternQuestionSplitter
from nlu.train import train_rasa, train_spacy

Say = Callable[[str], None]
Resource = AbstractAsyncContextManager[object]

RASA_PYTHON = Path(".venv-rasa/bin/python")
_SAMPLE_CATALOGUE = Path(str(files("knowledge").joinpath("bremen")))
_OWN_ENCODER = "own"
_LOOK_FOR_RASA_S = 5.0
_STOP_PATIENCE_S = 15.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """The state of one part; Roland works without one that is not ``required``."""

    part: str
    ok: bool
    detail: str
    required: bool = True


class SystemClock:
    """The time of the machine, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


# ── the catalogue and the search over it ───────────────────────────────────────────────────────────────────────────


def open_catalogue(settings: Settings) -> SqlCatalogueStore:
    """The catalogue of the data directory; an empty one where nothing was imported yet."""
    settings.storage.data_dir.mkdir(parents=True, exist_ok=True)
    return SqlCatalogueStore(settings.storage.data_dir / "catalogue.db")


def catalogue_formats() -> tuple[str, ...]:
    """The names of the exchange formats that can be imported."""
    return tuple(IMPORTERS)


def import_catalogue(settings: Settings, format_name: str, paths: Sequence[Path], *, dry_run: bool) -> ImportReport:
    """Bring files of one catalogue in; the report says what changed."""
    return open_catalogue(settings).replace(IMPORTERS[format_name]().read(paths), dry_run=dry_run)


def build_search(settings: Settings, say: Say) -> None:
    """Train the encoder and build the index for the present catalogue, unless they are there already."""
    build_index(open_catalogue(settings), settings.storage.data_dir, _retrieval(settings.retrieval), _stages(say))


def _retrieval(configured: ConfiguredRetrieval) -> RetrievalSettings:
    model = None if configured.encoder == _OWN_ENCODER else Path(configured.encoder)
    return RetrievalSettings(encoder=EncoderSettings(model, configured.query_prefix, configured.passage_prefix))


def _stages(say: Say) -> Callable[[str, float], None]:
    """Progress of a long work, told at every tenth of a stage."""
    told: set[tuple[str, int]] = set()

    def progress(stage: str, share: float) -> None:
        tenth = int(share * 10)
        if (stage, tenth) not in told:
            told.add((stage, tenth))
            say(f"  {stage}: {tenth * 10} %")

    return progress


# ── understanding ──────────────────────────────────────────────────────────────────────────────────────────────────


def train_nlu(settings: Settings, engine: str, say: Say) -> Path:
    """Train an engine's model for the present training data, unless it is there already; returns its folder."""
    directory = _nlu_directory(settings)
    if engine == "spacy":
        return train_spacy(directory, say)
    return train_rasa(directory, RASA_PYTHON, say)


def open_nlu(settings: Settings) -> tuple[NluEngine, tuple[Resource, ...]]:
    """The configured engine, the embedded one behind a breaker, and what must run beside it."""
    embedded = SpacyEngine.load(_nlu_directory(settings))
    if settings.nlu.engine == "spacy":
        return embedded, ()
    directory, timeout_s = _nlu_directory(settings), settings.nlu.timeout_ms / 1000
    rasa = RasaEngine.load(directory, str(settings.nlu.rasa_url), timeout_s)
    breaker = CircuitBreaker(
        rasa, embedded, failures=settings.nlu.breaker_failures, reset_s=settings.nlu.breaker_reset_s
    )
    return breaker, (rasa,)


def _nlu_directory(settings: Settings) -> Path:
    return settings.nlu.model_dir


# ── one turn ───────────────────────────────────────────────────────────────────────────────────────────────────────


def build_tools(settings: Settings, nlu: NluEngine | None = None) -> DialogueTools:
    """Everything a turn needs; ``nlu`` instead of the configured engine. Raises where something is not set up."""
    catalogue = open_catalogue(settings)
    if not catalogue.revision:
        raise CatalogueEmptyError("nothing has been imported yet: roland setup-data, or roland catalogue import")
    messages = TomlMessages(overrides=settings.texts.overrides)
    return DialogueTools(
        catalogue=catalogue,
        retriever=IndexRetriever(settings.storage.data_dir),
        composer=CatalogueComposer(catalogue),
        nlu=nlu or SpacyEngine.load(_nlu_directory(settings)),
        languages=LinguaLanguageDetector(),
        splitter=PatternQuestionSplitter(),
        emergency=PatternEmergencyDetector(),
        messages=messages,
        calendar=_calendar(settings),
        clock=SystemClock(),
        city=_city(settings),
        spoken_languages=tuple(lang for lang in settings.city.languages if lang in messages.languages),
        thresholds=Thresholds(
            answer=settings.retrieval.answer_probability,
            admit=settings.retrieval.admit_probability,
            tie_ratio=settings.retrieval.near_tie_ratio,
        ),
        max_characters=settings.http.max_message_chars,
        deadline_seconds=settings.turn.deadline_ms / 1000,
    )


def _calendar(settings: Settings) -> CityCalendar:
    contact = settings.contact
    return CityCalendar(contact.opening_hours, ZoneInfo(settings.city.timezone), contact.holidays, contact.closed_on)


def _city(settings: Settings) -> CityFacts:
    city, contact = settings.city, settings.contact
    return CityFacts(
        name=city.name,
        area=city.area,
        phone=contact.phone,
        short_number=contact.short_number,
        areas=_places(settings),
        complaint_service=contact.complaint_service,
    )


def _places(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Every place name with the area it lies in."""
    areas = [(name.casefold(), ars) for ars, name in settings.city.areas.items()]
    return (*areas, *((name.casefold(), ars) for ars, names in settings.city.places.items() for name in names))


# ── the server ─────────────────────────────────────────────────────────────────────────────────────────────────────


def build_services(settings: Settings) -> AppServices:
    """Everything the web application needs, wired; nothing is opened before the server starts."""
    nlu, resources = open_nlu(settings)
    tools = build_tools(settings, nlu)
    # The matrices of one question are too small to share: a second thread would burn processor time waiting for them.
    threadpool_limits(limits=1)
    database = _database(settings)
    store = _store(settings, database)
    bus = LocalBus()
    conversations = ConversationService(
        store, TurnRunner(tools), PatternMasker(), bus, tools.clock, most_at_once=settings.http.max_turns_at_once
    )
    return AppServices(
        settings=settings,
        conversations=conversations,
        catalogue=tools.catalogue,
        messages=tools.messages,
        bus=bus,
        clock=tools.clock,
        calendar=tools.calendar,
        secret=_secret(settings.storage.data_dir),
        essential=(store, open_catalogue(settings), tools.retriever),
        optional=(nlu,),
        resources=(database, *resources),
    )


def _database(settings: Settings) -> Database:
    storage = settings.storage
    return Database(settings.database_url, lock_timeout_ms=storage.lock_timeout_ms, durability=storage.durability)


def _store(settings: Settings, database: Database) -> SqlConversationStore:
    keep = settings.retention
    return SqlConversationStore(
        database, Retention(timedelta(days=keep.conversations_days), timedelta(days=keep.feedback_days))
    )


def rasa_server(settings: Settings) -> RasaServer | None:
    """The Rasa server this machine runs for itself; None where it is not configured, set up or trained."""
    if settings.nlu.engine != "rasa" or not settings.nlu.rasa_managed or not RASA_PYTHON.exists():
        return None
    try:
        model = ModelShelf(_nlu_directory(settings), RASA).current()
    except NluModelMissingError:
        return None
    port = urlsplit(str(settings.nlu.rasa_url)).port or 5005
    return RasaServer(RASA_PYTHON, model, port=port, log=settings.storage.data_dir / "rasa.log")


def _secret(directory: Path) -> bytes:
    """The key of this installation, made once and readable by its owner only."""
    path = directory / "secret.key"
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
    return path.read_bytes()


def create_from_environment() -> FastAPI:
    """The application for a server process, from ROLAND_CONFIG and ROLAND_DATA."""
    data = os.environ.get("ROLAND_DATA")
    settings = load_settings(Path(os.environ["ROLAND_CONFIG"]), data_dir=Path(data) if data else None)
    logs.configure(settings.logging, keep_days=settings.retention.log_days)
    return create_app(build_services(settings))


def serve(config: Path, data: Path | None) -> None:
    """Serve until stopped; Rasa runs beside it as soon as its environment and a model are there."""
    settings = load_settings(config, data_dir=data)
    os.environ["ROLAND_CONFIG"] = str(config)
    if data is not None:
        os.environ["ROLAND_DATA"] = str(data)
    build_services(settings)  # what is missing is said here, once, and not by every worker
    with _rasa_beside(settings):
        uvicorn.run(
            f"{__name__}:create_from_environment",
            factory=True,
            host=settings.http.host,
            port=settings.http.port,
            workers=settings.http.workers,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=list(settings.http.trusted_proxies),
            ws="none",
            timeout_graceful_shutdown=10,
        )


@contextmanager
def _rasa_beside(settings: Settings) -> Iterator[None]:
    """Keeps the Rasa server running on a thread of its own; it may be set up while Roland serves already."""
    if settings.nlu.engine != "rasa" or not settings.nlu.rasa_managed:
        yield
        return
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="rasa", daemon=True)
    thread.start()
    keeping = asyncio.run_coroutine_threadsafe(_keep_rasa(settings), loop)
    try:
        yield
    finally:
        keeping.cancel()
        asyncio.run_coroutine_threadsafe(loop.shutdown_asyncgens(), loop).result(_STOP_PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_STOP_PATIENCE_S)


async def _keep_rasa(settings: Settings) -> None:
    """Wait until Rasa can be run, then run it until cancelled."""
    server = rasa_server(settings)
    while server is None:
        await asyncio.sleep(_LOOK_FOR_RASA_S)
        server = rasa_server(settings)
    try:
        await server.start()
        await asyncio.Event().wait()
    except NluUnavailableError as error:
        _log.warning("rasa_not_run", reason=str(error))
    finally:
        await server.stop()


# ── set-up and upkeep ──────────────────────────────────────────────────────────────────────────────────────────────


def set_up_data(settings: Settings, say: Say) -> None:
    """Make the data directory ready to answer: catalogue, search, embedded understanding. Does nothing twice."""
    catalogue = open_catalogue(settings)
    if not catalogue.revision:
        say("Importing the sample catalogue of Bremen and Bremerhaven …")
        report = import_catalogue(settings, "bundle", [_SAMPLE_CATALOGUE], dry_run=False)
        say(f"  {len(report.added)} entries")
    say("Preparing the search …")
    build_search(settings, say)
    say("Preparing the understanding …")
    train_nlu(settings, "spacy", say)


async def purge(settings: Settings) -> int:
    """Remove every conversation past its retention date; returns how many."""
    async with _database(settings) as database:
        return await _store(settings, database).delete_expired(SystemClock().now())


async def examine(settings: Settings) -> tuple[Check, ...]:
    """The state of every part, each looked at even where another is missing."""
    catalogue = open_catalogue(settings)
    checks = [
        await _check("catalogue", lambda: catalogue, f"revision {catalogue.revision[:12]}"),
        await _check("search index", lambda: IndexRetriever(settings.storage.data_dir), "built"),
        await _check("understanding (spacy)", lambda: SpacyEngine.load(_nlu_directory(settings)), "trained"),
    ]
    async with AsyncExitStack() as stack:
        try:
            database = await stack.enter_async_context(_database(settings))
        except RolandError as error:
            checks.append(Check("conversations", ok=False, detail=str(error)))
        else:
            checks.append(await _check("conversations", lambda: _store(settings, database), "reachable"))
    if settings.nlu.engine == "rasa":
        rasa = RasaEngine(str(settings.nlu.rasa_url), settings.nlu.timeout_ms / 1000)
        async with rasa:
            checks.append(
                await _check("understanding (rasa)", lambda: rasa, str(settings.nlu.rasa_url), required=False)
            )
    return tuple(checks)


async def _check(part: str, make: Callable[[], Pingable], detail: str, *, required: bool = True) -> Check:
    try:
        await make().ping()
    except RolandError as error:
        return Check(part, ok=False, detail=str(error), required=required)
    return Check(part, ok=True, detail=detail, required=required)
