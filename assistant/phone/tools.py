"""What the office behind the telephone works with."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class OfficeRules:
    """How long things may take.

    ``turn_patience_s``: a turn of the dialogue, which has a deadline of its own that should be shorter;
    ``patience_s``: anything else. A line gives a sign of life of its calls ``seen_every``; a call without one for
    ``lost_after`` is lost. A caller who was put through, and whom nobody at the desk took over within
    ``untaken_after``, is taken to be served.
    """

    turn_patience_s: float = 7.0
    patience_s: float = 4.0
    seen_every: timedelta = timedelta(seconds=10)
    lost_after: timedelta = timedelta(seconds=45)
    untaken_after: timedelta = timedelta(minutes=30)
