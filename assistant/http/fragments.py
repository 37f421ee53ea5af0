"""Parts of the page that a script puts in their places: rendered by the same templates as the page itself."""

import json
import secrets
from dataclasses import asdict
from typing import Any

from assistant.http.asked import is_in_form, what_is_asked
from assistant.http.live import Show, ShowPlace
from assistant.http.services import AppServices
from assistant.http.standing import at_place, read, standing_of
from assistant.http.views import Views
from assistant.model import Conversation, QueuePlace, TranscriptEntry, Turn


class Fragments:
    """What scripts are answered."""

    def __init__(self, services: AppServices, views: Views) -> None:
        self._services = services
        self._conversations = services.conversations
        self._views = views

    async def turn(self, view: str, conversation_id: str, turn: Turn, *, began: bool = False) -> dict[str, Any]:
        """A turn of a conversation; ``began`` says that it is the first one of a conversation begun for it."""
        conversation, transcript = await read(self._conversations, conversation_id)
        entry = next(entry for entry in transcript if _is(entry, turn))
        answer = turn.answer
        language = answer.language if answer else conversation.state.language
        return await self._frame(view, conversation, transcript) | {
            "id": turn.utterance.id,
            "html": self._views.entry(view, conversation, entry),
            "pending": turn.is_pending,
            "status": answer.status if answer else None,
            "language": language,
            "dir": language.direction,
            "began": began,
        }

    async def news(self, view: str, conversation_id: str, after: int) -> dict[str, Any]:
        """Everything that has come or changed after that revision, in order."""
        conversation, transcript = await read(self._conversations, conversation_id)
        new = [entry for entry in transcript if entry.revision > after]
        return await self._frame(view, conversation, transcript) | {
            "entries": [self._views.entry(view, conversation, entry) for entry in new],
            "revision": max((entry.revision for entry in new), default=after),
        }

    def event(self, view: str) -> Show:
        """How an event stream tells an entry."""

        def show(entry: TranscriptEntry, conversation: Conversation) -> str:
            return json.dumps({"html": self._views.entry(view, conversation, entry)})

        return show

    def place(self, view: str) -> ShowPlace:
        """How an event stream tells the place in the queue: hundreds wait, and none of them needs to ask for it."""

        def show(place: QueuePlace, conversation: Conversation) -> str:
            return json.dumps({"standing": self._views.standing(view, conversation, at_place(place))})

        return show

    async def _frame(
        self, view: str, conversation: Conversation, transcript: tuple[TranscriptEntry, ...]
    ) -> dict[str, Any]:
        """What comes with everything: who speaks, the part of the page below the conversation, what is asked for."""
        standing = await standing_of(conversation, transcript, self._services.reception)
        asked = await what_is_asked(conversation, transcript, self._services)
        return {
            "asked": asdict(asked) if asked else None,
            "in_form": is_in_form(conversation),
            "mode": standing.mode,
            "standing": self._views.standing(view, conversation, standing),
            "next_id": secrets.token_urlsafe(16),
        }


def _is(entry: TranscriptEntry, turn: Turn) -> bool:
    return isinstance(entry.content, Turn) and entry.content.utterance.id == turn.utterance.id
