"""Several server processes over one database are one Roland."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tests.system.conversation import PASSPORT, Conversation, check, services_of
from tests.system.installation import Installation, Server, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

FOLLOW_UPS = ("Und welche Unterlagen brauche ich?", "Wie lange dauert das?", "Kann ich das online beantragen?")
_WORKER = "multiprocessing.spawn"
_PATIENCE_S = 180


@pytest.fixture(scope="module")
def pair(prepared: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two workers, both ready."""
    with prepared.copy(tmp_path_factory.mktemp("pair") / "data").serving({"http.workers": 2}) as server:
        until(lambda: len(server.events("Application startup complete.")) == 2)
        yield server


@contextmanager
def standing_still(pid: int) -> Iterator[None]:
    """Meanwhile that process does nothing, so that another one must."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_one_conversation_over_two_workers(pair: Server) -> None:
    """Whichever worker gets a message knows the conversation: topic, order and answers are one."""
    workers = pair.children(_WORKER)
    assert len(workers) == 2
    with pair.client() as client:
        conversation = Conversation.begin(client)
        with standing_still(workers[0]):
            check(conversation.ask(PASSPORT.question), PASSPORT)
        for number, question in enumerate(FOLLOW_UPS):
            with standing_still(workers[(number + 1) % 2]):
                assert services_of(conversation.ask(question)) == {PASSPORT.service_id}
        with standing_still(workers[0]):
            one = conversation.turns()
        with standing_still(workers[1]):
            other = conversation.turns()
    assert one == other
    assert [turn["text"] for turn in one] == [PASSPORT.question, *FOLLOW_UPS]


def test_the_same_message_to_both_workers(pair: Server) -> None:
    """A message sent many times over many connections is one turn with one answer, whoever worked on it."""
    with pair.client() as client, ThreadPoolExecutor(8) as pool:
        for number in range(5):
            conversation = Conversation.begin(client)
            sent = list(pool.map(lambda _, to=conversation: to.send(PASSPORT.question, "m1"), range(8)))
            assert {response.status_code for response in sent} == {httpx.codes.OK}
            (turn,) = conversation.turns()
            check(turn["answer"], PASSPORT)
            assert {response.json()["answer"]["text"] for response in sent} == {turn["answer"]["text"]}, number


def test_a_killed_worker_is_replaced(pair: Server) -> None:
    """When a worker is killed the other goes on, another takes its place, and the conversation is whole."""
    workers = pair.children(_WORKER)
    with pair.client() as client:
        conversation = Conversation.begin(client)
        check(conversation.ask(PASSPORT.question, "m1"), PASSPORT)
        os.kill(workers[0], signal.SIGKILL)
        # A worker that dies while it is asked for a sign of life is missed only when its patience has run out.
        until(lambda: len(set(pair.children(_WORKER)) - {workers[0]}) == 2, _PATIENCE_S)
        until(lambda: len(pair.events("Application startup complete.")) == 3, _PATIENCE_S)
        with standing_still(workers[1]):
            assert services_of(conversation.ask(FOLLOW_UPS[0])) == {PASSPORT.service_id}
        assert len(conversation.turns()) == 2
        assert pair.stop() == 0
