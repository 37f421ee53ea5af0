"""What is made of symbols and can be dictated or keyed: numbers to call, postcodes, codes, accounts."""

from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers
from stdnum import damm, iban

from assistant.model import StatusCode

_WALK_CODE = 10
_HOME = "DE"


@dataclass(frozen=True, slots=True)
class Kind:
    """Something made of symbols. ``ask`` and ``wrong`` are prompts; ``read`` gives its canonical form, or None.

    ``least`` symbols are needed before it can be one at all, more than ``most`` cannot be.
    """

    ask: str
    wrong: str
    read: Callable[[str], str | None]
    least: int
    most: int
    has_letters: bool = False


def read_phone(digits: str) -> str | None:
    """A telephone number with its area code, as it was dictated; None for what cannot be one."""
    try:
        number = phonenumbers.parse(digits, _HOME)
    except phonenumbers.NumberParseException:
        return None
    return digits if digits[:1] in {"0", "+"} and phonenumbers.is_possible_number(number) else None


def read_code(symbols: str) -> str | None:
    """A status code of a ticket, or the digits by which a form is gone on with; None for neither."""
    if (code := StatusCode.read(symbols)) is not None:
        return str(code)
    is_walk = len(symbols) == _WALK_CODE and symbols.isdigit() and damm.is_valid(symbols)
    return f"{symbols[:3]} {symbols[3:6]} {symbols[6:]}" if is_walk else None


def read_iban(symbols: str) -> str | None:
    """An IBAN; None for what is none."""
    return str(iban.compact(symbols)) if iban.is_valid(symbols) else None


def _read_postcode(digits: str) -> str | None:
    return digits if len(digits) == 5 and digits.isdigit() else None


def _read_digits(digits: str) -> str | None:
    return digits if digits.isdigit() else None


PHONE = Kind("dictation.phone", "dictation.wrong_phone", read_phone, 6, 16)
POSTCODE = Kind("dictation.postcode", "dictation.wrong_postcode", _read_postcode, 5, 5)
CODE = Kind("dictation.code", "dictation.wrong_code", read_code, _WALK_CODE, 13, has_letters=True)
IBAN = Kind("dictation.digits", "dictation.digits", read_iban, 15, 34, has_letters=True)
NUMBER = Kind("dictation.digits", "dictation.digits", _read_digits, 1, 12)
