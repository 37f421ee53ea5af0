"""Who may speak to a port: by network, and by a word that both sides share."""

import ipaddress
import secrets
from collections.abc import Iterable

LOOPBACK = ("127.0.0.0/8", "::1/128")


class Networks:
    """The networks from which anybody is heard; none of them, and nobody is."""

    def __init__(self, networks: Iterable[str]) -> None:
        """Raises ValueError for what is no network."""
        self._networks = tuple(ipaddress.ip_network(network) for network in networks)

    def __contains__(self, host: object) -> bool:
        try:
            address = ipaddress.ip_address(str(host))
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self._networks)


def is_same(token: str, said: str) -> bool:
    """Whether somebody said the shared word, compared in constant time."""
    return secrets.compare_digest(token.encode(), said.encode())
