"""Ends, asked for or not: whatever was accepted gets its answer, once and in its place."""

import signal
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.system.conversation import PASSPORT, Conversation, check, services_of
from tests.system.gate import gate
from tests.system.installation import Installation, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

THREADS = 4


def test_killed_in_the_middle_of_turns(bremen: Installation) -> None:
    """After kill -9 amid three turns, and again amid their recovery, the next start answers each once and in place."""
    with ThreadPoolExecutor(THREADS) as pool:
        with gate() as barrier, bremen.serving(barrier.settings) as first, first.client() as client:
            begun = [Conversation.begin(client) for _ in range(3)]
            sent: list[Future[httpx.Response]] = []
            for conversation in begun:
                sent.append(pool.submit(conversation.send, PASSPORT.question, "m1"))
                barrier.wait_for_question()
            first.signal(signal.SIGKILL)
            first.process.wait()
            for sending in sent:
                assert isinstance(sending.exception(), httpx.TransportError)
        with gate() as barrier, bremen.serving(barrier.settings) as second:
            barrier.wait_for_question()
            second.signal(signal.SIGKILL)
            second.process.wait()
        with bremen.serving() as third, third.client() as client:
            for conversation in (old.with_client(client) for old in begun):
                follow_up = conversation.ask("Und welche Unterlagen brauche ich?", "m2")
                turns = conversation.turns()
                assert [turn["id"] for turn in turns] == ["m1", "m2"]
                check(turns[0]["answer"], PASSPORT)
                assert services_of(follow_up) == {PASSPORT.service_id}
                again = conversation.send(PASSPORT.question, "m1").json()
                assert again == turns[0]
                assert len(conversation.turns()) == 2


def test_asked_to_end_in_the_middle_of_turns(bremen: Installation) -> None:
    """SIGTERM lets open turns end: everybody gets their answer, then the server ends with exit code 0."""
    with (
        gate() as barrier,
        ThreadPoolExecutor(THREADS) as pool,
        bremen.serving(barrier.settings) as server,
        server.client() as client,
    ):
        begun = [Conversation.begin(client) for _ in range(3)]
        sent: list[Future[dict[str, Any]]] = []
        for conversation in begun:
            sent.append(pool.submit(conversation.ask, PASSPORT.question))
            barrier.wait_for_question()
        server.signal(signal.SIGTERM)
        until(lambda: bool(server.events("Shutting down")))
        barrier.open()
        for sending in sent:
            check(sending.result(), PASSPORT)
        assert server.process.wait(30) == 0
    with bremen.serving() as server, server.client() as client:
        for conversation in begun:
            check(conversation.with_client(client).turns()[0]["answer"], PASSPORT)
