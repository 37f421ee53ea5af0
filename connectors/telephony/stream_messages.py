"""Messages of media streams: those of Twilio's kind in JSON, and those of jambonz' kind with sound as binary frames.

| | JSON (Twilio and others) | binary (jambonz, Roland's own page) |
|---|---|---|
| begins with | ``connected``, ``start`` | one JSON object with ``callSid`` and ``sampleRate`` |
| sound | ``media``, base64 of µ-law at 8 kHz | frames of 16-bit PCM, little-endian, at that rate, both ways |
| keys | ``dtmf`` | ``dtmf`` (the verb's ``passDtmf``) |
| end | ``stop`` | the connection ends |
| to the other side | ``media``, ``mark``, ``clear`` | PCM, ``killAudio``, ``transfer``, ``disconnect`` |

jambonz has to be asked for ``bidirectionalAudio`` with ``streaming``, at the same rate as it sends.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.sound import decode_mu_law, encode_mu_law
from connectors.telephony.rates import RATES, RateChange

Message = str | bytes
_MU_LAW = "audio/x-mulaw"
_MOST_ID = 200
_NUMBER = re.compile(r"[A-Za-z0-9+*#@:._-]{1,100}")
_KEY = re.compile(r"[0-9*#A-D]")


@dataclass(frozen=True, slots=True)
class Begun:
    """A call that begins: what the other side calls it, the numbers, the shared word if it says it."""

    external_id: str
    caller: str | None = None
    called: str | None = None
    token: str = ""
    wants_text: bool = False
    """Whether it shows what is heard and said as text."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Sound: 8 kHz PCM of any even length."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key of the telephone."""

    key: str


@dataclass(frozen=True, slots=True)
class Reached:
    """All sound before the mark of that name has been played."""

    mark: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody has taken the call that was to be passed on."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The call is over."""


Incoming = Begun | Heard | Pressed | Reached | Refused | Stopped


class Dialect(Protocol):
    """One side's way to say things. What it cannot say is None."""

    can_transfer: bool

    def read(self, message: Message) -> Incoming | None:
        """What a message says; None for what does not matter. Raises ValueError for what nobody would send."""
        ...

    def sound(self, pcm: bytes) -> Message:
        """8 kHz PCM to be played."""
        ...

    def clear(self) -> Message | None:
        """What has not been played is to be forgotten."""
        ...

    def mark(self, name: str) -> Message | None:
        """Say so when everything before has been played."""
        ...

    def transfer(self, target: str, reference: str) -> Message | None:
        """Pass the caller on."""
        ...

    def goodbye(self) -> Message | None:
        """Hang up."""
        ...

    def text(self, speaker: str, text: str) -> Message | None:
        """What was heard or is being said."""
        ...


def begin(message: Message) -> tuple[Dialect, Begun | None]:
    """How the other side speaks, by its first message; raises ValueError where that is no stream."""
    content = _json(message)
    if content.get("event") in ("connected", "start"):
        dialect = JsonDialect()
        read = dialect.read(message)
        return dialect, read if isinstance(read, Begun) else None
    if content.get("sampleRate") is not None:
        return BinaryDialect(content), _begun(_text(content, "callSid"), content, _object(content, "metadata"))
    raise ValueError("this is no media stream")


