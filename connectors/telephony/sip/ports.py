"""UDP ports: those for sound, and the addresses others reach this machine by."""

import socket
from itertools import chain

from assistant.errors import TrunkError

_BUFFER_BYTES = 1 << 20


class SoundPorts:
    """Even ports of a range, taken in turn, so that late packets of a call that is over meet nobody."""

    def __init__(self, host: str, first: int, last: int) -> None:
        """``first`` and ``last`` are the ends of the range, both used."""
        self._host = host
        self._ports = range(first + first % 2, last + 1, 2)
        self._next = 0

    def open(self) -> socket.socket:
        """The next free one; raises TrunkError where there is none."""
        for index in chain(range(self._next, len(self._ports)), range(self._next)):
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                udp.bind((self._host, self._ports[index]))
            except OSError:
                udp.close()
                continue
            udp.setblocking(False)
            self._next = (index + 1) % len(self._ports)
            return udp
        raise TrunkError(f"no port for sound is free on {self._host}")


def open_signalling(host: str, port: int) -> socket.socket:
    """The socket for SIP, with room for many calls at the same moment; raises TrunkError."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        udp.bind((host, port))
    except OSError as error:
        udp.close()
        raise TrunkError(f"calls cannot come in at {host}:{port}: {error.strerror}") from error
    udp.setblocking(False)
    return udp


def address_towards(host: str) -> str:
    """The address of this machine that another one reaches it by; nothing is sent to find out. Raises TrunkError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        try:
            udp.connect((host, 9))
        except OSError as error:
            raise TrunkError(f"no way to {host}: {error.strerror}") from error
        return str(udp.getsockname()[0])
