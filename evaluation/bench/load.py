"""The load generator: many people talking to a server on loopback, each sending when the answer before has come.

It runs as a process of its own (``python -m evaluation.bench.load``, a plan as JSON on stdin, the outcome on stdout),
so that server and clients share no interpreter. The outcome holds the clients' own processor time: who reads the
figures sees whether the clients were the bottleneck.
"""

import asyncio
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle
from typing import Any, Literal, Self

import uvloop

from evaluation.bench.client import Connection
from evaluation.bench.talks import Talk

Dialect = Literal["roland", "rest"]


@dataclass(frozen=True, slots=True)
class Plan:
    """``turns`` are shared by ``clients``, after ``warm_up`` that are not measured; no turn begins after ``seconds``.

    ``dialect``: Roland's own JSON API, where each conversation is started first, or Rasa's REST channel.
    """

    port: int
    dialect: Dialect
    clients: int
    turns: int
    warm_up: int
    seconds: float
    talks: tuple[Talk, ...]


@dataclass(slots=True)
class Outcome:
    """``samples_ms`` from request to complete answer, one a turn; ``seconds`` of wall time, starts included."""

    samples_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    client_cpu_seconds: float = 0.0
    failures: int = 0
    first_failure: str = ""

    @classmethod
    def of(cls, text: str) -> Self:
        """The outcome that the load generator printed."""
        return cls(**json.loads(text))


def generate(plan: Plan) -> Outcome:
    """Carry out the plan in a process of its own."""
    command = [sys.executable, "-m", "evaluation.bench.load"]
    limit = 2 * plan.seconds + 60
    done = subprocess.run(
        command, input=json.dumps(asdict(plan)), stdout=subprocess.PIPE, text=True, check=True, timeout=limit
    )
    return Outcome.of(done.stdout)


async def carry_out(plan: Plan) -> Outcome:
    """Carry out the plan in this event loop."""
    talks = cycle(plan.talks)
    await _phase(plan, talks, plan.warm_up)
    return await _phase(plan, talks, plan.turns)


async def _phase(plan: Plan, talks: Iterator[Talk], turns: int) -> Outcome:
    outcome = Outcome()
    budget = iter(range(turns))
    began, cpu = time.perf_counter(), time.process_time()
    until = began + plan.seconds
    async with asyncio.TaskGroup() as group:
        for _ in range(plan.clients):
            group.create_task(_people(plan, talks, budget, until, outcome))
    outcome.seconds = time.perf_counter() - began
    outcome.client_cpu_seconds = time.process_time() - cpu
    return outcome


async def _people(plan: Plan, talks: Iterator[Talk], budget: Iterator[int], until: float, outcome: Outcome) -> None:
    """One person after the other, each on a connection of their own, until nothing of the budget is left."""
    for talk in talks:
        connection = await Connection.open(plan.port)
        try:
            way = await _WAYS[plan.dialect](connection)
            for text in talk:
                if next(budget, None) is None or time.perf_counter() > until:
                    return
                await _turn(connection, way, text, outcome)
        finally:
            connection.close()


async def _turn(connection: Connection, way: "_Way", text: str, outcome: Outcome) -> None:
    began = time.perf_counter()
    status, body = await connection.post(way.path, way.message(text))
    took = (time.perf_counter() - began) * 1000
    if status == 200 and way.is_answer(json.loads(body)):
        outcome.samples_ms.append(took)
    else:
        outcome.failures += 1
        outcome.first_failure = outcome.first_failure or f"{status} {body[:200].decode(errors='replace')}"


@dataclass(frozen=True, slots=True)
class _Way:
    """How one conversation is held."""

    path: str
    message: Callable[[str], dict[str, str]]
    is_answer: Callable[[Any], bool]


async def _by_api(connection: Connection) -> _Way:
    status, body = await connection.post("/api/v1/conversations", {})
    if status != 201:
        raise ConnectionError(f"no conversation: {status} {body[:200]!r}")
    return _Way(
        path=f"/api/v1/conversations/{json.loads(body)['id']}/messages",
        message=lambda text: {"text": text},
        is_answer=lambda turn: bool(turn["answer"]["text"]) and turn["answer"]["error"] is None,
    )


async def _by_rest_channel(_: Connection) -> _Way:
    sender = secrets.token_hex(8)
    return _Way(
        path="/webhooks/rest/webhook",
        message=lambda text: {"sender": sender, "message": text},
        is_answer=lambda messages: bool(messages) and bool(messages[0]["text"]),
    )


_WAYS: dict[Dialect, Callable[[Connection], Awaitable[_Way]]] = {"roland": _by_api, "rest": _by_rest_channel}


def main() -> None:
    """Read a plan, carry it out, print the outcome."""
    raw = json.load(sys.stdin)
    plan = Plan(**{**raw, "talks": tuple(tuple(talk) for talk in raw["talks"])})
    json.dump(asdict(uvloop.run(carry_out(plan))), sys.stdout)


if __name__ == "__main__":
    main()
