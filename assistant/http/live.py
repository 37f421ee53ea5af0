"""What happens in a conversation, as it happens.

The store is what counts; the bus only says when to look. So a client that was away resumes where it left off, and a
turn stored by another process arrives too, a little later.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from assistant.bus import topic_of
from assistant.config import HttpSettings
from assistant.errors import ConversationNotFoundError
from assistant.model import Mode, Turn
from assistant.ports import EventBus
from assistant.service import ConversationService


@dataclass(frozen=True, slots=True)
class LiveConversations:
    """Waits for turns and streams them."""

    conversations: ConversationService
    bus: EventBus
    settings: HttpSettings

    async def wait_for(self, conversation_id: str, turn_id: str, seconds: float) -> Turn | None:
        """The turn, with its answer if there is one within that time; None for an unknown turn."""
        deadline = time.monotonic() + seconds
        async with self._changes(conversation_id) as changed:
            while True:
                turns = await self.conversations.turns(conversation_id)
                turn = next((turn for turn in turns if turn.utterance.id == turn_id), None)
                rest = deadline - time.monotonic()
                if turn is None or not turn.is_pending or rest <= 0:
                    return turn
                await changed(min(rest, self.settings.live_poll_s))

    def stream(self, conversation_id: str, after: str | None, show: Callable[[Turn], str]) -> StreamingResponse:
        """Server-sent events: every answered turn after the one named, ``closed`` or ``deleted`` at the end."""
        return StreamingResponse(self._events(conversation_id, after, show), media_type="text/event-stream")

    async def _events(
        self, conversation_id: str, after: str | None, show: Callable[[Turn], str]
    ) -> AsyncIterator[bytes]:
        told: set[str] = set()
        quiet_since = time.monotonic()
        async with self._changes(conversation_id) as changed:
            while True:
                try:
                    conversation = await self.conversations.get(conversation_id)
                    turns = await self.conversations.turns(conversation_id)
                except ConversationNotFoundError:
                    yield format_sse_event(event="deleted", data_str="{}")
                    return
                told |= _up_to(turns, after)
                after = None
                for turn in turns:
                    if turn.answer and turn.utterance.id not in told:
                        told.add(turn.utterance.id)
                        quiet_since = time.monotonic()
                        yield format_sse_event(event="turn", id=turn.utterance.id, data_str=show(turn))
                if conversation.mode is Mode.CLOSED:
                    yield format_sse_event(event="closed", data_str="{}")
                    return
                if time.monotonic() - quiet_since >= self.settings.live_heartbeat_s:
                    quiet_since = time.monotonic()
                    yield b": still here\n\n"
                await changed(min(self.settings.live_poll_s, self.settings.live_heartbeat_s))

    @asynccontextmanager
    async def _changes(self, conversation_id: str) -> AsyncIterator[Callable[[float], Awaitable[None]]]:
        """A function that waits until something has changed, at most that many seconds."""
        news = asyncio.Event()

        async def listen() -> None:
            async for _ in events:
                news.set()

        async def changed(seconds: float) -> None:
            with suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), seconds)
            news.clear()

        async with self.bus.subscribe(topic_of(conversation_id)) as events:
            listener = asyncio.create_task(listen())
            try:
                yield changed
            finally:
                listener.cancel()


def _up_to(turns: tuple[Turn, ...], last: str | None) -> set[str]:
    ids = [turn.utterance.id for turn in turns]
    return set(ids[: ids.index(last) + 1]) if last in ids else set()
