"""What every leg has in common: the queue of what comes from the caller, and the sound that goes to them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from assistant.model import CallDetails, CallEnded, CallEnding, LegEvent, Sound
from connectors.telephony.playout import Playout

MOST_SOUNDS = 250
"""Frames kept for a reader who does not keep up: five seconds."""
MOST_OTHERS = 500
"""Keys and the like that are kept: nobody types so far ahead."""


class LegEvents:
    """Events in their order; when too much sound waits, the oldest is dropped, never the end, nor a key of a person."""

    def __init__(self, most_sounds: int = MOST_SOUNDS) -> None:
        self._most_sounds = most_sounds
        self._waiting: deque[LegEvent] = deque()
        self._sounds = 0
        self._dropped = 0
        self._ended = False
        self._news = asyncio.Event()

    @property
    def has_ended(self) -> bool:
        """Whether the end has been put."""
        return self._ended

    @property
    def dropped(self) -> int:
        """How many frames of sound nobody has heard."""
        return self._dropped

    def put(self, event: LegEvent) -> None:
        """Add one; whatever comes after the end is forgotten."""
        if self._ended:
            return
        if isinstance(event, Sound):
            self._make_room()
        elif len(self._waiting) - self._sounds >= MOST_OTHERS and not isinstance(event, CallEnded):
            return
        self._waiting.append(event)
        self._ended = isinstance(event, CallEnded)
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[LegEvent]:
        """To be iterated once; ends after the end."""
        while True:
            while not self._waiting:
                self._news.clear()
                await self._news.wait()
            event = self._waiting.popleft()
            self._sounds -= isinstance(event, Sound)
            yield event
            if isinstance(event, CallEnded):
                return

    def _make_room(self) -> None:
        self._sounds += 1
        if self._sounds <= self._most_sounds:
            return
        oldest = next(index for index, event in enumerate(self._waiting) if isinstance(event, Sound))
        del self._waiting[oldest]
        self._sounds -= 1
        self._dropped += 1


class CallLeg:
    """The half of a ``MediaLeg`` that is the same on every way in; ``transfer`` and ``hang_up`` are the way's own.

    The way puts what comes into ``inbox``, takes what goes from ``playout``, and says ``end`` when it is over.
    """

    def __init__(self, details: CallDetails) -> None:
        self.inbox = LegEvents()
        self.playout = Playout()
        self._details = details

    @property
    def details(self) -> CallDetails:
        return self._details

    @property
    def has_ended(self) -> bool:
        """Whether the call is over."""
        return self.inbox.has_ended

    def events(self) -> AsyncIterator[LegEvent]:
        return aiter(self.inbox)

    def play(self, pcm: bytes) -> None:
        self.playout.add(pcm)

    def clear(self) -> int:
        return self.playout.clear()

    @property
    def queued_ms(self) -> int:
        return self.playout.queued_ms

    async def played(self) -> None:
        await self.playout.emptied()

    def end(self, ending: CallEnding) -> None:
        """The call is over: the last event, and nothing more to be sent. Harmless when said again."""
        self.inbox.put(CallEnded(ending))
        self.playout.close()
