"""The web application, and the server that runs it."""

import asyncio
import atexit
import gc
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import structlog
import uvicorn
from fastapi import FastAPI
from threadpoolctl import threadpool_limits

from assistant import logs
from assistant.bootstrap.accounts import build_accounts, open_provider
from assistant.bootstrap.bus import open_bus
from assistant.bootstrap.casework import open_casework
from assistant.bootstrap.catalogue import open_catalogue
from assistant.bootstrap.conversations import conversation_store, open_database
from assistant.bootstrap.desk import build_workplace
from assistant.bootstrap.forms import open_luggage
from assistant.bootstrap.people import call_store, handoff_tools
from assistant.bootstrap.phone import Telephone, build_office, open_telephone
from assistant.bootstrap.tickets import Surroundings, city_promise, open_tickets
from assistant.bootstrap.translation import open_translator
from assistant.bootstrap.turn import build_tools
from assistant.bootstrap.understanding import open_nlu, rasa_beside
from assistant.bus_redis import RedisBus
from assistant.config import Settings, load_settings
from assistant.dialogue.run import TurnRunner
from assistant.errors import ConfigError
from assistant.handoff.desk import Desk
from assistant.handoff.reception import Reception
from assistant.handoff.watch import Watch
from assistant.http.app import create_app, running
from assistant.http.server import server_options
from assistant.http.services import AppServices
from assistant.phone.watch import CallWatch
from assistant.service import ConversationService
from assistant.storage.secret import load_secret
from assistant.storage.switches import RememberedSwitches, SqlSwitchBoard
from nlu.personal_data import PatternMasker

if TYPE_CHECKING:
    from voice.session.observe import CallObserver

_log = structlog.get_logger(__name__)
_WORKER_PATIENCE_S = 60
"""How long a worker may be silent before it is replaced: on a busy machine, loading the models takes its time."""


def build_services(
    settings: Settings, *, has_line: bool = True, observers: "Sequence[CallObserver]" = ()
) -> AppServices:
    """Everything the web application needs, wired; nothing is opened before the server starts.

    ``has_line``: the telephone line, where it is configured, runs in this process; ``observers`` look on at its calls,
    from its own thread.
    """
    nlu = open_nlu(settings)
    translator = open_translator(settings)
    translators = (translator,) if translator else ()
    tools = build_tools(settings, nlu.engine, translator)
    # The matrices of one question are too small to share: a second thread would burn processor time waiting for them.
    threadpool_limits(limits=1)
    database = open_database(settings)
    store = conversation_store(settings, database)
    bus, masker = open_bus(settings), PatternMasker()
    remote_bus = (bus,) if isinstance(bus, RedisBus) else ()
    switches = RememberedSwitches(SqlSwitchBoard(database))
    luggage = open_luggage(settings, database, tools.clock)
    tools = replace(tools, switches=switches, promise=city_promise(settings, tools.calendar), luggage=luggage)
    handing_off = handoff_tools(settings, database, store, tools, masker, bus)
    reception = Reception(handing_off)
    around = Surroundings(tools.catalogue, tools.calendar, tools.messages, tools.clock, bus, store)
    tickets = open_tickets(settings, database, around)
    dialogue = TurnRunner(replace(tools, people=reception, tickets=tickets.service))
    secret = load_secret(settings.storage.data_dir)
    provider = open_provider(settings, tools.clock)
    providers = (provider,) if provider else ()
    accounts = build_accounts(settings, database, tools.clock, secret, provider)
    conversations = ConversationService(
        store,
        dialogue,
        masker,
        bus,
        tools.clock,
        reception=reception,
        most_at_once=settings.http.max_turns_at_once,
    )
    mailers = (tickets.mailer,) if tickets.mailer else ()
    watch = Watch(handing_off, tickets.vain_wait.promise_for)
    call_watch = CallWatch(handing_off, call_store(settings, database), tickets.vain_wait.promise_for)
    watches = (watch.running(), call_watch.running(), tickets.watch.running())
    beside = (accounts.upkeep.running(), *watches, tickets.courier.running())
    casework = open_casework(settings, database, tools.messages, handing_off, tickets.store, tickets.desk)
    telephone = Telephone()
    if has_line and settings.phone.is_open:
        calls = call_store(settings, database)
        office = build_office(conversations, reception, tickets.service, handing_off, calls, tools)
        telephone = open_telephone(settings, office, tools, observers)
    return AppServices(
        settings=settings,
        conversations=conversations,
        catalogue=tools.catalogue,
        messages=tools.messages,
        bus=bus,
        clock=tools.clock,
        calendar=tools.calendar,
        secret=secret,
        reception=reception,
        desk=Desk(handing_off),
        forms=tools.forms,
        tickets=tickets.service,
        ticket_desk=tickets.desk,
        accounts=accounts,
        workplace=build_workplace(settings, database, handing_off, dialogue, tools, accounts, tickets),
        essential=(store, open_catalogue(settings), tools.retriever),
        outbox=tickets.outbox,
        casework=casework.casework if casework else None,
        readers=casework.readers if casework else (),
        line=telephone.web,
        optional=(
            *nlu.parts,
            *translators,
            *remote_bus,
            *providers,
            *mailers,
            *(casework.systems if casework else ()),
            *telephone.parts,
        ),
        resources=(
            database,
            *nlu.resources,
            *translators,
            *remote_bus,
            *providers,
            *beside,
            *(casework.resources if casework else ()),
            *telephone.resources,
        ),
    )


