"""Keys of the telephone: as events beside the sound (RFC 4733), or in a message (SIP INFO)."""

import re
import struct
from collections import deque

from connectors.telephony.sip.rtp import Packet

_KEYS = "0123456789*#ABCD"
_EVENT = struct.Struct(">BBH")
_END = 0x80
_REMEMBERED = 8
_SIGNAL = re.compile(r"(?mi)^\s*signal\s*=\s*(\S+)\s*$")


class KeyEvents:
    """The events of one stream; every press counts once, told by when it began."""

    def __init__(self) -> None:
        self._presses: deque[tuple[int, int]] = deque(maxlen=_REMEMBERED)
        self._continues_at: int | None = None

    def press(self, packet: Packet) -> str | None:
        """The key, with the first packet of its press that arrives, whichever that is; else None."""
        if len(packet.payload) < _EVENT.size:
            return None
        event, flags, duration = _EVENT.unpack_from(packet.payload)
        if event >= len(_KEYS):
            return None
        this = (packet.source, packet.timestamp)
        is_new = this not in self._presses and packet.timestamp != self._continues_at
        if this not in self._presses:
            self._presses.append(this)
        # A key that is held for more than eight seconds goes on as another event, right where the first one ends.
        if duration == 0xFFFF and not flags & _END:
            self._continues_at = (packet.timestamp + duration) & 0xFFFFFFFF
        return _KEYS[event] if is_new else None


def key_of(content_type: str, body: bytes) -> str | None:
    """The key in the body of an INFO (``application/dtmf-relay`` or ``application/dtmf``); None where there is none."""
    text = body.decode("ascii", "replace")
    if content_type == "application/dtmf-relay":
        found = _SIGNAL.search(text)
        said = found[1] if found else ""
    else:
        said = text.strip()
    if said.isascii() and said.isdigit() and int(said) < len(_KEYS):
        return _KEYS[int(said)]
    return said.upper() if len(said) == 1 and said.upper() in _KEYS else None
