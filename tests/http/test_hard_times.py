"""Crowds, crashes and full disks: every accepted message gets its answer."""

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
import structlog

from assistant.config import LoggingSettings
from assistant.logs import configure
from tests.server import Site, site

ROOT = Path(__file__).parent.parent.parent


async def chat(client: httpx.AsyncClient, number: int) -> list[str]:
    """One whole conversation of five messages; the texts that came back."""
    name = (await client.post("/api/v1/conversations")).json()["id"]
    texts = []
    for step in range(5):
        said = await client.post(f"/api/v1/conversations/{name}/messages", json={"text": f"{number}-{step}"})
        assert said.status_code == 200, said.text
        texts.append(said.json()["answer"]["blocks"][0]["text"])
    read = (await client.get(f"/api/v1/conversations/{name}")).json()
    assert [turn["text"] for turn in read["turns"]] == [f"{number}-{step}" for step in range(5)]
    return texts


@pytest.mark.slow
async def test_hundred_conversations_at_once(tmp_path: Path) -> None:
    """A hundred people talk at once; everybody gets their own answers, all of them and in order."""
    limits = {"max_turns_at_once": 128, "requests_per_minute": 10_000}
    with site(tmp_path, http=limits) as here:
        at_once = httpx.Limits(max_connections=100, keepalive_expiry=None)  # the server lets go of what is idle
        async with httpx.AsyncClient(base_url=here.url, timeout=60, limits=at_once) as client:
            everything = await asyncio.gather(*(chat(client, number) for number in range(100)))
    for number, texts in enumerate(everything):
        assert texts == [f"Sie sagten: {number}-{step}" for step in range(5)]


@contextmanager
def process(data_dir: Path, listening: socket.socket, mode: str) -> Iterator["subprocess.Popen[str]"]:
    """The server of tests.http.crashing on a socket that outlives it."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.http.crashing", str(data_dir), str(listening.fileno()), mode],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=[listening.fileno()],
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


@pytest.mark.slow
def test_killed_in_the_middle_of_a_turn(tmp_path: Path) -> None:
    """After kill -9 while an answer is being made, the next start answers the message that was accepted."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        ThreadPoolExecutor(1) as pool,
        httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=60) as client,
    ):
        with process(tmp_path, listening, "hang") as first:
            name = client.post("/api/v1/conversations").json()["id"]
            address = f"/api/v1/conversations/{name}/messages"
            sending: Future[httpx.Response] = pool.submit(
                client.post, address, json={"text": "Was kostet ein Reisepass?", "id": "m1"}
            )
            assert first.stdout is not None
            assert first.stdout.readline() == "heard m1\n"
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
            assert isinstance(sending.exception(), httpx.TransportError)
        with process(tmp_path, listening, "answer"):
            turn = client.get(f"{address}/m1", params={"wait": 20}).json()
            assert turn["answer"]["status"] == "answered"
            again = client.post(address, json={"text": "Was kostet ein Reisepass?", "id": "m1"}).json()
            assert again == turn
            assert len(client.get(f"/api/v1/conversations/{name}").json()["turns"]) == 1


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Logs go to a device on which nothing can be written."""
    root = logging.getLogger()
    before, kept = structlog.get_config(), (root.handlers[:], root.level)
    configure(LoggingSettings(level="debug", file=Path("/dev/full")))
    yield
    for handler in root.handlers:
        with suppress(OSError):  # what could not be written is tried once more on closing
            handler.close()
    root.handlers, root.level = kept
    structlog.configure(**before)


@pytest.mark.slow
def test_no_room_for_logs(full_disk: None, tmp_path: Path) -> None:
    """With the disk for logs full, every message is answered, errors included."""
    with site(tmp_path) as here, httpx.Client(base_url=here.url, timeout=60) as client:
        name = client.post("/api/v1/conversations").json()["id"]
        address = f"/api/v1/conversations/{name}/messages"
        assert client.post(address, json={"text": "Hallo"}).status_code == 200
        assert client.post(address, json={"text": "kaputt"}).json()["code"] == "internal"
        assert client.post(address, json={"text": "wieder heil"}).status_code == 200


@pytest.mark.slow
def test_many_same_messages(here: Site, client: httpx.Client, conversation: str) -> None:
    """Twenty impatient clicks on the same button are one question, and all get the same answer."""
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(
                lambda _: client.post(f"{conversation}/messages", json={"text": "Hallo", "id": "m1"}).json(), range(20)
            )
        )
    assert all(answer == answers[0] for answer in answers)
    assert len(client.get(conversation).json()["turns"]) == 1
