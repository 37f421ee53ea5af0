"""Values of form fields that are entered by keys alone: days, sums, numbers, words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from assistant.model import FieldKind
from voice.session import keypad

_LONGEST_TEXT = 60
_CENTS = 2


@dataclass(frozen=True, slots=True)
class KeyedValue:
    """How a value is entered by keys: ``read`` gives it as one would write it, or None for what cannot be one.

    ``ask`` is the prompt that tells how; ``most`` keys are taken. ``first`` are the keys that can begin it.
    """

    ask: str
    most: int
    read: Callable[[str], str | None]
    first: str = keypad.DIGITS


def written(day: date) -> str:
    """A day as on a German form."""
    return f"{day.day:02}.{day.month:02}.{day.year}"


def _day(keys: str) -> str | None:
    try:
        return written(date(int(keys[4:]), int(keys[2:4]), int(keys[:2]))) if len(keys) == 8 else None
    except ValueError:
        return None


def _sum(keys: str) -> str | None:
    """Cents; so nobody need find a comma among the keys."""
    return f"{int(keys[:-_CENTS])},{keys[-_CENTS:]}" if len(keys) > _CENTS else None


def _number(keys: str) -> str | None:
    return str(int(keys)) if keys else None


def _words(keys: str) -> str | None:
    return keypad.symbols_of(keys).strip().title() or None


def _address(keys: str) -> str | None:
    return keypad.symbols_of(keys).replace(" ", "").lower() or None


_NO_PERSON = keypad.DIGITS.replace(keypad.PERSON, "")

KEYED_VALUES = {
    FieldKind.DATE: KeyedValue("dictation.day_keys", 8, _day),
    FieldKind.AMOUNT: KeyedValue("dictation.sum_keys", 12, _sum),
    FieldKind.NUMBER: KeyedValue("dictation.digits", 12, _number),
    FieldKind.TEXT: KeyedValue("dictation.text_keys", 2 * _LONGEST_TEXT, _words, _NO_PERSON),
    FieldKind.EMAIL: KeyedValue("dictation.email_keys", 2 * _LONGEST_TEXT, _address, _NO_PERSON),
}
