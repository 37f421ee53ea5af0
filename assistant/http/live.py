"""What happens in a conversation, as it happens.

The store is what counts; the bus only says when to look. Everything that changes a conversation has a number, its
revision: who was away names the last one seen and gets what came after it, whoever made it, in this process or another.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from math import ceil

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from assistant.bus import topic_of
from assistant.config import HttpSettings
from assistant.errors import ConversationNotFoundError
from assistant.http.places import Places
from assistant.http.schemas import QueueOut
from assistant.model import AgentMessage, Conversation, Mode, Notice, QueuePlace, TranscriptEntry, Turn
from assistant.ports import EventBus
from assistant.service import ConversationService

Show = Callable[[TranscriptEntry, Conversation], str]
"""The data of an entry's event, given the conversation as it is now."""
ShowPlace = Callable[[QueuePlace, Conversation], str]
"""The data of the event that tells somebody's place in the queue."""

_REVISION = re.compile(r"[0-9]{1,9}")
_EVENTS: dict[type[Turn | AgentMessage | Notice], str] = {Turn: "turn", AgentMessage: "message", Notice: "notice"}


@dataclass(frozen=True, slots=True)
class LiveConversations:
    """Waits for turns, and streams what is said and what happens."""

    conversations: ConversationService
    bus: EventBus
    settings: HttpSettings
    places: Places | None = None

    async def wait_for(self, conversation_id: str, turn_id: str, seconds: float) -> Turn | None:
        """The turn, with its answer if there is one within that time; None for an unknown turn."""
        deadline = time.monotonic() + seconds
        async with self._news(conversation_id) as news:
            while True:
                turns = await self.conversations.turns(conversation_id)
                turn = next((turn for turn in turns if turn.utterance.id == turn_id), None)
                rest = deadline - time.monotonic()
                if turn is None or not turn.is_pending or rest <= 0:
                    return turn
                await news.wait(min(rest, self.settings.live_poll_s))

    def stream(
        self, conversation_id: str, last_event_id: str | None, show: Show, show_place: ShowPlace | None = None
    ) -> StreamingResponse:
        """Server-sent events: what came after the last one seen, then everything as it comes.

        ``turn`` (answered, or said to people), ``message``, ``notice``: with the revision as id, in the order of
        revisions; the entry's position says where it belongs. ``queue`` and ``typing`` are of the moment and have no
        id. ``closed`` or ``deleted`` comes at the end.
        """
        events = self._events(conversation_id, last_event_id, show, show_place)
        return StreamingResponse(events, media_type="text/event-stream")

    async def _events(
        self, conversation_id: str, last_event_id: str | None, show: Show, show_place: ShowPlace | None = None
    ) -> AsyncIterator[bytes]:
        following = _Following(self, conversation_id, show, show_place or _place_json)
        async with self._news(conversation_id) as news:
            try:
                await following.begin_after(last_event_id)
                quiet_since = time.monotonic()
                while not following.is_over:
                    async for event in following.look(is_typing=news.take_typing()):
                        quiet_since = time.monotonic()
                        yield event
                    if time.monotonic() - quiet_since >= self.settings.live_heartbeat_s:
                        quiet_since = time.monotonic()
                        yield b": still here\n\n"
                    if not following.is_over:
                        await news.wait(min(self.settings.live_poll_s, self.settings.live_heartbeat_s))
            except ConversationNotFoundError:
                yield format_sse_event(event="deleted", data_str="{}")

    @asynccontextmanager
    async def _news(self, conversation_id: str) -> AsyncIterator["_News"]:
        news = _News()

        async def listen() -> None:
            async for event in events:
                news.hear(event)

        async with self.bus.subscribe(topic_of(conversation_id)) as events:
            listener = asyncio.create_task(listen())
            try:
                yield news
            finally:
                listener.cancel()


@dataclass(slots=True)
class _News:
    """What the bus has told since somebody last asked."""

    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _is_typing: bool = False

    def hear(self, event: dict[str, object]) -> None:
        self._is_typing |= event.get("type") == "typing" and event.get("who") == "agent"
        self._changed.set()

    async def wait(self, seconds: float) -> None:
        """Return when something has changed, or after that many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)
        self._changed.clear()

    def take_typing(self) -> bool:
        """Whether an agent has been typing since the last time."""
        was, self._is_typing = self._is_typing, False
        return was


class _Following:
    """How far one stream has come."""

    def __init__(self, live: LiveConversations, conversation_id: str, show: Show, show_place: ShowPlace) -> None:
        self._live = live
        self._id = conversation_id
        self._show = show
        self._show_place = show_place
        self._seen = 0
        self._place: QueuePlace | None = None
        self.is_over = False

    async def begin_after(self, last_event_id: str | None) -> None:
        """Pass over what was seen; an id that says nothing (any more) begins at the beginning."""
        if last_event_id and _REVISION.fullmatch(last_event_id):
            self._seen = int(last_event_id)
        elif last_event_id:
            # Streams of an earlier version named the message instead.
            entries = await self._live.conversations.transcript(self._id)
            turns = ((entry, entry.content) for entry in entries if isinstance(entry.content, Turn))
            seen = (entry.revision for entry, turn in turns if turn.utterance.id == last_event_id)
            self._seen = next(seen, 0)

    async def look(self, *, is_typing: bool) -> AsyncIterator[bytes]:
        """What is new; raises ConversationNotFoundError."""
        # Handed in together, in this order, the two are read in one go; a closed conversation has nothing after it.
        conversation, entries = await asyncio.gather(
            self._live.conversations.get(self._id), self._live.conversations.transcript(self._id, self._seen)
        )
        # By revision, not by place: whoever is cut off between two of them must not miss the lower one.
        for entry in sorted(entries, key=lambda entry: entry.revision):
            self._seen = entry.revision
            if not (isinstance(entry.content, Turn) and entry.content.is_pending):
                is_typing &= not isinstance(entry.content, AgentMessage)
                yield format_sse_event(
                    event=_EVENTS[type(entry.content)],
                    id=str(entry.revision),
                    data_str=self._show(entry, conversation),
                )
        if (place := await self._new_place(conversation)) is not None:
            yield format_sse_event(event="queue", data_str=self._show_place(place, conversation))
        if is_typing and conversation.mode is Mode.WITH_AGENT:
            yield format_sse_event(event="typing", data_str='{"who":"agent"}')
        if conversation.mode is Mode.CLOSED:
            self.is_over = True
            yield format_sse_event(event="closed", data_str="{}")

    async def _new_place(self, conversation: Conversation) -> QueuePlace | None:
        """The place in the queue where it is another than before."""
        waits = conversation.mode is Mode.QUEUED and self._live.places is not None
        place = await self._live.places.of(self._id) if waits and self._live.places else None
        before, self._place = self._place, place
        is_news = place is not None and (before is None or _told(before) != _told(place))
        return place if is_news else None


def _told(place: QueuePlace) -> QueueOut:
    minutes = None if place.wait is None else ceil(place.wait.total_seconds() / 60)
    return QueueOut(place=place.place, wait_minutes=minutes)


def _place_json(place: QueuePlace, _conversation: Conversation) -> str:
    return _told(place).model_dump_json()
