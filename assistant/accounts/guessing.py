"""Slows down whoever guesses passwords, without giving anybody the means to shut a colleague out.

A try from an unknown browser counts for its login and for its address, and each leads to pauses that grow to a
quarter of an hour at most. Somebody who keeps guessing could so keep a login paused all day. Therefore a browser that
has signed in once carries a token for that login, and its tries are counted under the token alone: a colleague gets in
from the usual machine whatever is done to the login from elsewhere. From a new machine the pauses hold for the
colleague too, for as long as the guessing goes on; ``roland desk account enable`` ends them.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from assistant.errors import SignInPausedError
from assistant.model import Throttle
from assistant.ports import Clock, GuessStore

LOGIN = Throttle(5, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=12))
# A whole office may share one address.
ADDRESS = Throttle(30, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=1))
DEVICE = Throttle(10, timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a try comes from: the client's address, and the token that the browser was given at an earlier sign-in."""

    address: str = ""
    device: str = ""


class Guessing:
    """Counts tries in the store, so that all workers count together."""

    def __init__(self, store: GuessStore, clock: Clock, secret: bytes) -> None:
        """``secret`` signs the tokens of known browsers."""
        self._store = store
        self._clock = clock
        self._secret = secret

    async def count(self, login: str, visitor: Visitor) -> None:
        """Count a try before it is looked at; raises SignInPausedError where it comes too early."""
        now = self._clock.now()
        if (until := await self._store.count(self._keys(login, visitor), now)) is not None:
            raise SignInPausedError((until - now).total_seconds())

    async def was_right(self, login: str, visitor: Visitor) -> None:
        """It was no guess. What was counted for the address before stays: it may have been somebody else."""
        for key, throttle in self._keys(login, visitor).items():
            if throttle is ADDRESS:
                await self._store.take_back(key)
            else:
                await self._store.forgive(key)

    async def end_pauses(self, login: str) -> None:
        """Let everybody try that login again at once."""
        await self._store.forgive(_login_key(login))

    def device_token(self, login: str) -> str:
        """What a browser shows next time to be known for that login."""
        nonce = secrets.token_urlsafe(16)
        return f"{nonce}.{self._signature(login, nonce)}"

    def _keys(self, login: str, visitor: Visitor) -> Mapping[str, Throttle]:
        nonce, _, signature = visitor.device.partition(".")
        if signature and hmac.compare_digest(signature.encode(), self._signature(login, nonce).encode()):
            return {f"device:{nonce}": DEVICE}
        return {_login_key(login): LOGIN, f"address:{visitor.address}": ADDRESS}

    def _signature(self, login: str, nonce: str) -> str:
        return hmac.new(self._secret, f"desk device:{nonce}:{login}".encode(), hashlib.sha256).hexdigest()


def _login_key(login: str) -> str:
    return f"login:{login}"
