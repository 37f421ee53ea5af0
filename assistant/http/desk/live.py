"""What happens at the desk, as it happens: the queue and the agent's own chats in one stream.

| event | data |
|---|---|
| queue | the queue's HTML, the ids of all that wait |
| entries | what has come or changed in a chat: HTML by position; what stands beside it where that changed |
| opened | a chat that the agent has taken over in another window |
| typing | the person writes in that chat |
| gone | a chat that is no longer the agent's, and why |

An event's id says up to which revision each chat has been told, so that a desk that was away gets exactly what it
missed.
The store is what counts; the bus only says when to look.
"""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from functools import partial

from fastapi import Request
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from assistant.bus import DESK_TOPIC, topic_of
from assistant.errors import ConversationNotFoundError, HandoffNotFoundError
from assistant.handoff.board import Snapshot
from assistant.handoff.desk import OpenChat
from assistant.handoff.interpreter import Interpreter
from assistant.http.desk.auth import SignedIn, still_signed_in
from assistant.http.desk.views import DeskViews
from assistant.http.desk.workplace import Workplace
from assistant.http.services import AppServices
from assistant.model import Ending, Handoff, HandoffState, Language, PhoneCall, Turn
from assistant.ports import EventBus

_SEEN = re.compile(r"([A-Za-z0-9_-]{1,64}):(\d{1,9})")
_SIGN_OF_LIFE_S = 20


def seen_before(text: str) -> dict[str, int]:
    """Up to which revision which chat has been told, out of an event's id."""
    return {chat: int(revision) for chat, revision in _SEEN.findall(text)}


class DeskFeed:
    """Streams to any number of desks."""

    def __init__(self, services: AppServices, workplace: Workplace, views: DeskViews) -> None:
        self._services = services
        self._workplace = workplace
        self._views = views

    def stream(self, request: Request, signed: SignedIn, seen: Mapping[str, int]) -> StreamingResponse:
        """Server-sent events for one open desk; while it lasts, the agent counts as being there."""
        return StreamingResponse(self._events(request, signed, dict(seen)), media_type="text/event-stream")

    async def _events(self, request: Request, signed: SignedIn, seen: dict[str, int]) -> AsyncIterator[bytes]:
        settings = self._services.settings.http
        one = _Desk(self._workplace, self._views, signed, seen)
        alive = time.monotonic()
        await self._workplace.desk.seen(signed.agent)
        async with News(self._services.bus) as news:
            await news.follow(DESK_TOPIC)
            yield b": here\n\n"
            while await still_signed_in(request):
                async for event, data in one.changes(news):
                    yield format_sse_event(event=event, id=one.mark, data_str=json.dumps(data))
                if time.monotonic() - alive >= min(_SIGN_OF_LIFE_S, settings.live_heartbeat_s):
                    alive = time.monotonic()
                    await self._workplace.desk.seen(signed.agent)
                    yield b": still here\n\n"
                await news.wait(settings.live_poll_s)


