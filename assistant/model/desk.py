"""What the desk works with besides the hand-offs themselves: switches, searches in what is over."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SwitchName(StrEnum):
    """What a supervisor can switch off: the chat with people, putting callers through, or Roland's own answers."""

    CHAT = "chat"
    PHONE = "phone"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Switch:
    """How a switch stands; ``message`` is what people are told while it is off, as the supervisor wrote it."""

    name: SwitchName
    is_on: bool = True
    message: str = ""
    changed_by: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ArchiveQuery:
    """What an ended hand-off must have to be found; whatever is empty does not count.

    ``text`` stands in what was said, ``since`` and ``until`` bound the end of the hand-off, ``until`` exclusively.
    """

    text: str = ""
    service_id: str = ""
    agent_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
