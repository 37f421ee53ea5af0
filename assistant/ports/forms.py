"""Forms that can be explained and led through."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from assistant.model import Form, Walk


class FormLibrary(Protocol):
    """The forms of a city. Any thread may ask; the first question reads the files, which takes seconds for large ones.

    What cannot be read takes nothing else away: it stands among the problems.
    """

    def form(self, form_id: str) -> Form | None:
        """The form with that id, or None."""
        ...

    def forms(self) -> tuple[Form, ...]:
        """All forms by id."""
        ...

    def of_service(self, service_id: str) -> tuple[Form, ...]:
        """The forms that belong to a service, those first whose main service it is."""
        ...

    @property
    def problems(self) -> Mapping[str, str]:
        """What could not be read, or was left out, by file: a reason with its place, one a line."""
        ...


class WalkStore(Protocol):
    """Keeps walks under a fingerprint until they are taken, or their time is over."""

    async def put(self, fingerprint: str, walk: Walk, expires_at: datetime) -> None:
        """Keep a walk."""
        ...

    async def take(self, fingerprint: str, now: datetime) -> Walk | None:
        """The walk kept there, which is forgotten with this; of two who ask at once, one gets it."""
        ...

    async def delete_expired(self, now: datetime) -> int:
        """Forget what nobody has come for; how many."""
        ...


class TakeAlong(Protocol):
    """What a walk is taken along with: as it is told, and until when it works."""

    @property
    def expires_at(self) -> datetime:
        """The moment from which on it works no more."""
        ...


class WalkLuggage(Protocol):
    """Lets a walk be gone on with in another conversation."""

    async def issue(self, walk: Walk) -> TakeAlong:
        """A code for where the walk stands now; ``str`` of it is what people are told."""
        ...

    async def redeem(self, digits: str, askers: Sequence[str]) -> Walk | None:
        """The walk of a code, which works once; None for any other. Raises TooManyCodesError."""
        ...
