"""A running line, callers with a telephone and ears, and a look at what the server's processes do."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from evaluation.calls.call import Call, PhoneOptions, WhenReferred
from evaluation.calls.ear import Ear
from evaluation.calls.mouth import utterance
from evaluation.calls.softphone import Softphone
from tests.system.installation import Server
from tests.system.phone.sipp import free_port
from voice.model.folder import MARK

TEST_MODEL = Path(__file__).parents[3] / "var/voice/test-model"
NUMBER = "042198765432"
PERSON = "sip:mensch@127.0.0.1:5999"
PHONE = PhoneOptions(user=NUMBER, when_referred=WhenReferred.TAKEN)
EVERY_DAY = '[{"days": ["mo","tu","we","th","fr","sa","su"], "opens": "00:00", "closes": "23:59:59"}]'
HEARS, SPEAKS = "VoskEngine", "EspeakEngine"
_LISTENS_S = 0.8


def model() -> Path:
    """The test model; skips the test where none has been built."""
    if not (TEST_MODEL / MARK).exists():
        pytest.skip("no test model: roland voice model build")
    return TEST_MODEL


def line_settings(folder: Path) -> dict[str, object]:
    """The settings of a line that hears with that model; people are there at every hour."""
    return {
        "contact.hours": EVERY_DAY,
        "phone.calls_to": PERSON,
        "phone.speech.models": json.dumps({"de": {"folder": str(folder), "rate": 8_000}}),
        "phone.sip.enabled": "true",
        "phone.sip.port": free_port(),
        "phone.sip.rtp_ports": "[23000, 23599]",
        "phone.sip.most_calls": 250,
        "phone.sip.peers": json.dumps(
            [{"name": "local", "networks": ["127.0.0.0/8"], "most_calls": 250, "calls_a_second": 500}]
        ),
    }


@dataclass
class Caller:
    """Somebody on the telephone who hears words."""

    call: Call
    ear: Ear
    since: float

    async def hears(self, *words: str, within_s: float = 30.0) -> str:
        """Wait until something is said with one of these words, not until its end; all that was said meanwhile."""
        told, deadline = "", _now() + within_s
        while not any(word in told for word in words):
            assert _now() < deadline, f"nothing of {words} within {within_s:g} s, but: {told}"
            assert self.call.ended is None, f"the call is over, and nothing of {words} was said, but: {told}"
            await asyncio.sleep(_LISTENS_S)
            told = await self.ear.words(self.call.recording.pcm(self.since))
        return told

    async def says(self, text: str) -> None:
        """Say something to its end."""
        self.since = _now()
        await self.call.say(utterance(text))

    def presses(self, keys: str) -> None:
        """Press keys."""
        self.since = _now()
        self.call.press(keys)

    async def passed_on(self, within_s: float = 30.0) -> str:
        """Wait until the caller is with a person, and the call with Roland over; the reference that went along."""
        async with asyncio.timeout(within_s):
            await self.call.over()
        assert [referral.target for referral in self.call.referrals] == [PERSON]
        return self.call.referrals[0].reference


@dataclass
class Line:
    """A running server with a line, and ears to hear what it says."""

    server: Server
    port: int
    ear: Ear

    async def ring(self, phone: Softphone) -> Caller:
        """Call it."""
        call = await phone.call(f"sip:115@127.0.0.1:{self.port}")
        return Caller(call, self.ear, _now())

    @property
    def running(self) -> int:
        """How many calls are going on."""
        return len(self.server.events("call began")) - len(self.server.events("call over"))

    def workers(self, engine: str) -> list[int]:
        """The processes that hear, or speak."""
        return self.server.children(engine)


async def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Return as soon as it holds, looked at now and then."""
    deadline = _now() + seconds
    while not condition():
        assert _now() < deadline, f"not within {seconds:g} s"
        await asyncio.sleep(0.1)


def health(server: Server) -> Mapping[str, str]:
    """What the health page says of each part."""
    checks: Mapping[str, str] = httpx.get(f"{server.url}/health", trust_env=False, timeout=60).json()["checks"]
    return checks


def written(server: Server) -> int:
    """How many bytes the server and its workers have sent to a disk so far; what stays in memory does not count."""
    return sum(_written(pid) for pid in (server.process.pid, *server.children("voice.workers")))


def open_files(server: Server) -> Iterator[Path]:
    """The files on disks that the server and its workers may write to this moment."""
    for pid in (server.process.pid, *server.children("voice.workers")):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                path = entry.readlink()
                if path.is_file() and not path.is_relative_to("/dev") and _is_for_writing(pid, entry.name):
                    yield path


def _is_for_writing(pid: int, number: str) -> bool:
    lines = Path(f"/proc/{pid}/fdinfo/{number}").read_text(encoding="ascii").splitlines()
    (flags,) = (int(line.split()[1], 8) for line in lines if line.startswith("flags:"))
    return flags & os.O_ACCMODE != os.O_RDONLY


def _written(pid: int) -> int:
    fields = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines())
    return int(fields["write_bytes"])


def _now() -> float:
    return asyncio.get_running_loop().time()
