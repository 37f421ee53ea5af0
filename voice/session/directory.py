"""Where a caller finds every service with the keys alone."""

from collections.abc import Sequence
from typing import Protocol

from assistant.model import Language, QuickReply


class Directory(Protocol):
    """The services of the catalogue. All replies are what can be chosen next, labelled as in the catalogue."""

    def frequent(self, language: Language) -> Sequence[QuickReply]:
        """The services that most people ask for; none where a city has not named them."""
        ...

    def situations(self, language: Language) -> Sequence[QuickReply]:
        """The situations in life that services are sorted by; the payload is the situation's id."""
        ...

    def services(self, situation_id: str, language: Language) -> Sequence[QuickReply]:
        """All services of a situation in life."""
        ...

    def beginning(self, keys: str, language: Language) -> Sequence[QuickReply]:
        """The services with a word whose letters stand on these keys (2 to 9), the most likely first."""
        ...
