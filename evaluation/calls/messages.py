"""SIP messages as text, as far as a telephone needs them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

Header = tuple[str, str]

_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "r": "refer-to"}
_URI = re.compile(r"<([^>]+)>|(sips?:[^\s;,]+)")
_TAG = re.compile(r";\s*tag=([^;,\s]+)")
_BRANCH = re.compile(r";\s*branch=([^;,\s]+)")
_CONNECTION = re.compile(r"^c=IN IP4 (\S+)", re.MULTILINE)
_SOUND = re.compile(r"^m=audio (\d+) RTP/AVP(.*)", re.MULTILINE)
_PLACE = re.compile(r"sip:(?:[^@>]*@)?([^:;?>]+)(?::(\d+))?")


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response; names of headers are in small letters."""

    start: str
    headers: tuple[Header, ...]
    body: bytes = b""

    @classmethod
    def read(cls, datagram: bytes) -> Self:
        """Raises ValueError for what is no SIP."""
        head, _, body = datagram.partition(b"\r\n\r\n")
        start, *lines = head.decode().split("\r\n")
        if "SIP/2.0" not in start:
            raise ValueError("no SIP")
        fields = (line.partition(":")[::2] for line in lines)
        named = ((name.strip().lower(), value.strip()) for name, value in fields)
        return cls(start, tuple((_COMPACT.get(name, name), value) for name, value in named), body)

    @property
    def status(self) -> int:
        """Of a response; 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def method(self) -> str:
        """Of the request, or of the one that is answered."""
        return self.get("cseq").partition(" ")[2]

    @property
    def call_id(self) -> str:
        """The name of the call."""
        return self.get("call-id")

    @property
    def branch(self) -> str:
        """The name of the transaction."""
        return found[1] if (found := _BRANCH.search(self.get("via"))) else ""

    def get(self, name: str) -> str:
        """The first value of a header; empty without one."""
        return next((value for known, value in self.headers if known == name), "")

    def all(self, name: str) -> list[Header]:
        """A header as often as it stands there."""
        return [(known, value) for known, value in self.headers if known == name]


def written(start: str, headers: Iterable[Header], body: bytes = b"") -> bytes:
    """A message for the wire; its length is added."""
    lines = [start, *(f"{name}: {value}" for name, value in headers), f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def answer(request: Message, status: str, tag: str, extra: Sequence[Header] = (), body: bytes = b"") -> bytes:
    """A response; ``status`` with its words, ``tag`` is put to whoever was asked where none stands there yet."""
    asked = request.get("to")
    to = asked if _TAG.search(asked) else f"{asked};tag={tag}"
    echoed = [*request.all("via"), ("From", request.get("from")), ("To", to)]
    echoed += [("Call-ID", request.call_id), ("CSeq", request.get("cseq"))]
    return written(f"SIP/2.0 {status}", [*echoed, *extra], body)


def uri_of(value: str) -> str:
    """The address in a header, without what stands around it."""
    found = _URI.search(value)
    return (found[1] or found[2]) if found else ""


def tag_of(value: str) -> str:
    """Which end of a call a From or To names."""
    return found[1] if (found := _TAG.search(value)) else ""


def place_of(uri: str) -> tuple[str, int]:
    """Host and port of a SIP address; raises ValueError for anything else."""
    found = _PLACE.match(uri)
    if not found:
        raise ValueError(f"not a SIP address: {uri}")
    return found[1], int(found[2] or 5060)


def description(host: str, port: int) -> bytes:
    """What is offered about the sound (SDP): A-law and keys beside it."""
    lines = ["v=0", f"o=- {port} 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0"]
    lines += [f"m=audio {port} RTP/AVP 8 101", "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000"]
    return "".join(f"{line}\r\n" for line in [*lines, "a=fmtp:101 0-15", "a=ptime:20", "a=sendrecv"]).encode()


def sound_place(body: bytes) -> tuple[str, int]:
    """Where the other side wants to be sent sound; raises ValueError where it does not say so in A-law."""
    text = body.decode()
    host, media = (
        re.search(r"^c=IN IP4 (\S+)", text, re.MULTILINE),
        re.search(r"^m=audio (\d+) RTP/AVP(.*)", text, re.MULTILINE),
    )
    if not host or not media or "8" not in media[2].split():
        raise ValueError("no A-law offered")
    return host[1], int(media[1])
