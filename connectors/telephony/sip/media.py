"""The sound of one call: a UDP port, what is agreed on, and both directions."""

import socket
from collections.abc import Callable
from contextlib import suppress

from assistant.model import FRAME_BYTES, HoldChanged, KeyPressed, Sound
from assistant.sound import decode_a_law, decode_mu_law, encode_a_law, encode_mu_law
from connectors.telephony.leg import CallLeg
from connectors.telephony.sip import rtp
from connectors.telephony.sip.dtmf import KeyEvents
from connectors.telephony.sip.jitter import Gap, JitterBuffer
from connectors.telephony.sip.metrics import SipCounts
from connectors.telephony.sip.sdp import Agreement, Codec
from connectors.telephony.sip.transaction import Endpoint

FRAME_SAMPLES = FRAME_BYTES // 2
_PATIENCE_S = 0.08
_PERSISTENT = 3
_MOST_BYTES = 2_048
_MOST_AT_ONCE = 32
_SILENCE = bytes(FRAME_BYTES)
_DECODE: dict[Codec, Callable[[bytes], bytes]] = {"PCMA": decode_a_law, "PCMU": decode_mu_law}
_ENCODE: dict[Codec, Callable[[bytes], bytes]] = {"PCMA": encode_a_law, "PCMU": encode_mu_law}
_CODED_SILENCE: dict[Codec, bytes] = {codec: encode(_SILENCE) for codec, encode in _ENCODE.items()}


class Media:
    """Sends and hears for a leg, from ``start`` to ``close``; all in one event loop."""

    def __init__(self, udp: socket.socket, counts: SipCounts, signalled: str, *, anywhere: bool) -> None:
        """``signalled``: the host that the call came from, from which sound is taken beside the agreed one."""
        self._udp, self._counts = udp, counts
        self._signalled, self._anywhere = signalled, anywhere
        self._agreed: Agreement | None = None
        self._leg: CallLeg | None = None
        self._remote: Endpoint = ("", 0)
        self._candidate: tuple[Endpoint, int] = (("", 0), 0)
        self._sender = rtp.Sender()
        self._jitter = JitterBuffer(counts)
        self._keys = KeyEvents()
        self._rest = b""
        self._filled = 0
        self.has_keys = False
        """Whether keys have come beside the sound."""
        self.heard_at = 0.0
        """When the last packet came."""
        self._sound_at = 0.0

    @property
    def port(self) -> int:
        """Our own port."""
        return int(self._udp.getsockname()[1])

    @property
    def is_held(self) -> bool:
        """Whether the other side holds the call."""
        return self._agreed is not None and self._agreed.is_held

    @property
    def is_expecting(self) -> bool:
        """Whether the other side has said that it sends sound now."""
        return self._agreed is not None and self._agreed.direction == "sendrecv" and not self.is_held

    def agree(self, agreed: Agreement, now: float) -> None:
        """From now on sound goes like this; the leg is told where that means holding."""
        before, self._agreed = self._agreed, agreed
        was_held = before is not None and before.is_held
        if before is None or (agreed.host, agreed.port) != (before.host, before.port):
            self._remote = (agreed.host, agreed.port)
        self.heard_at = self._sound_at = now
        if self._leg and agreed.is_held != was_held:
            self._rest = b""
            self._leg.inbox.put(HoldChanged(agreed.is_held))

    def start(self, leg: CallLeg, now: float) -> None:
        """Somebody listens and speaks from now on."""
        self._leg = leg
        self.heard_at = self._sound_at = now
        if self.is_held:
            leg.inbox.put(HoldChanged(is_held=True))

    def close(self) -> None:
        """Give the port back."""
        if self._leg:
            self._counts.frames_unheard += self._leg.inbox.dropped
        self._leg = None
        self._udp.close()

    def fileno(self) -> int:
        """The port's, for an event loop to watch."""
        return self._udp.fileno()

    def read(self, now: float) -> None:
        """Take what has arrived; never more than an event loop can spare."""
        with suppress(OSError):
            for _ in range(_MOST_AT_ONCE):
                self.receive(*self._udp.recvfrom(_MOST_BYTES), now)

    def receive(self, datagram: bytes, source: Endpoint, now: float) -> None:
        """Take one packet."""
        packet = rtp.parse(datagram)
        if packet is None:
            self._counts.malformed += 1
        elif not self._is_admitted(source):
            self._counts.strangers += 1
        elif self._agreed and self._leg:
            self.heard_at = now
            if not self._agreed.is_held:
                self._hear(packet, self._agreed, self._leg, now)

    def tick(self, now: float) -> None:
        """20 ms have passed: send a frame, and notice what has not come."""
        if not (self._agreed and self._leg):
            return
        if self._agreed.is_held:
            self._sender.skip(FRAME_SAMPLES)
            return
        self._send(self._agreed, self._leg)
        for piece in self._jitter.due(now):
            self._deliver(piece, self._agreed, self._leg, now)
        if now - self._sound_at >= _PATIENCE_S:
            # Whoever sends nothing while nobody speaks is silent: those who wait for a pause must hear that.
            self._filled += FRAME_SAMPLES
            self._leg.inbox.put(Sound(_SILENCE))

    def skip(self, frames: int) -> None:
        """So many frames were not sent in their time, and never will be."""
        self._sender.skip(frames * FRAME_SAMPLES)

    def _send(self, agreed: Agreement, leg: CallLeg) -> None:
        frame = leg.playout.next_frame()
        # Silence is sent as well: it keeps firewalls open, and the other side from hanging up.
        coded = _CODED_SILENCE[agreed.codec] if frame is None else _ENCODE[agreed.codec](frame)
        packet = self._sender.packet(agreed.payload, coded, is_silence=frame is None)
        try:
            self._udp.sendto(packet, self._remote)
        except OSError:
            self._counts.unsent += 1

    def _hear(self, packet: rtp.Packet, agreed: Agreement, leg: CallLeg, now: float) -> None:
        if packet.payload_type == agreed.events:
            self.has_keys = True
            if key := self._keys.press(packet):
                leg.inbox.put(KeyPressed(key))
        if packet.payload_type != agreed.payload:
            packet = packet._replace(payload=b"")
        for piece in self._jitter.put(packet, now):
            self._deliver(piece, agreed, leg, now)

    def _deliver(self, piece: bytes | Gap, agreed: Agreement, leg: CallLeg, now: float) -> None:
        if isinstance(piece, Gap):
            # Part of the gap may have been heard as silence already, while nothing came.
            pcm = bytes(2 * max(0, piece.samples - self._filled))
        else:
            pcm = _DECODE[agreed.codec](piece)
            self._sound_at = now
        self._filled = 0
        pcm = self._rest + pcm
        whole = len(pcm) // FRAME_BYTES * FRAME_BYTES
        for start in range(0, whole, FRAME_BYTES):
            leg.inbox.put(Sound(pcm[start : start + FRAME_BYTES]))
        self._rest = pcm[whole:]

    def _is_admitted(self, source: Endpoint) -> bool:
        """Sound is answered to where it comes from, once it persistently comes from there and may (RFC 4961)."""
        if source == self._remote:
            self._candidate = (source, 0)
            return True
        allowed = {self._signalled, self._agreed.host if self._agreed else ""}
        if not self._anywhere and source[0] not in allowed:
            return False
        candidate, times = self._candidate
        self._candidate = (source, times + 1 if source == candidate else 1)
        if self._candidate[1] < _PERSISTENT:
            return False
        self._remote = source
        return True
