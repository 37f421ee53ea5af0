"""What the bridges for chats and for tickets have in common: one worker at one case, everything by the outbox.

An errand names a case and nothing else. Running it brings both sides up to date: what Roland has and the system does
not is sent in its order, what the system has and Roland does not is taken over. So it does not matter how often, how
late or in which order errands come.
"""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import ClassVar

import structlog

from assistant.casework.tools import CaseworkTools, errand_for
from assistant.errors import ConnectorError
from assistant.model import CaseAgent, CaseKind, CaseLink, CaseMessage, CaseView, Errand

_log = structlog.get_logger(__name__)


class Bridge(ABC):
    """To one system, for one kind of case."""

    every: ClassVar[timedelta]
    """How often to look for what has to be brought up to date."""

    def __init__(self, system: str, kind: CaseKind, tools: CaseworkTools) -> None:
        self.system, self.kind = system, kind
        self._tools = tools

    @abstractmethod
    async def look(self) -> None:
        """Put into the outbox what has to be brought up to date."""

    @abstractmethod
    async def typing(self, own_id: str, agent: CaseAgent) -> None:
        """Somebody writes there."""

    @abstractmethod
    async def _bring_up_to_date(self, link: CaseLink) -> None:
        """Both sides; nobody else is at it. The link's changes are kept as they happen."""

    @abstractmethod
    async def _exists(self, own_id: str) -> bool:
        """Whether there is still something here that the case is about."""

    async def run(self, errand: Errand) -> None:
        """Bring a case up to date; raises ConnectorError where that does not succeed now."""
        own_id, now = errand.payload["case"], self._tools.clock.now()
        link = await self._tools.links.get(self.system, own_id)
        if link is None and not await self._exists(own_id):
            return
        link = link or CaseLink(self.system, self.kind, own_id, now)
        held = await self._tools.links.hold(link, now, now + self._tools.hold)
        if held is None:
            raise ConnectorError("another worker is at this case")
        try:
            await self._bring_up_to_date(held)
        finally:
            await self._tools.links.let_go(self.system, own_id)

    async def _ask_for(self, link: CaseLink, why: str) -> None:
        await self._tools.outbox.put(errand_for(link, why, self._tools.clock.now()))

    async def _look_at_silent_ones(self, now: datetime) -> None:
        """A system's message may be lost; so every open case is looked at now and then."""
        for link in await self._tools.links.open(self.system, self.kind):
            seen = link.looked_at or link.created_at
            if link.ref is not None and now - seen >= self._tools.look_every:
                await self._ask_for(link, f"look-{seen.timestamp():.0f}")


def unseen(view: CaseView, link: CaseLink) -> tuple[CaseMessage, ...]:
    """The messages after the one taken over last; all where that one is not there."""
    ids = [message.id for message in view.messages]
    return view.messages[ids.index(link.seen) + 1 :] if link.seen in ids else view.messages
