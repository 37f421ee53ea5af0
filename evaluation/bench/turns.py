"""Whole turns: in this process, and over HTTP against real servers."""

import asyncio
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Literal

from pydantic import HttpUrl, SecretStr

from assistant import bootstrap
from assistant.config import Settings
from assistant.model import Channel, Language
from assistant.service import ConversationService, Message
from evaluation.bench import machine
from evaluation.bench.load import Dialect, Plan, generate
from evaluation.bench.report import API, IN_PROCESS, REST, Row
from evaluation.bench.servers import Server, free_port, running, wait_until_ready
from evaluation.bench.stats import Pace
from evaluation.bench.talks import Talk

_ROLAND = (str(Path(sys.executable).with_name("roland")),)
_NO_LIMIT = 1_000_000
# Under the load of a benchmark Rasa answers late, and with the usual patience the embedded engine would answer for it.
_PATIENCE_MS = 5_000
_WAYS: Mapping[Dialect, str] = {"roland": API, "rest": REST}


class BenchError(RuntimeError):
    """Something else than what the figure's name says would have been measured."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: ``turns`` of one figure after ``warm_up``, and for how many seconds at most."""

    turns: int
    warm_up: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Subject:
    """Roland with one engine; its conversations go to a database in ``scratch``, all else it only reads.

    ``name`` is how the report calls it.
    """

    name: str
    engine: Literal["rasa", "spacy"]
    settings: Settings
    config: Path
    scratch: Path
    workers: int = 1

    @contextmanager
    def serve(self) -> Iterator[Server]:
        """``roland serve`` with its own Rasa server, if any, on free ports, while it runs."""
        port, rasa_port, log = free_port(), free_port(), self.scratch / f"{self.engine}.log"
        command = [*_ROLAND, "serve", "--config", str(self.config), "--data", str(self.settings.storage.data_dir)]
        with running(command, port, "/health", log, self._environment(port, rasa_port)) as server:
            if self.engine == "rasa":
                wait_until_ready(f"http://127.0.0.1:{rasa_port}/status", log)
            yield server
        if "nlu breaker" in log.read_text(encoding="utf-8"):
            raise BenchError(f"Rasa failed while it was measured, see {log}")

    def configured(self) -> Settings:
        """The same in this process."""
        storage = self.settings.storage.model_copy(update={"url": SecretStr(self._database_url)})
        nlu = self.settings.nlu.model_copy(
            update={
                "engine": self.engine,
                "rasa_url": HttpUrl(f"http://127.0.0.1:{free_port()}"),
                "timeout_ms": _PATIENCE_MS,
            }
        )
        return self.settings.model_copy(update={"storage": storage, "nlu": nlu})

    @property
    def _database_url(self) -> str:
        return f"sqlite:///{self.scratch / f'{self.engine}.db'}"

    def _environment(self, port: int, rasa_port: int) -> dict[str, str]:
        changed = {
            "STORAGE__URL": self._database_url,
            "NLU__ENGINE": self.engine,
            "NLU__RASA_URL": f"http://127.0.0.1:{rasa_port}",
            "NLU__TIMEOUT_MS": _PATIENCE_MS,
            "HTTP__HOST": "127.0.0.1",
            "HTTP__PORT": port,
            "HTTP__WORKERS": self.workers,
            "HTTP__MESSAGES_PER_MINUTE": _NO_LIMIT,
            "HTTP__REQUESTS_PER_MINUTE": _NO_LIMIT,
            "CHANNELS__REST": "true",
            "LOGGING__LEVEL": "warning",
        }
        return {**os.environ, **{f"ROLAND__{key}": str(value) for key, value in changed.items()}}


def over_http(
    subject: str, server: Server, dialect: Dialect, clients: int, effort: Effort, talks: Sequence[Talk]
) -> Row:
    """Turns of ``clients`` people at once."""
    plan = Plan(server.port, dialect, clients, effort.turns, effort.warm_up, effort.seconds, tuple(talks))
    load, before = machine.load(), machine.cpu_seconds(server.pid)
    outcome = generate(plan)
    if not outcome.samples_ms:
        raise BenchError(f"{subject}: {outcome.first_failure}")
    measured = len(outcome.samples_ms) + outcome.failures
    used = machine.cpu_seconds(server.pid) - before
    return Row(
        subject=subject,
        way=_WAYS[dialect],
        clients=clients,
        pace=Pace.of(outcome.samples_ms, outcome.seconds, outcome.failures),
        load=load,
        server_cpu_ms=1000 * used / (measured + effort.warm_up),
        client_cpu_ms=1000 * outcome.client_cpu_seconds / measured,
    )


def in_process(subject: Subject, effort: Effort, talks: Sequence[Talk]) -> Row:
    """Turns one after the other without HTTP: masked, stored, understood, answered, stored again."""
    return asyncio.run(_in_process(subject, effort, talks))


async def _in_process(subject: Subject, effort: Effort, talks: Sequence[Talk]) -> Row:
    settings = subject.configured()
    services = bootstrap.build_services(settings)
    async with AsyncExitStack() as stack:
        for resource in services.resources:
            await stack.enter_async_context(resource)
        rasa = bootstrap.rasa_server(settings)
        if rasa is not None:
            await stack.enter_async_context(rasa)
        await _hold(services.conversations, talks, effort.warm_up, effort.seconds)
        load, before = machine.load(), machine.cpu_seconds(os.getpid())
        began = time.perf_counter()
        samples, failures = await _hold(services.conversations, talks, effort.turns, effort.seconds)
        seconds = time.perf_counter() - began
        used = machine.cpu_seconds(os.getpid()) - before
        for nlu in services.optional:
            await nlu.ping()
    pace = Pace.of(samples, seconds, failures)
    return Row(subject.name, IN_PROCESS, 1, pace, load, 1000 * used / (len(samples) + failures), 0.0)


async def _hold(
    conversations: ConversationService, talks: Sequence[Talk], turns: int, seconds: float
) -> tuple[list[float], int]:
    """Milliseconds of every answered turn, and how many had no proper answer."""
    samples: list[float] = []
    failures = 0
    until = time.perf_counter() + seconds
    for talk in cycle(talks):
        conversation = await conversations.start(Channel.WEB, Language.DE, chosen=False)
        for text in talk:
            began = time.perf_counter()
            if len(samples) + failures == turns or began > until:
                return samples, failures
            turn = await conversations.say(conversation.id, Message(text))
            took = (time.perf_counter() - began) * 1000
            if turn.answer is None or turn.answer.error is not None:
                failures += 1
            else:
                samples.append(took)
    raise BenchError("there is nothing to say")
