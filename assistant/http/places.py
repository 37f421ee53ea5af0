"""Everybody's place in the queue, worked out once for all who wait."""

import asyncio
import time
from collections.abc import Mapping

from assistant.handoff.reception import Reception
from assistant.model import QueuePlace


class Places:
    """The places of the queue, at most ``fresh_s`` seconds old: hundreds of streams look at them again and again."""

    def __init__(self, reception: Reception, fresh_s: float = 1) -> None:
        self._reception = reception
        self._fresh_s = fresh_s
        self._places: Mapping[str, QueuePlace] = {}
        self._looked_at = float("-inf")
        self._looking = asyncio.Lock()

    async def of(self, conversation_id: str) -> QueuePlace | None:
        """Where the conversation stands; None where it does not wait."""
        async with self._looking:
            is_old = time.monotonic() - self._looked_at >= self._fresh_s
            if is_old or conversation_id not in self._places:
                self._places = await self._reception.places()
                self._looked_at = time.monotonic()
        return self._places.get(conversation_id)
