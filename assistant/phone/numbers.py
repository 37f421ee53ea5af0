"""Telephone numbers as networks signal them."""

import re

_NUMBER = re.compile(r"(?:sips?:|tel:)?(\+?\d{4,15})(?:[@;].*)?", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s()/.-]")


def number_to_ring(signalled: str | None) -> str:
    """The number that can be rung back, digits with a leading + at most; empty for a withheld one, a name, or none."""
    user, at, host = (signalled or "").partition("@")
    found = _NUMBER.fullmatch(_BETWEEN.sub("", user) + at + host)
    return found[1] if found else ""
