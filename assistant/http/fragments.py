"""Parts of the page that a script puts in their places: rendered by the same templates as the page itself."""

import json
import secrets
from typing import Any

from assistant.http.live import Show
from assistant.http.pages import Pages
from assistant.http.views import Talk, Views
from assistant.model import Conversation, TranscriptEntry, Turn


class Fragments:
    """What scripts are answered. ``standing`` is the part below the conversation, ``mode`` who speaks."""

    def __init__(self, pages: Pages, views: Views) -> None:
        self._pages = pages
        self._views = views

    async def turn(self, view: str, conversation_id: str, turn: Turn, *, began: bool = False) -> dict[str, Any]:
        """A turn of a conversation; ``began`` says that it is the first one of a conversation begun for it."""
        talk = await self._pages.talk_of(conversation_id)
        entry = next(entry for entry in talk.transcript if _is(entry, turn))
        answer = turn.answer
        spoken = answer.language if answer else _conversation(talk).state.language
        return self._frame(view, talk) | {
            "id": turn.utterance.id,
            "html": self._views.entry(view, talk, entry),
            "pending": turn.is_pending,
            "status": answer.status if answer else None,
            "language": spoken,
            "dir": spoken.direction,
            "began": began,
        }

    async def news(self, view: str, conversation_id: str, after: int) -> dict[str, Any]:
        """Everything that has come or changed after that revision, in order."""
        talk = await self._pages.talk_of(conversation_id)
        entries = [self._views.entry(view, talk, entry) for entry in talk.transcript if entry.revision > after]
        return self._frame(view, talk) | {"entries": entries, "revision": max(after, talk.revision)}

    def event(self, view: str) -> Show:
        """How an event stream tells an entry."""

        def show(entry: TranscriptEntry, conversation: Conversation) -> str:
            return json.dumps({"html": self._views.entry(view, Talk(conversation), entry)})

        return show

    def _frame(self, view: str, talk: Talk) -> dict[str, Any]:
        return {
            "mode": talk.standing.mode,
            "standing": self._views.standing(view, talk),
            "next_id": secrets.token_urlsafe(16),
        }


def _is(entry: TranscriptEntry, turn: Turn) -> bool:
    return isinstance(entry.content, Turn) and entry.content.utterance.id == turn.utterance.id


def _conversation(talk: Talk) -> Conversation:
    assert talk.conversation is not None
    return talk.conversation
