"""The engines that understand questions, and the Rasa server that runs beside Roland."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from assistant.config import Settings
from assistant.errors import NluModelMissingError, NluUnavailableError
from assistant.ports import NluEngine
from nlu.breaker import CircuitBreaker
from nlu.human import HumanListener
from nlu.models import ModelShelf
from nlu.rasa_engine import RasaEngine
from nlu.rasa_model import KIND as RASA
from nlu.rasa_server import RasaServer
from nlu.spacy_engine.engine import SpacyEngine
from nlu.wishes import TrainedWishReader

Resource = AbstractAsyncContextManager[object]

RASA_PYTHON = Path(".venv-rasa/bin/python")
_LOOK_FOR_RASA_S = 5.0
_STOP_PATIENCE_S = 15.0

_log = structlog.get_logger(__name__)


def open_wish_reader(settings: Settings) -> TrainedWishReader:
    """What tells wishes at a form's steps; raises NluModelMissingError."""
    return TrainedWishReader.load(settings.nlu.model_dir)


def embedded_engine(settings: Settings) -> SpacyEngine:
    """The engine that needs no second environment; raises NluModelMissingError."""
    return SpacyEngine.load(settings.nlu.model_dir)


def embedded_nlu(settings: Settings) -> NluEngine:
    """The engine to ask where there is no other: the embedded one, with the wish for a person heard for certain."""
    return HumanListener(embedded_engine(settings))


@dataclass(frozen=True, slots=True)
class Understanding:
    """The engine to ask, the engines behind it (each shown on the health page), and what must run beside them."""

    engine: NluEngine
    parts: tuple[NluEngine, ...]
    resources: tuple[Resource, ...] = ()


def open_nlu(settings: Settings) -> Understanding:
    """The configured engine, hearing the wish for a person for certain; where Rasa is asked first, with a breaker."""
    embedded = embedded_engine(settings)
    if settings.nlu.engine == "spacy":
        return Understanding(HumanListener(embedded), (embedded,))
    rasa = RasaEngine.load(settings.nlu.model_dir, str(settings.nlu.rasa_url), settings.nlu.timeout_ms / 1000)
    breaker = CircuitBreaker(
        rasa, embedded, failures=settings.nlu.breaker_failures, reset_s=settings.nlu.breaker_reset_s
    )
    return Understanding(HumanListener(breaker), (rasa, embedded), (rasa,))


def rasa_server(settings: Settings) -> RasaServer | None:
    """The Rasa server this machine runs for itself; None where it is not configured, set up or trained."""
    if settings.nlu.engine != "rasa" or not settings.nlu.rasa_managed or not RASA_PYTHON.exists():
        return None
    try:
        model = ModelShelf(settings.nlu.model_dir, RASA).current()
    except NluModelMissingError:
        return None
    port = urlsplit(str(settings.nlu.rasa_url)).port or 5005
    return RasaServer(RASA_PYTHON, model, port=port, log=settings.storage.data_dir / "rasa.log")


@contextmanager
def rasa_beside(settings: Settings) -> Iterator[None]:
    """Keeps the Rasa server running on a thread of its own; it may be set up while Roland serves already."""
    if settings.nlu.engine != "rasa" or not settings.nlu.rasa_managed:
        yield
        return
    loop = asyncio.new_event_loop()
    keeping = loop.create_task(_keep_rasa(settings))
    thread = threading.Thread(target=_run_until_over, args=(loop, keeping), name="rasa", daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(keeping.cancel)
        thread.join(_STOP_PATIENCE_S)
        if not loop.is_running():
            loop.close()


def _run_until_over(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    with suppress(asyncio.CancelledError):
        loop.run_until_complete(task)


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
        _log.warning("rasa_not_run", error=str(error))
    finally:
        await server.stop()