class JsonDialect:
    """Messages of Twilio's kind. They cannot pass a call on: that goes by the provider's own interface."""

    can_transfer = False

    def __init__(self) -> None:
        self._stream = ""

    def read(self, message: Message) -> Incoming | None:
        content = _json(message)
        match content.get("event"):
            case "start":
                return self._start(_object(content, "start"))
            case "media":
                return self._media(_object(content, "media"))
            case "dtmf":
                return Pressed(_key(_text(_object(content, "dtmf"), "digit")))
            case "mark":
                return Reached(_text(_object(content, "mark"), "name"))
            case "stop":
                return Stopped()
            case _:
                return None

    def sound(self, pcm: bytes) -> Message:
        return self._said("media", media={"payload": base64.b64encode(encode_mu_law(pcm)).decode("ascii")})

    def clear(self) -> Message | None:
        return self._said("clear")

    def mark(self, name: str) -> Message | None:
        return self._said("mark", mark={"name": name})

    def transfer(self, target: str, reference: str) -> Message | None:
        return None

    def goodbye(self) -> Message | None:
        return None

    def text(self, speaker: str, text: str) -> Message | None:
        return None

    def _start(self, start: Mapping[str, Any]) -> Begun:
        form = _object(start, "mediaFormat")
        if form and (form.get("encoding"), str(form.get("sampleRate"))) != (_MU_LAW, "8000"):
            raise ValueError("a stream has to be µ-law at 8 kHz")
        self._stream = _text(start, "streamSid")
        own = _object(start, "customParameters")
        return _begun(_text(start, "callSid") or self._stream, own, own)

    def _media(self, media: Mapping[str, Any]) -> Heard | None:
        if media.get("track", "inbound") != "inbound":
            return None
        try:
            return Heard(decode_mu_law(base64.b64decode(_text(media, "payload"), validate=True)))
        except binascii.Error as error:
            raise ValueError("sound that is not base64") from error

    def _said(self, event: str, **values: object) -> str:
        return json.dumps({"event": event, "streamSid": self._stream, **values})


class BinaryDialect:
    """Messages of jambonz' kind; ``metadata`` may say ``"transfer": true`` where the other side passes calls on."""

    def __init__(self, begun: Mapping[str, Any]) -> None:
        """Raises ValueError for sound in a form that nobody here understands."""
        rate = begun.get("sampleRate")
        if not isinstance(rate, int) or rate not in RATES or begun.get("mixType", "mono") != "mono":
            raise ValueError("sound has to be mono, at a rate that is a multiple of 8 kHz")
        self.can_transfer = _object(begun, "metadata").get("transfer") is True
        self._down, self._up = RateChange(rate, up=False), RateChange(rate, up=True)

    def read(self, message: Message) -> Incoming | None:
        if isinstance(message, bytes):
            if len(message) % 2:
                raise ValueError("half a sample")
            return Heard(self._down.change(message))
        content = _json(message)
        match content.get("event"):
            case "dtmf":
                return Pressed(_key(_text(content, "dtmf")))
            case "transfer" if content.get("outcome") == "refused":
                return Refused()
            case _:
                return None

    def sound(self, pcm: bytes) -> Message:
        return self._up.change(pcm)

    def clear(self) -> Message | None:
        return json.dumps({"type": "killAudio"})

    def mark(self, name: str) -> Message | None:
        return None

    def transfer(self, target: str, reference: str) -> Message | None:
        if not self.can_transfer:
            return None
        return json.dumps({"event": "transfer", "target": target, "reference": reference})

    def goodbye(self) -> Message | None:
        return json.dumps({"type": "disconnect"})

    def text(self, speaker: str, text: str) -> Message | None:
        return json.dumps({"type": "text", "speaker": speaker, "text": text}, ensure_ascii=False)


def _begun(external_id: str, numbers: Mapping[str, Any], own: Mapping[str, Any]) -> Begun:
    return Begun(
        external_id=external_id[:_MOST_ID],
        caller=_number(numbers.get("from")),
        called=_number(numbers.get("to")),
        token=_text(own, "token"),
        wants_text=own.get("transcript") is True,
    )


def _json(message: Message) -> Mapping[str, Any]:
    if isinstance(message, bytes):
        raise ValueError("binary sound where a message was expected")  # noqa: TRY004 - the other side's mistake
    try:
        content = json.loads(message)
    except RecursionError as error:
        raise ValueError("a message too deep to be meant") from error
    if not isinstance(content, dict):
        raise ValueError("a message is an object")  # noqa: TRY004
    return content


def _object(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = content.get(name)
    return value if isinstance(value, dict) else {}


def _text(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name} is a text")  # noqa: TRY004
    return value


def _number(value: object) -> str | None:
    return value if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _key(value: str) -> str:
    pressed = value.upper()
    if not _KEY.fullmatch(pressed):
        raise ValueError("there is no such key")
    return pressed
