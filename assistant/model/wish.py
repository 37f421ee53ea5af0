"""What somebody wants at a step of a form, as told by their words."""

from dataclasses import dataclass
from enum import StrEnum


class Wish(StrEnum):
    """What can be wished for on the way through a form."""

    NEXT = "next"
    BACK = "back"
    SKIP_PART = "skip_part"
    AGAIN = "again"
    SIMPLER = "simpler"
    WHY = "why"
    WHERE = "where"
    """Where the value that is asked for now can be found."""
    WHERE_OF = "where_of"
    """The same of a thing that is named."""
    MEANING = "meaning"
    """What a word means, which is named."""
    ENTRY = "entry"
    """What belongs into a field, which is named."""
    CHANGE = "change"
    """Something entered before is to be corrected; it is named."""
    GO_ON = "go_on"
    """Back to the form after something else."""
    FILL = "fill"
    EXPLAIN = "explain"
    CODE = "code"
    """To go on later or elsewhere."""
    LEAVE = "leave"
    OTHER = "other"
    """An answer to what is asked, or another matter altogether."""


NAMING = frozenset({Wish.WHERE_OF, Wish.MEANING, Wish.ENTRY, Wish.CHANGE})
"""Wishes about something that is named."""


@dataclass(frozen=True, slots=True)
class ScoredWish:
    """The likeliest wish with its calibrated probability (0–1)."""

    wish: Wish
    probability: float
