"""Fields as DLDB exports fill them: ``false`` for nothing, numbers as words, placeholders in addresses."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from knowledge.importers.inline import clean
from knowledge.importers.subset import is_link

_PLACEHOLDER = re.compile(r"\{(?:service|location)Id\}")


def text(value: object) -> str:
    """A word or number as text; empty for ``false``, null and anything else."""
    if isinstance(value, str):
        return clean(value).strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def html(value: object) -> str:
    """A text that may hold HTML, as it stands; empty for ``false`` and null."""
    return value if isinstance(value, str) else ""


def mapping(value: object) -> Mapping[str, Any]:
    """An object; empty for anything else."""
    return value if isinstance(value, dict) else {}


def children(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a list; none for anything else."""
    return (child for child in value if isinstance(child, dict)) if isinstance(value, list) else iter(())


def url(value: object, entry_id: str, notes: list[str]) -> str | None:
    """A web address with its placeholder filled; None where it leads nowhere."""
    address = text(value)
    if _PLACEHOLDER.search(address):
        address = _PLACEHOLDER.sub(lambda _: entry_id, address)
        notes.append("an address held a placeholder, filled with the id")
    if address and ("{" in address or not address.startswith("http") or not is_link(address)):
        notes.append(f"the address {address!r} leads nowhere")
        return None
    return address or None


def parse_date(value: object) -> date | None:
    """The day of an ISO 8601 moment; None where there is none."""
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None
