"""What an examination finds."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.errors import RolandError
from assistant.ports import Pingable


@dataclass(frozen=True, slots=True)
class Check:
    """The state of one part; Roland works without one that is not ``required``."""

    part: str
    ok: bool
    detail: str
    required: bool = True


async def checked(part: str, make: Callable[[], Pingable], detail: str, *, required: bool = True) -> Check:
    """Whether a part can be made and answers."""
    try:
        await make().ping()
    except RolandError as error:
        return Check(part, ok=False, detail=str(error), required=required)
    return Check(part, ok=True, detail=detail, required=required)
