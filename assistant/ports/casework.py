"""A city's own case systems: a ticket system, a chat platform."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from assistant.model import Case, CaseAgent, CaseKind, CaseLink, CaseSignal, CaseView
from assistant.ports.operation import Pingable


class TicketSystem(Pingable, Protocol):
    """Where a city's people work on cases. Whatever is given twice under one id is there once.

    All calls raise CaseSystemUnavailableError where another try may succeed, CaseSystemRefusedError where none will.
    """

    async def open(self, case: Case) -> str:
        """Open a case, ready to be worked on; returns what it is called there."""
        ...

    async def note(self, ref: str, note_id: str, text: str) -> None:
        """Tell its people something that the person never sees."""
        ...

    async def look(self, ref: str) -> CaseView:
        """How the case stands."""
        ...

    async def close(self, ref: str, note_id: str, text: str) -> None:
        """End the case, with a note why; one that has ended already stays so."""
        ...


class ChatPlatform(TicketSystem, Protocol):
    """A case system whose people answer while the person waits."""

    async def forward(self, ref: str, message_id: str, text: str) -> None:
        """What the person says."""
        ...

    async def agents(self) -> tuple[CaseAgent, ...]:
        """Who takes chats right now, as far as the platform tells."""
        ...


class SignalReader(Protocol):
    """Reads the messages that a system sends of its own accord (webhooks)."""

    @property
    def system(self) -> str:
        """The system's name."""
        ...

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> CaseSignal | None:
        """What the message says, None where it is of no interest here; names of headers are in small letters.

        Raises ForgedSignalError for a message that is not from the system, or is too old; ValueError for one that
        cannot be read.
        """
        ...


class CaseLinks(Pingable, Protocol):
    """Remembers which case belongs to which hand-off or ticket."""

    async def get(self, system: str, own_id: str) -> CaseLink | None:
        """The link of a hand-off or a ticket."""
        ...

    async def of_ref(self, system: str, ref: str) -> CaseLink | None:
        """The link of a case."""
        ...

    async def open(self, system: str, kind: CaseKind) -> tuple[CaseLink, ...]:
        """All that are not closed, the oldest first."""
        ...

    async def behind(self, system: str) -> tuple[tuple[str, int], ...]:
        """Hand-offs of which the system does not know everything: new ones, changed ones, those over or deleted.

        Each with its conversation's revision, 0 where it is gone.
        """
        ...

    async def keep(self, link: CaseLink) -> None:
        """Store a link, or what has become of it."""
        ...

    async def hold(self, link: CaseLink, now: datetime, until: datetime) -> CaseLink | None:
        """Have it to oneself until then, as it is stored; None where another worker has it. A new one is stored."""
        ...

    async def let_go(self, system: str, own_id: str) -> None:
        """Let others have it."""
        ...

    async def forget(self, now: datetime) -> int:
        """Remove closed ones whose retention has ended; how many."""
        ...
