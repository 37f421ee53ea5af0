"""Digest authentication of callers (RFC 7616 and 8760): SHA-256 and, for older exchanges, MD5."""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from connectors.telephony.sip.address import MalformedError, param, parse_params, split_outside_quotes
from connectors.telephony.sip.message import Request
from connectors.telephony.sip.options import Digest, SipPeer

_ALGORITHMS: dict[Digest, str] = {"SHA-256": "sha256", "MD5": "md5"}
_NONCE_S = 60.0
_MOST_NONCES = 4_096
_MOST_UPCOMING = 1_000_000


class Verdict(Enum):
    """What a request's credentials are worth."""

    RIGHT = "right"
    ABSENT = "absent"
    """None for this realm."""
    STALE = "stale"
    """Perhaps right, but the nonce is too old or was used before: the same again with a new one."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class _Claim:
    username: str
    nonce: str
    uri: str
    response: str
    algorithm: str
    qop: str
    cnonce: str
    count: str


class DigestGate:
    """Challenges and checks; nonces carry their own time and seal, so that a challenge costs no memory."""

    def __init__(self, realm: str, time: Callable[[], float]) -> None:
        """``time`` in seconds, never going back."""
        self._realm, self._time = realm, time
        self._secret = secrets.token_bytes(32)
        # The highest count seen with each nonce that was rightly used; the oldest nonces leave first.
        self._counts: OrderedDict[str, int] = OrderedDict()

    def challenges(self, peer: SipPeer, *, stale: bool = False) -> list[str]:
        """The values of WWW-Authenticate, one for each algorithm that the peer may use."""
        nonce = self._nonce(f"{self._time():.3f}-{secrets.token_hex(8)}")
        again = ", stale=true" if stale else ""
        return [
            f'Digest realm="{self._realm}", nonce="{nonce}", algorithm={algorithm}, qop="auth"{again}'
            for algorithm in peer.digests
        ]

    def check(self, request: Request, peer: SipPeer) -> Verdict:
        """What the credentials of a request are worth for this peer."""
        try:
            claim = next(filter(None, map(self._claim, request.headers.all("authorization"))), None)
        except MalformedError:
            return Verdict.WRONG
        if claim is None:
            return Verdict.ABSENT
        if not self._is_proof(claim, request, peer):
            return Verdict.WRONG
        return Verdict.RIGHT if self._is_fresh(claim) else Verdict.STALE

    def _claim(self, header: str) -> _Claim | None:
        scheme, _, rest = header.partition(" ")
        params = parse_params(";".join(split_outside_quotes(rest, ",")))
        if scheme.lower() != "digest" or param(params, "realm") != self._realm:
            return None
        said = {name: param(params, name) or "" for name in ("username", "nonce", "uri", "response", "qop", "cnonce")}
        return _Claim(**said, count=param(params, "nc") or "", algorithm=(param(params, "algorithm") or "MD5").upper())

    def _is_proof(self, claim: _Claim, request: Request, peer: SipPeer) -> bool:
        algorithm = next((each for each in peer.digests if each == claim.algorithm), None)
        # Without qop nothing would count how often a nonce was used. The URI may differ from the request's: exchanges
        # on the way change that, and whatever number is called, Roland answers.
        if algorithm is None or claim.qop != "auth":
            return False

        def digest(*parts: str) -> str:
            return hashlib.new(_ALGORITHMS[algorithm], ":".join(parts).encode("utf-8", "surrogateescape")).hexdigest()

        username = peer.username or ""
        who = digest(username, self._realm, peer.password)
        what = digest(request.method, claim.uri)
        expected = digest(who, claim.nonce, claim.count, claim.cnonce, claim.qop, what)
        is_known = _equal(claim.username, username)
        return _equal(claim.response.lower(), expected) and is_known

    def _is_fresh(self, claim: _Claim) -> bool:
        said, _, _seal = claim.nonce.rpartition("-")
        if not said or not _equal(self._nonce(said), claim.nonce):
            return False
        age = self._time() - float(said.partition("-")[0])
        if not 0 <= age <= _NONCE_S or not _is_hex(claim.count):
            return False
        count, before = int(claim.count, 16), self._counts.get(claim.nonce, 0)
        if not before < count < _MOST_UPCOMING:
            return False
        self._counts[claim.nonce] = count
        self._counts.move_to_end(claim.nonce)
        self._forget()
        return True

    def _forget(self) -> None:
        # A nonce leaves when it is too old to be taken; more that are young means more calls than anybody can take.
        while self._counts:
            oldest = next(iter(self._counts))
            age = self._time() - float(oldest.partition("-")[0])
            if age <= _NONCE_S and len(self._counts) <= _MOST_NONCES:
                return
            del self._counts[oldest]

    def _nonce(self, said: str) -> str:
        return f"{said}-{hmac.new(self._secret, said.encode('utf-8', 'surrogateescape'), 'sha256').hexdigest()[:32]}"


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), other.encode("utf-8", "surrogateescape"))


def _is_hex(text: str) -> bool:
    return len(text) == 8 and all(digit in "0123456789abcdefABCDEF" for digit in text)
