"""What the desk needs besides the hand-offs: who works there, what is over, what is switched off."""

from datetime import datetime
from typing import Protocol

from assistant.model import Agent, ArchiveQuery, Handoff, Switch, SwitchName


class AgentDirectory(Protocol):
    """The people who may work at the desk."""

    async def agents(self) -> tuple[Agent, ...]:
        """All whose accounts are active, by name."""
        ...


class HandoffArchive(Protocol):
    """Hand-offs that are over, as far as they are still kept."""

    async def search(self, query: ArchiveQuery, limit: int = 50) -> tuple[Handoff, ...]:
        """What has ended and fits, the latest end first."""
        ...


class SwitchBoard(Protocol):
    """What is switched off at the moment; every process reads it anew, so that a switch works everywhere at once."""

    async def state(self, name: SwitchName) -> Switch:
        """How the switch stands; on where nobody ever touched it."""
        ...

    async def turn(self, name: SwitchName, *, on: bool, message: str, by: str, at: datetime) -> Switch:
        """Switch on or off; the latest hand counts."""
        ...
