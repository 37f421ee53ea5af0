"""Rasa dies or stands still: answers go on, and Rasa is taken up again."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from nlu.rasa_train import free_port
from nlu.train import train_rasa
from tests.nlu_engines import RASA_PYTHON, small_project
from tests.system.conversation import PASSPORT, Conversation, check
from tests.system.installation import Installation, Server, until

pytestmark = [pytest.mark.slow, pytest.mark.rasa, pytest.mark.timeout(1800)]

_RASA = "rasa run"
_PATIENT_S = 120.0


@pytest.fixture(scope="module")
def with_rasa(prepared: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server that runs Rasa itself, healthy and in use, and Rasa's address."""
    assert RASA_PYTHON.exists(), "no .venv-rasa; make setup-rasa"
    # Dying and standing still take no better a model; trained on all sentences it would take ten minutes.
    train_rasa(prepared.models, RASA_PYTHON, project=small_project(tmp_path_factory.mktemp("project") / "rasa", 40))
    rasa = f"http://127.0.0.1:{free_port()}"
    settings = {"nlu.engine": "rasa", "nlu.rasa_url": rasa, "nlu.breaker_reset_s": 0.5, "nlu.timeout_ms": 1_000}
    with prepared.copy(tmp_path_factory.mktemp("rasa") / "data").serving(settings) as server:
        yield server, rasa


def is_up(rasa: str) -> bool:
    """Whether Rasa answers with its model loaded."""
    try:
        return httpx.get(f"{rasa}/status", timeout=1, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def breaker(server: Server) -> str:
    """What the log last said of the breaker."""
    told = server.events("nlu breaker")
    return told[-1]["state"] if told else "closed"


def ask(server: Server) -> float:
    """Seconds until a question is answered rightly."""
    with server.client() as client:
        conversation = Conversation.begin(client)
        started = time.monotonic()
        check(conversation.ask(PASSPORT.question), PASSPORT)
        return time.monotonic() - started


def goes_back_to_rasa(server: Server) -> bool:
    """Whether the breaker has closed again after one more question."""
    ask(server)
    return breaker(server) == "closed"


def test_rasa_is_killed(with_rasa: tuple[Server, str]) -> None:
    """After kill -9 of Rasa every question is answered at once; another Rasa is started and asked again."""
    server, rasa = with_rasa
    until(lambda: is_up(rasa), _PATIENT_S)
    until(lambda: goes_back_to_rasa(server), _PATIENT_S)
    (first,) = server.children(_RASA)
    os.kill(first, signal.SIGKILL)
    until(lambda: not is_up(rasa))
    for _ in range(10):
        ask(server)
    assert breaker(server) != "closed"
    until(lambda: is_up(rasa), _PATIENT_S)
    (second,) = server.children(_RASA)
    assert second != first
    until(lambda: goes_back_to_rasa(server), _PATIENT_S)


def test_rasa_stands_still(with_rasa: tuple[Server, str]) -> None:
    """A Rasa that hangs delays three questions by a second each, then none; when it goes on it is asked again."""
    server, rasa = with_rasa
    until(lambda: is_up(rasa), _PATIENT_S)
    until(lambda: goes_back_to_rasa(server), _PATIENT_S)
    (pid,) = server.children(_RASA)
    os.kill(pid, signal.SIGSTOP)
    try:
        waited = [ask(server) for _ in range(10)]
        assert breaker(server) != "closed"
    finally:
        os.kill(pid, signal.SIGCONT)
    assert max(waited) < 4, waited
    assert sum(seconds >= 1 for seconds in waited) >= 3, waited
    until(lambda: goes_back_to_rasa(server), _PATIENT_S)


def test_rasa_ends_with_the_server(with_rasa: tuple[Server, str]) -> None:
    """When the server is asked to end, Rasa ends too, and nothing is left of either."""
    server, rasa = with_rasa
    until(lambda: is_up(rasa), _PATIENT_S)
    (pid,) = server.children(_RASA)
    assert server.stop() == 0
    until(lambda: not Path(f"/proc/{pid}").exists(), 5)
