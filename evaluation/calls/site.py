"""A whole Roland to call, in this process: the line, a desk with somebody at it, a database that is gone afterwards."""

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial
from pathlib import Path

import uvicorn
from pydantic import SecretStr

from assistant.beside import repeated
from assistant.bootstrap import build_services
from assistant.config import Settings
from assistant.config.phone import SpeechModelSettings
from assistant.config.settings import HoursSettings, StorageSettings
from assistant.errors import ConfigError
from assistant.handoff.desk import Desk
from assistant.handoff.packet import Packet
from assistant.http.app import create_app, running
from assistant.http.services import AppServices
from assistant.model import AgentRole, Language, Presence, Weekday
from evaluation.bench.servers import free_port
from voice.model.folder import read_model_folder
from voice.session.observe import CallObserver

_SEEN_EVERY = timedelta(seconds=20)
_LOGIN, _NAME = "btb", "Bürgertelefon"


@dataclass(frozen=True, slots=True)
class SitePlan:
    """What a site is opened for.

    ``model``: the recogniser's; ``calls_to``: where callers are put through to; ``folder``: where what is said lies
    while the site is open; ``sip_port``: 0 for a free one.
    """

    model: Path
    calls_to: str
    folder: Path
    sip_port: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """An open one; ``password`` is that of the account ``login`` at the desk."""

    address: str
    desk_url: str
    login: str
    password: str
    desk: Desk
    _loop: asyncio.AbstractEventLoop

    async def packet(self, reference: str) -> Packet | None:
        """What is waiting at the desk for a call that was passed on, found as an agent's telephone finds it."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._packet(reference), self._loop))

    async def _packet(self, reference: str) -> Packet | None:
        call = await self.desk.call(reference)
        return (await self.desk.look_at(call.handoff.id)).packet if call and call.handoff else None


def settings_of_site(settings: Settings, plan: SitePlan) -> Settings:
    """A city's settings with people there at every hour, the embedded engine, and nothing shared with its own server.

    Raises SpeechUnavailableError where there is no model.
    """
    model = SpeechModelSettings(folder=plan.model, rate=read_model_folder(plan.model).rate)
    phone, always = settings.phone, HoursSettings(days=tuple(Weekday), opens=time.min, closes=time(23, 59, 59))
    sip = phone.sip.model_copy(update={"enabled": True, "host": "127.0.0.1", "port": plan.sip_port or free_port()})
    changed = {
        "nlu": settings.nlu.model_copy(update={"engine": "spacy"}),
        "contact": settings.contact.model_copy(update={"hours": (always,), "holidays": "", "closed_on": ()}),
        "storage": _with_url(settings, f"sqlite:///{plan.folder / 'conversations.db'}"),
        "bus": settings.bus.model_copy(update={"url": SecretStr("")}),
        "http": settings.http.model_copy(update={"host": "127.0.0.1", "port": free_port(), "workers": 1}),
        "phone": phone.model_copy(
            update={
                "calls_to": plan.calls_to,
                "speech": phone.speech.model_copy(update={"models": {Language.DE: model}}),
                "sip": sip,
            }
        ),
    }
    return settings.model_copy(update=changed)


def _with_url(settings: Settings, url: str) -> StorageSettings:
    return settings.storage.model_copy(update={"url": SecretStr(url)})


@asynccontextmanager
async def open_site(settings: Settings, observers: Sequence[CallObserver] = ()) -> AsyncIterator[Site]:
    """Roland with these settings while inside, in a thread with an event loop of its own.

    Raises RolandError where something is missing, or a port is taken.
    """
    opened: asyncio.Future[Site] = asyncio.get_running_loop().create_future()
    office = _Office(settings, observers, opened)
    thread = threading.Thread(target=office.run, name="office")
    thread.start()
    try:
        yield await opened
    finally:
        office.stop()
        await asyncio.to_thread(thread.join)


class _Office:
    """The thread of a site."""

    def __init__(self, settings: Settings, observers: Sequence[CallObserver], opened: "asyncio.Future[Site]") -> None:
        self._settings, self._observers, self._opened = settings, observers, opened
        self._server: uvicorn.Server | None = None
        self._is_stopped = False

    def run(self) -> None:
        """Serve until stopped; what goes wrong before it is open is told to whoever opens it."""
        try:
            asyncio.run(self._serve(build_services(self._settings, observers=self._observers)))
        except Exception as error:
            if not self._tell(partial(self._opened.set_exception, error)):
                raise

    def stop(self) -> None:
        """Let it end; from any thread."""
        self._is_stopped = True
        if self._server is not None:
            self._server.should_exit = True

    async def _serve(self, services: AppServices) -> None:
        http = self._settings.http
        config = uvicorn.Config(
            create_app(services), http.host, http.port, lifespan="off", log_config=None, access_log=False
        )
        async with running(services), _somebody_there(services) as site:
            self._server = uvicorn.Server(config)
            self._tell(partial(self._opened.set_result, site))
            if not self._is_stopped:
                await self._server.serve()

    def _tell(self, what: Callable[[], object]) -> bool:
        """Whether somebody still waited for it."""
        if self._opened.done():
            return False
        self._opened.get_loop().call_soon_threadsafe(what)
        return True


@asynccontextmanager
async def _somebody_there(services: AppServices) -> AsyncIterator[Site]:
    """An agent at the desk, so that callers are put through."""
    if services.accounts is None or services.desk is None:
        raise ConfigError("nobody answers callers where there is no desk")
    desk, password = services.desk, secrets.token_urlsafe(12)
    agent = await services.accounts.directory.add(_LOGIN, _NAME, password, (AgentRole.AGENT,))
    await desk.report(agent, Presence.AVAILABLE)
    http, sip = services.settings.http, services.settings.phone.sip
    async with repeated(lambda: desk.seen(agent), _SEEN_EVERY):
        yield Site(
            address=f"sip:{sip.user}@{sip.host}:{sip.port}",
            desk_url=f"http://{http.host}:{http.port}/desk",
            login=_LOGIN,
            password=password,
            desk=desk,
            _loop=asyncio.get_running_loop(),
        )