class News:
    """Which topics have had news since somebody last looked."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._topics: dict[str, AsyncExitStack] = {}
        self._rang = asyncio.Event()
        self._fresh: set[str] = set()
        self._typing: set[str] = set()

    async def __aenter__(self) -> "News":
        return self

    async def __aexit__(self, *_: object) -> None:
        for topic in tuple(self._topics):
            await self.leave(topic)

    async def follow(self, topic: str) -> None:
        """Listen to a topic from now on; what it had before counts as news."""
        if topic in self._topics:
            return
        stack = self._topics[topic] = AsyncExitStack()
        events = await stack.enter_async_context(self._bus.subscribe(topic))
        listener = asyncio.create_task(self._listen(topic, events))
        stack.callback(listener.cancel)
        self._fresh.add(topic)

    async def leave(self, topic: str) -> None:
        """Listen no longer."""
        if stack := self._topics.pop(topic, None):
            await stack.aclose()

    async def _listen(self, topic: str, events: AsyncIterator[dict[str, object]]) -> None:
        async for event in events:
            if event.get("type") != "typing":
                self._fresh.add(topic)
            elif event.get("who") == "person":
                self._typing.add(topic)
            self._rang.set()

    def ring(self, topic: str, _why: object = None) -> None:
        """Something about a topic is to be looked at."""
        self._fresh.add(topic)
        self._rang.set()

    async def wait(self, seconds: float) -> None:
        """Until there is news; after that time everything is to be looked at, news or not."""
        try:
            async with asyncio.timeout(seconds):
                await self._rang.wait()
        except TimeoutError:
            self._fresh.update(self._topics)
        self._rang.clear()

    def take(self) -> tuple[set[str], set[str]]:
        """The topics with news, and those where a person writes."""
        fresh, typing = self._fresh, self._typing
        self._fresh, self._typing = set(), set()
        return fresh, typing


class _Desk:
    """What one open page has been told."""

    def __init__(self, workplace: Workplace, views: DeskViews, signed: SignedIn, seen: dict[str, int]) -> None:
        self._workplace = workplace
        self._views = views
        self._signed = signed
        self._seen = seen
        self._queue: tuple[tuple[Handoff, ...], tuple[PhoneCall, ...]] | None = None
        self._chats: dict[str, Handoff] = {}
        self._panels: dict[str, str] = {}
        self._interpreting: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._translated: set[tuple[str, int]] = set()

    @property
    def mark(self) -> str:
        """Up to where each chat has been told; never empty, since a browser would send none back."""
        return ",".join(f"{chat}:{revision}" for chat, revision in self._seen.items()) or "-"

    async def changes(self, news: News) -> AsyncIterator[tuple[str, dict[str, object]]]:
        """All events that are due."""
        fresh, typing = news.take()
        if DESK_TOPIC in fresh:
            snapshot = await self._workplace.board.snapshot()
            if (snapshot.waiting, snapshot.calls) != self._queue:
                self._queue = (snapshot.waiting, snapshot.calls)
                yield "queue", await self._queue_data(snapshot)
            async for event in self._own(snapshot, news):
                yield event
        for handoff in tuple(self._chats.values()):
            topic = topic_of(handoff.conversation_id)
            if topic in fresh and (entries := await self._entries(handoff, news)):
                yield entries
            if topic in typing:
                yield "typing", {"chat": handoff.id}

    async def _queue_data(self, snapshot: Snapshot) -> dict[str, object]:
        html = await self._views.queue(self._signed, snapshot)
        return {"html": html, "waiting": [handoff.id for handoff in snapshot.waiting]}

    async def _own(self, snapshot: Snapshot, news: News) -> AsyncIterator[tuple[str, dict[str, object]]]:
        """Chats that have come to the agent, or gone."""
        own = {handoff.id: handoff for handoff in snapshot.of(self._signed.agent.id)}
        for chat in [chat for chat in self._seen if chat not in own]:
            handoff = self._chats.pop(chat, None)
            if handoff is not None:
                await news.leave(topic_of(handoff.conversation_id))
            async for event in self._gone(chat):
                yield event
        for chat, handoff in own.items():
            if chat not in self._chats:
                self._chats[chat] = handoff
                await news.follow(topic_of(handoff.conversation_id))
                news.ring(topic_of(handoff.conversation_id))

    async def _gone(self, chat: str) -> AsyncIterator[tuple[str, dict[str, object]]]:
        after = self._seen[chat]
        open_chat = await self._look(chat)
        if open_chat is not None and (entries := self._told(open_chat, after)):
            self._seen[chat] = open_chat.revision
            yield "entries", {"chat": chat, "entries": entries}
        del self._seen[chat]
        self._panels.pop(chat, None)
        reason = _why(open_chat.handoff) if open_chat else "gone_ended"
        yield "gone", {"chat": chat, "text": self._views.showing.word(reason)}

    async def _entries(self, handoff: Handoff, news: News) -> tuple[str, dict[str, object]] | None:
        open_chat = await self._look(handoff.id)
        if open_chat is None or open_chat.handoff.agent_id != self._signed.agent.id:
            return None  # the queue's own news tell where it went
        is_new = handoff.id not in self._seen
        after = self._seen.get(handoff.id, 0)
        self._seen[handoff.id] = max(after, open_chat.revision)
        self._interpret(open_chat, news)
        panel = self._views.panel(self._signed, open_chat)
        before = self._panels.get(handoff.id)
        self._panels[handoff.id] = panel
        if is_new:
            return "opened", {"chat": handoff.id}
        entries = self._told(open_chat, after) | self._interpreted(open_chat)
        if not entries and panel == before:
            return None
        return "entries", {"chat": handoff.id, "entries": entries, "panel": panel if panel != before else None}

    def _told(self, chat: OpenChat, after: int) -> dict[int, str]:
        showing, me = self._views.showing, self._signed.agent
        return {
            entry.position: self._views.entry(self._signed, showing.told(entry, chat.packet.language, me))
            for entry in chat.transcript
            if entry.revision > after
        }

    # ── translating what the person writes, beside the stream: the message itself never waits for it ───────────────

    def _interpret(self, chat: OpenChat, news: News) -> None:
        interpreter = self._workplace.interpreter
        if interpreter is None:
            return
        for entry in chat.transcript:
            key = (chat.handoff.id, entry.position)
            if not isinstance(entry.content, Turn) or entry.content.utterance.choice or key in self._interpreting:
                continue
            text, language = self._views.showing.said(entry.content, chat.packet.language)
            if interpreter.is_due(text, language):
                topic = topic_of(chat.conversation.id)
                self._interpreting[key] = asyncio.create_task(self._translate(interpreter, text, language, key))
                self._interpreting[key].add_done_callback(partial(news.ring, topic))

    async def _translate(self, interpreter: Interpreter, text: str, language: Language, key: tuple[str, int]) -> None:
        await interpreter.translate(text, language)
        if not interpreter.is_due(text, language):
            self._translated.add(key)

    def _interpreted(self, chat: OpenChat) -> dict[int, str]:
        """Entries whose translation has come since they were told."""
        due = {position for id_, position in self._translated if id_ == chat.handoff.id}
        self._translated -= {(chat.handoff.id, position) for position in due}
        showing, me = self._views.showing, self._signed.agent
        return {
            entry.position: self._views.entry(self._signed, showing.told(entry, chat.packet.language, me))
            for entry in chat.transcript
            if entry.position in due
        }

    async def _look(self, chat: str) -> OpenChat | None:
        try:
            return await self._workplace.desk.look_at(chat)
        except (HandoffNotFoundError, ConversationNotFoundError):
            return None


def _why(handoff: Handoff) -> str:
    """The word for how an agent came to lose a chat."""
    if handoff.state is not HandoffState.ENDED:
        return "gone_taken"
    if handoff.ending is Ending.NOBODY_CAME and handoff.is_call:
        return "gone_call"
    return "gone_left" if handoff.ending in {Ending.PERSON_LEFT, Ending.WITHDRAWN} else "gone_ended"
