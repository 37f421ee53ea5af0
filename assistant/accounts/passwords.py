"""Passwords: what makes a good one, and how one is kept (Argon2id)."""

import asyncio
import re
import secrets
import unicodedata
from functools import cached_property
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.errors import WeakPasswordError

SHORTEST = 12
LONGEST = 256
# Each verification takes 64 MiB and a core for some 50 ms: a flood of tries must not take the machine.
_MOST_AT_ONCE = 2
_AROUND_THE_WORD = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class Passwords:
    """Hashes and verifies, off the event loop; a verification takes the same time whether there is a hash or not."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """``hasher``: with parameters of its own; those of RFC 9106 for little memory where none is given."""
        self._hasher = hasher or PasswordHasher()
        self._room = asyncio.Semaphore(_MOST_AT_ONCE)

    async def hash(self, password: str) -> str:
        """The form in which the password is kept."""
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, _normal(password))

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password; None, for somebody who has none, is compared with one that nobody knows."""
        async with self._room:
            return await asyncio.to_thread(self._verify, password_hash, _normal(password))

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than are in force."""
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password_hash: str | None, password: str) -> bool:
        try:
            self._hasher.verify(password_hash or self._of_nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    @cached_property
    def _of_nobody(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(32))


def require_good(password: str, login: str) -> None:
    """Raise WeakPasswordError for a password that is too short or among the first that are tried.

    Nothing is asked of its letters: length is what counts, and rules of composition lead to "Passwort2026!".
    """
    normal = _normal(password)
    if len(normal) < SHORTEST:
        raise WeakPasswordError(f"a password has at least {SHORTEST} characters")
    if len(normal) > LONGEST:
        raise WeakPasswordError(f"a password has at most {LONGEST} characters")
    folded = normal.casefold()
    word = _AROUND_THE_WORD.sub("", folded)
    if len(set(folded)) < 4 or not {folded, word}.isdisjoint({*_common(), login}):
        raise WeakPasswordError("this is one of the passwords that are tried first")


def _normal(password: str) -> str:
    # The same letters may be typed in several encodings, depending on the keyboard.
    return unicodedata.normalize("NFKC", password)


def _common() -> frozenset[str]:
    text = files(__package__).joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
