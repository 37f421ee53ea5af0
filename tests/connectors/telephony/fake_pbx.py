"""The other side of AudioSocket and FastAGI, byte for byte as Asterisk sends it."""

import asyncio
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

TONE = bytes(range(160)) * 2
"""A frame of something that is not silence."""


def frame(kind: int, payload: bytes = b"") -> bytes:
    """A frame of AudioSocket."""
    return bytes([kind]) + struct.pack(">H", len(payload)) + payload


@dataclass
class FakeChannel:
    """A connection to the port of the sound."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    heard: bytearray = field(default_factory=bytearray)

    def send(self, *pieces: bytes) -> None:
        """Send bytes as they are."""
        for piece in pieces:
            self.writer.write(piece)

    def say(self, pcm: bytes = TONE) -> None:
        """Send sound."""
        self.send(frame(0x10, pcm))

    async def receive(self) -> tuple[int, bytes]:
        """The next frame; raises IncompleteReadError at the end of the connection."""
        kind, length = struct.unpack(">BH", await self.reader.readexactly(3))
        payload = await self.reader.readexactly(length)
        return kind, payload

    async def until(self, kind: int) -> list[bytes]:
        """The payloads of all frames up to one of that kind."""
        payloads: list[bytes] = []
        while True:
            came, payload = await self.receive()
            if came == kind:
                return payloads
            payloads.append(payload)

    async def is_closed(self) -> bool:
        """Wait for the end of the connection."""
        with suppress(ConnectionError):
            while await self.reader.read(4096):
                pass
        return True

    def reset(self) -> None:
        """End the connection the hard way (RST)."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SOL_SOCKET, SO_LINGER: drop what is unsent
        self.writer.transport.abort()


@dataclass(frozen=True)
class FakePbx:
    """An Asterisk that knows both ports."""

    sound_port: int
    question_port: int
    token: str = "geheim"

    async def ask(self, script: str, *arguments: str, **variables: str) -> dict[str, str]:
        """Ask as AGI() in the dialplan does; the variables that were set."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.question_port)
        writer.write(request(script, (self.token, *arguments), variables))
        taken: dict[str, str] = {}
        while line := (await reader.readline()).decode():
            command, kind, name, value = line.rstrip("\n").split(" ", 3)
            assert (command, kind) == ("SET", "VARIABLE")
            taken[name] = value.strip('"')
            writer.write(b"200 result=1\n")
        writer.close()
        return taken

    async def connect(self, call_id: str) -> FakeChannel:
        """Connect as AudioSocket() in the dialplan does."""
        channel = FakeChannel(*await asyncio.open_connection("127.0.0.1", self.sound_port))
        channel.send(frame(0x01, UUID(call_id).bytes))
        return channel

    @asynccontextmanager
    async def call(self, **variables: str) -> AsyncIterator[tuple[str, FakeChannel]]:
        """A call that has come through, and Roland's id of it."""
        call_id = (await self.ask("call", **variables))["ROLAND_CALL"]
        channel = await self.connect(call_id)
        try:
            yield call_id, channel
        finally:
            channel.writer.close()


def request(script: str, arguments: Sequence[str], variables: dict[str, str]) -> bytes:
    """What Asterisk 20 sends at the start of a FastAGI connection."""
    lines = {
        "agi_network": "yes",
        "agi_network_script": script,
        "agi_request": f"agi://127.0.0.1:4573/{script}",
        "agi_channel": "PJSIP/trunk-00000007",
        "agi_language": "de",
        "agi_type": "PJSIP",
        "agi_uniqueid": "1763780042.7",
        "agi_version": "20.15.2",
        "agi_callerid": "042112345",
        "agi_calleridname": "unknown",
        "agi_callingpres": "0",
        "agi_callingani2": "0",
        "agi_callington": "0",
        "agi_callingtns": "0",
        "agi_dnid": "115",
        "agi_rdnis": "unknown",
        "agi_context": "roland",
        "agi_extension": "115",
        "agi_priority": "3",
        "agi_enhanced": "0.0",
        "agi_accountcode": "",
        "agi_threadid": "140214",
        **variables,
        **{f"agi_arg_{place}": argument for place, argument in enumerate(arguments, 1)},
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items()).encode() + b"\n"
