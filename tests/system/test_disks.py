"""Disks that are full or cannot be written: a clear word, nothing lost, and everything well again afterwards."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.system.conversation import PASSPORT, Conversation, check, check_problem, services_of
from tests.system.disks import Disk, mounted
from tests.system.gate import gate
from tests.system.installation import Installation, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

NEXT = "Und welche Unterlagen brauche ich?"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk with room for one data directory and little more."""
    with mounted(tmp_path / "disk", "300m") as small:
        yield small


def test_no_room_for_logs(bremen: Installation) -> None:
    """With no room for a single line of log, neither in its file nor on stderr, every message is answered."""
    full = Path("/dev/full")
    with bremen.serving({"logging.file": full}, output=full) as server, server.client() as client:
        conversation = Conversation.begin(client)
        check(conversation.ask(PASSPORT.question), PASSPORT)
        check_problem(client.get("/api/v1/nothing"), 404, "not_found")
        assert services_of(conversation.ask(NEXT)) == {PASSPORT.service_id}
        assert server.stop() == 0


def test_no_room_for_conversations(prepared: Installation, disk: Disk) -> None:
    """On a full disk a message gets 503 and when to try again; with room again it is answered, and nothing is lost."""
    with (
        prepared.copy(disk.path / "data").serving(output=disk.path.parent / "log") as server,
        server.client() as client,
    ):
        conversation = Conversation.begin(client)
        check(conversation.ask(PASSPORT.question, "m1"), PASSPORT)
        disk.fill()
        for _ in range(3):
            response = conversation.send(NEXT, "m2")
            check_problem(response, 503, "storage_unavailable")
            assert int(response.headers["retry-after"]) >= 1
        check_problem(client.post("/api/v1/conversations"), 503, "storage_unavailable")
        check(conversation.turns()[0]["answer"], PASSPORT)
        disk.make_room()
        assert services_of(conversation.ask(NEXT, "m2")) == {PASSPORT.service_id}
        assert [turn["id"] for turn in conversation.turns()] == ["m1", "m2"]


def test_disk_full_in_the_middle_of_a_turn(bremen: Installation) -> None:
    """A message that was accepted before the disk was full is answered by itself as soon as there is room."""
    with (
        gate() as barrier,
        ThreadPoolExecutor(1) as pool,
        bremen.serving(barrier.settings) as server,
        server.client() as client,
    ):
        conversation = Conversation.begin(client)
        sending = pool.submit(conversation.send, PASSPORT.question, "m1")
        barrier.wait_for_question()
        server.limit_file_size((bremen.data / "conversations.db-wal").stat().st_size)
        barrier.open()
        check_problem(sending.result(), 503, "storage_unavailable")
        assert [turn["pending"] for turn in conversation.turns()] == [True]
        server.limit_file_size()
        until(lambda: not conversation.turns()[0]["pending"], 90)
        check(conversation.turns()[0]["answer"], PASSPORT)
        assert services_of(conversation.ask(NEXT)) == {PASSPORT.service_id}


def test_read_only_data_directory(prepared: Installation, disk: Disk) -> None:
    """Where no message could be kept, the server does not start: it says so and ends with exit code 1."""
    installation = prepared.copy(disk.path / "data")
    disk.make_read_only()
    done = installation.run("serve")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert f"{installation.data}: cannot be written to" in done.stderr.replace("\n", "")
