"""What a caller wants next."""

from dataclasses import dataclass

from assistant.model import Heard, Hypothesis
from voice.session.moves import Said


@dataclass(frozen=True, slots=True)
class Pick:
    """Something that was offered; ``payload`` goes to the office as the choice, ``label`` is what it was called."""

    payload: str
    label: str = ""


Wish = Said | Pick | None
"""None where the caller has not said yet."""


def surely(text: str) -> Said:
    """Words that the caller has confirmed, or dictated and heard read back."""
    return Said(Heard((Hypothesis(text, 1.0),)))
