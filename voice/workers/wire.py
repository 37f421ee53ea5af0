"""What goes between Roland and a worker process: messages of a kind, some data, and perhaps sound."""

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

PING = "ping"
READY = "ready"
FAILED = "failed"
_SIZES = struct.Struct("!II")


@dataclass(frozen=True, slots=True)
class Message:
    """One request or reply; ``data`` is what JSON can hold."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    sound: bytes = b""


class Engine(Protocol):
    """What a worker process is for; made in it by a factory that takes the worker's options as keywords."""

    def answer(self, request: Message) -> Message:
        """The reply to one request. An exception fails this request alone."""
        ...


def pack(message: Message) -> bytes:
    """A message as it goes over the wire: two lengths, the head as JSON, the sound."""
    head = json.dumps([message.kind, dict(message.data)]).encode()
    return _SIZES.pack(len(head), len(message.sound)) + head + message.sound


class Unpacker:
    """Puts messages together from what arrives in pieces."""

    def __init__(self) -> None:
        self._arrived = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that are complete with this piece."""
        self._arrived += data
        while len(self._arrived) >= _SIZES.size:
            head, sound = _SIZES.unpack_from(self._arrived)
            end = _SIZES.size + head + sound
            if len(self._arrived) < end:
                return
            kind, content = json.loads(self._arrived[_SIZES.size : _SIZES.size + head])
            message = Message(kind, content, bytes(self._arrived[_SIZES.size + head : end]))
            del self._arrived[:end]
            yield message