def create_from_environment() -> FastAPI:
    """The application for a server process, from ROLAND_CONFIG and ROLAND_DATA."""
    data = os.environ.get("ROLAND_DATA")
    settings = load_settings(Path(os.environ["ROLAND_CONFIG"]), data_dir=Path(data) if data else None)
    logs.configure(settings.logging, keep_days=settings.retention.log_days)
    return _create(settings, has_line=False)


def _create(settings: Settings, *, has_line: bool) -> FastAPI:
    app = create_app(build_services(settings, has_line=has_line))
    # Models and catalogues live as long as the process; the garbage collector need not walk through them again.
    gc.collect()
    gc.freeze()
    return app


def serve(config: Path, data: Path | None) -> None:
    """Serve until stopped; Rasa runs beside it as soon as its environment and a model are there."""
    settings = load_settings(config, data_dir=data)
    os.environ["ROLAND_CONFIG"] = str(config)
    if data is not None:
        os.environ["ROLAND_DATA"] = str(data)
    logs.configure(settings.logging, keep_days=settings.retention.log_days)
    app: FastAPI | str
    if settings.http.workers > 1:
        build_services(settings, has_line=False)  # what is missing is said here, once, and not by every worker
        if settings.phone.is_open:
            _log.warning("several workers take no calls", run="roland line")
        app = f"{__name__}:{create_from_environment.__name__}"
    else:
        app = _create(settings, has_line=True)
    atexit.register(_let_go_of_output)
    # After the open turns have ended, uvicorn raises the signal once more, which would end the process where it stands.
    signal.signal(signal.SIGTERM, _leave)
    with rasa_beside(settings):
        uvicorn.run(
            app,
            factory=isinstance(app, str),
            workers=settings.http.workers,
            timeout_worker_healthcheck=_WORKER_PATIENCE_S,
            **server_options(settings.http),
        )


def serve_line(config: Path, data: Path | None) -> None:
    """Take calls in a process of its own until stopped, beside servers that share the database and the bus."""
    settings = load_settings(config, data_dir=data)
    logs.configure(settings.logging, keep_days=settings.retention.log_days)
    if not (settings.phone.sip.enabled or settings.phone.audiosocket.enabled):
        raise ConfigError("phone: neither sip nor audiosocket is enabled")
    services = build_services(settings)
    atexit.register(_let_go_of_output)
    with rasa_beside(settings):
        asyncio.run(_run_line(services))


async def _run_line(services: AppServices) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with running(services):
        await stopped.wait()


def _let_go_of_output() -> None:
    """Where there is no room for the last words, end without them: a full disk is no fault of the server."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
