"""SIP messages: reading them strictly from a datagram, and writing them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from connectors.telephony.sip.address import (
    Address,
    MalformedError,
    Params,
    param,
    parse_address,
    parse_params,
    split_outside_quotes,
)

MOST_BYTES = 16_384
_MOST_HEADERS = 128
_MOST_CSEQ = 2**31
_COMPACT = {
    "i": "call-id",
    "m": "contact",
    "e": "content-encoding",
    "l": "content-length",
    "c": "content-type",
    "f": "from",
    "s": "subject",
    "k": "supported",
    "t": "to",
    "v": "via",
    "o": "event",
    "r": "refer-to",
    "b": "referred-by",
    "x": "session-expires",
    "u": "allow-events",
    "d": "request-disposition",
    "j": "reject-contact",
    "a": "accept-contact",
}
_ONCE = ("call-id", "cseq", "from", "to", "content-length", "content-type", "max-forwards")
_REQUEST_LINE = re.compile(r"([A-Za-z0-9.!%*_+`'~-]{1,32}) (\S{1,1024}) SIP/2\.0", re.ASCII)
_STATUS_LINE = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?: (.*))?", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9.!%*_+`'~-]{1,64}")
_CSEQ = re.compile(r"(\d{1,10})[ \t]+([A-Za-z0-9.!%*_+`'~-]{1,32})", re.ASCII)
_VIA = re.compile(
    r"SIP\s*/\s*2\.0\s*/\s*(?P<transport>[A-Za-z0-9]+)\s+(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])"
    r"\s*(?::\s*(?P<port>\d{1,5}))?\s*(?P<params>;.*)?",
    re.DOTALL | re.ASCII,
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_FOLD = re.compile(r"\r\n[ \t]+")


@dataclass(frozen=True, slots=True)
class Via:
    """Where a response to a request goes: the topmost hop it came over."""

    host: str
    port: int
    params: Params

    @property
    def branch(self) -> str:
        """What names the transaction; empty where there is none."""
        return param(self.params, "branch") or ""


@dataclass(frozen=True, slots=True)
class Headers:
    """All headers in their order, by long lower-case names."""

    fields: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        """The first value."""
        return next((value for known, value in self.fields if known == name), None)

    def all(self, name: str) -> list[str]:
        """Every line's value."""
        return [value for known, value in self.fields if known == name]

    def listed(self, name: str) -> list[str]:
        """The single values of a header that is a list, whether they share lines or not."""
        return [part for value in self.all(name) for part in split_outside_quotes(value, ",")]


@dataclass(frozen=True, slots=True)
class Message:
    """What requests and responses have in common; all of it is there in every one that can be read."""

    headers: Headers
    body: bytes
    via: Via
    sender: Address
    recipient: Address
    call_id: str
    cseq: int
    cseq_method: str


@dataclass(frozen=True, slots=True)
class Request(Message):
    """A request."""

    method: str
    uri: str


@dataclass(frozen=True, slots=True)
class Response(Message):
    """A response."""

    status: int
    reason: str


def parse(datagram: bytes) -> Request | Response:
    """The one message in a datagram; raises MalformedError with a reason that quotes nothing of it."""
    if len(datagram) > MOST_BYTES:
        raise MalformedError("too large")
    # Some keep their way through a firewall open with empty lines before a message (RFC 3261, 7.5).
    head, end, body = datagram.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not end:
        raise MalformedError("no end of the headers")
    # What is no UTF-8 is given back as it came.
    lines = _FOLD.sub(" ", head.decode("utf-8", "surrogateescape")).split("\r\n")
    headers = _headers(lines[1:])
    body = _body(headers, body)
    cseq, method = _cseq(headers)
    common = (
        headers,
        body,
        _via(headers),
        parse_address(_needed(headers, "from")),
        parse_address(_needed(headers, "to")),
        _needed(headers, "call-id"),
        cseq,
        method,
    )
    if status := _STATUS_LINE.fullmatch(lines[0]):
        return Response(*common, int(status[1]), status[2] or "")
    request = _REQUEST_LINE.fullmatch(lines[0])
    if not request:
        raise MalformedError("neither a request nor a response")
    if request[1] != method:
        raise MalformedError("two methods in one request")
    return Request(*common, request[1], request[2])


def write(start: str, headers: Iterable[tuple[str, str]], body: bytes = b"") -> bytes:
    """A message as it goes over the wire, its length added."""
    lines = [start, *(f"{name}: {value}" for name, value in headers), f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + body


def _headers(lines: list[str]) -> Headers:
    if len(lines) > _MOST_HEADERS:
        raise MalformedError("too many headers")
    fields = tuple(_field(line) for line in lines)
    for name in _ONCE:
        if sum(known == name for known, _ in fields) > 1:
            # Two readers of the same message must not take it for two different ones.
            raise MalformedError(f"more than one {name}")
    return Headers(fields)


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    name = name.rstrip(" \t")
    if not colon or not _NAME.fullmatch(name) or _CONTROL.search(value):
        raise MalformedError("a line that is no header")
    name = name.lower()
    return _COMPACT.get(name, name), value.strip(" \t")


def _body(headers: Headers, rest: bytes) -> bytes:
    said = headers.get("content-length")
    if said is None:
        return rest
    if not (said.isascii() and said.isdigit() and len(said) < 6) or int(said) > len(rest):
        raise MalformedError("a body of another length than it says")
    return rest[: int(said)]


def _needed(headers: Headers, name: str) -> str:
    value = headers.get(name)
    if not value:
        raise MalformedError(f"no {name}")
    return value


def _cseq(headers: Headers) -> tuple[int, str]:
    found = _CSEQ.fullmatch(_needed(headers, "cseq"))
    if not found or int(found[1]) >= _MOST_CSEQ:
        raise MalformedError("no number of sequence")
    return int(found[1]), found[2]


def _via(headers: Headers) -> Via:
    found = _VIA.fullmatch(next(iter(headers.listed("via")), ""))
    port = int(found["port"] or 5060) if found else 0
    if not found or found["transport"].upper() != "UDP" or not 0 < port < 65_536:
        raise MalformedError("no way back")
    return Via(found["host"].lower(), port, parse_params(found["params"] or ""))
