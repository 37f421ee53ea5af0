"""What both sides agree on about the sound (SDP, RFC 4566, by offer and answer, RFC 3264)."""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Literal

from connectors.telephony.sip.address import MalformedError

Codec = Literal["PCMA", "PCMU"]
Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
_STATIC: dict[int, Codec] = {8: "PCMA", 0: "PCMU"}
_OFFERED_EVENTS = 101
_MOST_LINES = 256
_MOST_MEDIA = 8
_RTPMAP = re.compile(r"(\d{1,3}) ([A-Za-z0-9-]+)/(\d{1,6})(?:/\d+)?", re.ASCII)
_MEDIA = re.compile(r"(\S+) (\d{1,5})(?:/\d+)? (\S+)((?: \S+)*)", re.ASCII)
_CONNECTION = re.compile(r"IN IP4 (\d{1,3}(?:\.\d{1,3}){3})(?:/\d+)*", re.ASCII)
_MIRRORED: dict[Direction, Direction] = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}


class NoCommonSoundError(Exception):
    """The other side offers nothing that can be spoken and heard here."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How sound goes in a call. Payload types are those of both ways; ``direction`` is seen from the other side."""

    codec: Codec
    payload: int
    events: int | None
    host: str
    port: int
    direction: Direction = "sendrecv"

    @property
    def is_held(self) -> bool:
        """Whether the other side does not want to hear anything now."""
        return self.direction in ("sendonly", "inactive") or self.host == "0.0.0.0"  # noqa: S104 - how hold was said


@dataclass(frozen=True, slots=True)
class _Media:
    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Offer:
    """Somebody's description: the agreement that it leads to, and what an answer to it has to go through."""

    agreement: Agreement
    media: tuple[tuple[str, str, str], ...]
    """Kind, protocol and first format of every stream, in their order."""
    chosen: int
    """Which of them is the sound."""


def read(body: bytes) -> Offer:
    """An offer or an answer; raises MalformedError, NoCommonSoundError."""
    session, streams = _sections(body)
    for index, media in enumerate(streams):
        if media.kind == "audio" and media.protocol == "RTP/AVP" and media.port:
            agreement = _agreement(session, media)
            shapes = tuple((each.kind, each.protocol, (*each.formats, "0")[0]) for each in streams)
            return Offer(agreement, shapes, index)
    raise NoCommonSoundError


def answer(offer: Offer, host: str, port: int, session: int, version: int) -> bytes:
    """What is said to an offer: its sound is taken, any other stream is declined."""
    agreed = offer.agreement
    lines = _session(host, session, version)
    for index, (kind, protocol, first) in enumerate(offer.media):
        if index == offer.chosen:
            lines += _sound(port, {agreed.payload: agreed.codec}, agreed.events, _MIRRORED[agreed.direction])
        else:
            lines.append(f"m={kind} 0 {protocol} {first}")
    return _written(lines)


def offer(host: str, port: int, session: int, version: int) -> bytes:
    """Everything that can be spoken and heard here, for those who leave it to us to begin."""
    return _written(_session(host, session, version) + _sound(port, _STATIC, _OFFERED_EVENTS, "sendrecv"))


def again(agreed: Agreement, host: str, port: int, session: int, version: int) -> bytes:
    """What was agreed on, offered once more."""
    payloads = {agreed.payload: agreed.codec}
    return _written(_session(host, session, version) + _sound(port, payloads, agreed.events, "sendrecv"))


def _sections(body: bytes) -> tuple[list[str], list[_Media]]:
    lines = body.decode("utf-8", "surrogateescape").splitlines()
    if len(lines) > _MOST_LINES or not lines or lines[0] != "v=0":
        raise MalformedError("no description of a session")
    session: list[str] = []
    media: list[_Media] = []
    for line in lines:
        if line[1:2] != "=":
            raise MalformedError("a line that is no description")
        if line.startswith("m="):
            media.append(_media(line[2:]))
        else:
            (media[-1].lines if media else session).append(line)
    if len(media) > _MOST_MEDIA:
        raise MalformedError("too many streams")
    return session, media


def _media(text: str) -> _Media:
    found = _MEDIA.fullmatch(text.rstrip())
    if not found or int(found[2]) > 65_535:
        raise MalformedError("a stream that is none")
    return _Media(found[1], int(found[2]), found[3], tuple(found[4].split()))


def _agreement(session: list[str], media: _Media) -> Agreement:
    host = _host(media.lines) or _host(session)
    if host is None:
        raise MalformedError("no address for the sound")
    names = _names(media)
    sounds = [number for number in _numbers(media) if names.get(number) in ("PCMA/8000", "PCMU/8000")]
    if not sounds:
        raise NoCommonSoundError
    events = next((number for number in _numbers(media) if names.get(number) == "TELEPHONE-EVENT/8000"), None)
    direction = _direction(media.lines) or _direction(session) or "sendrecv"
    codec: Codec = "PCMA" if names[sounds[0]] == "PCMA/8000" else "PCMU"
    return Agreement(codec, sounds[0], events, host, media.port, direction)


def _numbers(media: _Media) -> list[int]:
    return [int(each) for each in media.formats if each.isascii() and each.isdigit() and int(each) < 128]


def _names(media: _Media) -> dict[int, str]:
    names = {number: f"{codec}/8000" for number, codec in _STATIC.items()}
    for line in media.lines:
        if line.startswith("a=rtpmap:") and (found := _RTPMAP.match(line, len("a=rtpmap:"))):
            names[int(found[1])] = f"{found[2].upper()}/{found[3]}"
    return names


def _host(lines: list[str]) -> str | None:
    said = next((line[2:].strip() for line in lines if line.startswith("c=")), None)
    if said is None:
        return None
    found = _CONNECTION.fullmatch(said)
    try:
        address = IPv4Address(found[1]) if found else None
    except ValueError:
        address = None
    if address is None or address.is_multicast or address == IPv4Address("255.255.255.255"):
        raise NoCommonSoundError
    return str(address)


def _direction(lines: list[str]) -> Direction | None:
    return next((direction for direction in _MIRRORED if f"a={direction}" in lines), None)


def _session(host: str, session: int, version: int) -> list[str]:
    return ["v=0", f"o=- {session} {version} IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0"]


def _sound(port: int, payloads: dict[int, Codec], events: int | None, direction: Direction) -> list[str]:
    numbers = [*payloads, *([] if events is None else [events])]
    lines = [f"m=audio {port} RTP/AVP {' '.join(map(str, numbers))}"]
    lines += [f"a=rtpmap:{number} {codec}/8000" for number, codec in payloads.items()]
    if events is not None:
        lines += [f"a=rtpmap:{events} telephone-event/8000", f"a=fmtp:{events} 0-15"]
    return [*lines, "a=ptime:20", f"a={direction}"]


def _written(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()
