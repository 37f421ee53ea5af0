"""Who may call, and how much."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address

from connectors.telephony.sip.options import SipPeer

_BURST_S = 2.0
_REQUESTS_A_CALL = 20
_LEAST_REQUESTS_A_SECOND = 100.0
"""A call has few requests, sent again where they get lost; an exchange also asks whether we are there."""


class _Bucket:
    """Holds two seconds' worth, and one at least."""

    def __init__(self, a_second: float, time: Callable[[], float]) -> None:
        self._a_second, self._time = a_second, time
        self._size = max(1.0, a_second * _BURST_S)
        self._left, self._filled_at = self._size, time()

    def take(self) -> bool:
        """Whether another one may come at this moment; counts it."""
        now = self._time()
        self._left = min(self._size, self._left + (now - self._filled_at) * self._a_second)
        self._filled_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class PeerGate:
    """One peer with the calls it has, and how fast its requests come."""

    def __init__(self, peer: SipPeer, time: Callable[[], float]) -> None:
        self.peer = peer
        self.calls = 0
        self._begun = _Bucket(peer.calls_a_second, time)
        self._asked = _Bucket(max(_LEAST_REQUESTS_A_SECOND, _REQUESTS_A_CALL * peer.calls_a_second), time)

    @property
    def is_full(self) -> bool:
        """Whether it has as many calls as it may."""
        return self.calls >= self.peer.most_calls

    def take(self) -> bool:
        """Whether another call may come at this moment; counts it."""
        return self._begun.take()

    def may_ask(self) -> bool:
        """Whether another request of any kind may; counts it."""
        return self._asked.take()


class Peers:
    """Everybody who may call, told by their address; the most exact network counts."""

    def __init__(self, peers: Sequence[SipPeer], time: Callable[[], float]) -> None:
        gates = [PeerGate(peer, time) for peer in peers]
        known = [(network, gate) for gate in gates for network in gate.peer.networks]
        self._known = sorted(known, key=lambda entry: -entry[0].prefixlen)
        # Every packet asks: answered from memory, which a flood of made-up senders cannot grow.
        self.find = lru_cache(maxsize=4_096)(self._find)

    def _find(self, host: str) -> PeerGate | None:
        try:
            address = IPv4Address(host)
        except AddressValueError:
            return None
        return next((gate for network, gate in self._known if address in network), None)
