"""Our side of offer and answer: one description of a session, counted up whenever it changes."""

import secrets

from connectors.telephony.sip import sdp
from connectors.telephony.sip.sdp import Agreement


class Negotiation:
    """What we say and have agreed on about the sound of one call."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._session, self._version = secrets.randbits(31), 0
        self.agreed: Agreement | None = None

    def answer(self, body: bytes) -> bytes:
        """Agree to an offer; raises MalformedError, NoCommonSoundError and changes nothing then."""
        offer = sdp.read(body)
        self.agreed = offer.agreement
        return sdp.answer(offer, *self._mine())

    def offer(self) -> bytes:
        """What we would like, for an INVITE that leaves it to us: what has been agreed on before, or all we can."""
        if self.agreed:
            return sdp.again(self.agreed, *self._mine())
        return sdp.offer(*self._mine())

    def accept(self, body: bytes) -> Agreement:
        """Agree to the answer to our offer; raises MalformedError, NoCommonSoundError."""
        self.agreed = sdp.read(body).agreement
        return self.agreed

    def _mine(self) -> tuple[str, int, int, int]:
        self._version += 1
        return self._host, self._port, self._session, self._version
