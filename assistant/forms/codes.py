"""Short codes with which a walk is gone on with elsewhere: on another device, or by telephone.

Ten digits, the last one computed from the others (Damm), so that a slip of the tongue or the finger is noticed:
``123 456 7890``. A code works once and not for long; what is stored of it tells nothing without the secret.
"""

import hmac
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from stdnum import damm

from assistant.attempts import Attempts
from assistant.model import Walk
from assistant.ports import Clock, WalkStore

_DIGITS = 10
_SEPARATED = rf"[1-9](?:[\s.\-/]{{0,3}}\d){{{_DIGITS - 1}}}"
# Alone, or after a word or two ("Code: 123 456 7890"): within a sentence it might be any number.
_SAID = re.compile(rf"\W*(?:[^\W\d]+\W+){{0,4}}({_SEPARATED})\W*")


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code as it is told, and until when it works."""

    digits: str
    expires_at: datetime

    def __str__(self) -> str:
        """In groups, as it is read out."""
        return f"{self.digits[:3]} {self.digits[3:6]} {self.digits[6:]}"


def find_walk_code(text: str) -> str | None:
    """The digits of a code that somebody wrote, whether it is a right one or not; None where there is none."""
    plain = "".join(str(unicodedata.digit(one, one)) for one in text)
    found = _SAID.fullmatch(plain)
    return re.sub(r"\D", "", found[1]) if found else None


class WalkCodes:
    """Gives out codes and takes them back. Implements ``assistant.ports.WalkLuggage``."""

    def __init__(self, store: WalkStore, secret: bytes, clock: Clock, attempts: Attempts, keep: timedelta) -> None:
        self._store = store
        self._key = hmac.digest(secret, b"roland form: fingerprint of a code", sha256)
        self._clock = clock
        self._attempts = attempts
        self._keep = keep

    async def issue(self, walk: Walk) -> IssuedCode:
        """A new code for where the walk stands now."""
        number = str(secrets.randbelow(9 * 10 ** (_DIGITS - 2)) + 10 ** (_DIGITS - 2))
        code = IssuedCode(number + damm.calc_check_digit(number), self._clock.now() + self._keep)
        await self._store.put(self._fingerprint(code.digits), replace(walk, is_paused=False), code.expires_at)
        return code

    async def redeem(self, digits: str, askers: Sequence[str]) -> Walk | None:
        """The walk of a code, which works no more from now on; None where there is none, whatever is wrong with it.

        ``askers`` are those whose tries are counted together. Raises TooManyCodesError.
        """
        self._attempts.check(askers)
        found = None
        if len(digits) == _DIGITS and damm.is_valid(digits):
            found = await self._store.take(self._fingerprint(digits), self._clock.now())
        self._attempts.count(askers, is_right=found is not None)
        return found

    def _fingerprint(self, digits: str) -> str:
        return hmac.new(self._key, digits.encode(), sha256).hexdigest()
