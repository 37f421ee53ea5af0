"""Status codes of this installation: made from its secret, so that they can be shown again and need not be kept."""

import hmac
from hashlib import sha256
from itertools import count

from assistant.model import StatusCode


class Codes:
    """Makes codes, and what is stored of them. Both need the secret: who reads the database can do neither."""

    def __init__(self, secret: bytes) -> None:
        self._code_key = _derived(secret, b"status code")
        self._fingerprint_key = _derived(secret, b"fingerprint of a status code")
        self._origin_key = _derived(secret, b"origin of a ticket")

    def code_of(self, ticket_id: str) -> StatusCode:
        """The code of a ticket, always the same."""
        for attempt in count():
            drawn = hmac.digest(self._code_key, f"{attempt}:{ticket_id}".encode(), sha256)
            if code := StatusCode.of_number(int.from_bytes(drawn)):
                return code
        raise AssertionError("unreachable: numbers do not end")

    def fingerprint(self, code: StatusCode) -> str:
        """What is stored to find a ticket by its code."""
        return hmac.new(self._fingerprint_key, code.symbols.encode(), sha256).hexdigest()

    def origin_of(self, *parts: str) -> str:
        """A key for something sent twice, which nobody can hit who does not send exactly the same."""
        lengths = ",".join(str(len(part)) for part in parts)
        return hmac.new(self._origin_key, "\0".join((lengths, *parts)).encode(), sha256).hexdigest()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return hmac.digest(secret, b"roland ticket: " + purpose, sha256)
