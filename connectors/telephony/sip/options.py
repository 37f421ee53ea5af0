"""What an operator says about the endpoint and about those who may call it."""

from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network
from typing import Literal

Digest = Literal["SHA-256", "MD5"]
LOCAL_NETWORK = IPv4Network("127.0.0.0/8")


@dataclass(frozen=True, slots=True)
class SipPeer:
    """Somebody who may call: an exchange, a session border controller, a telephone.

    Whoever calls from ``networks`` is this peer; with ``username`` they must prove it. ``domain`` stands behind the
    number that a caller is passed on to; without one it is the address that the call came from.
    """

    name: str
    networks: tuple[IPv4Network, ...]
    username: str | None = None
    password: str = field(default="", repr=False)
    digests: tuple[Digest, ...] = ("SHA-256", "MD5")
    """Offered in this order; some older exchanges look at the first one only, and know none but MD5."""
    most_calls: int = 200
    calls_a_second: float = 20.0
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class SipOptions:
    """Where the endpoint is and what it allows; ``rtp_ports`` are the first and the last one for sound, both used.

    ``advertised`` is the address that others know this one by, where a firewall translates; else it is found out.
    ``sound_from_anywhere`` takes a caller's sound from other hosts than those the signalling names.
    """

    name: str = "sip"
    host: str = "127.0.0.1"
    port: int = 5060
    advertised: str | None = None
    rtp_ports: tuple[int, int] = (10_000, 10_399)
    user: str = "115"
    realm: str = "roland"
    peers: tuple[SipPeer, ...] = (SipPeer("local", (LOCAL_NETWORK,)),)
    most_calls: int = 200
    sound_from_anywhere: bool = False
    ringing: timedelta = timedelta(0)
    """How long it rings before the call is taken."""
    silence: timedelta = timedelta(seconds=30)
    """After so long without any packet the caller is lost."""
    longest_hold: timedelta = timedelta(minutes=15)
    transfer: timedelta = timedelta(seconds=30)
    """How long somebody may take to answer a call that is passed on."""
