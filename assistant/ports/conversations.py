"""Conversations: kept, answered, followed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from assistant.model import Answer, Conversation, DialogueState, Feedback, Turn, Utterance
from assistant.ports.operation import Pingable


class ConversationStore(Pingable, Protocol):
    """Keeps conversations. A message is durable when ``accept`` returns; texts arrive here already masked."""

    async def create(self, conversation: Conversation) -> None:
        """Store a new conversation."""
        ...

    async def get(self, conversation_id: str) -> Conversation:
        """The conversation; raises ConversationNotFoundError."""
        ...

    async def turns(self, conversation_id: str) -> tuple[Turn, ...]:
        """All turns in the order of acceptance; raises ConversationNotFoundError."""
        ...

    async def accept(self, conversation_id: str, utterance: Utterance) -> Turn:
        """Store an utterance before it is worked on.

        Idempotent by ``utterance.id`` within the conversation: a repeated one returns the turn stored first,
        with its answer where there is one.
        """
        ...

    async def answer(
        self, conversation_id: str, utterance_id: str, answer: Answer, state: DialogueState, at: datetime
    ) -> None:
        """Store the answer and the dialogue's new state in one transaction; a second answer to one turn is ignored."""
        ...

    async def update(self, conversation: Conversation) -> None:
        """Store a change of mode or state outside a turn."""
        ...

    async def unanswered(self, accepted_before: datetime) -> tuple[tuple[str, Turn], ...]:
        """(conversation id, turn) of all turns without an answer accepted before that time, oldest first."""
        ...

    async def give_feedback(self, feedback: Feedback) -> None:
        """Store feedback on an answer; the latest counts. Raises ConversationNotFoundError."""
        ...

    async def feedback(self, conversation_id: str) -> tuple[Feedback, ...]:
        """The feedback given in that conversation; empty where there is none."""
        ...

    async def delete(self, conversation_id: str) -> None:
        """Remove the conversation with everything that belongs to it; raises ConversationNotFoundError."""
        ...

    async def delete_older_than(self, moment: datetime) -> int:
        """Remove all conversations not updated since ``moment``; returns how many."""
        ...

    async def delete_expired(self, now: datetime) -> int:
        """Remove all rows whose retention date has passed; returns how many conversations were among them."""
        ...


class Dialogue(Protocol):
    """Answers one utterance; whatever breaks inside, an answer comes back."""

    async def respond(
        self, conversation: Conversation, turns: Sequence[Turn], utterance: Utterance
    ) -> tuple[Answer, DialogueState]:
        """The answer and what to keep in mind; ``turns`` are the ones before, oldest first.

        ``utterance.text`` is what the person wrote, not masked, except for a turn made up for after a crash.
        """
        ...


class EventBus(Protocol):
    """Carries events to whoever looks at a conversation right now; at most once, nothing is kept."""

    async def publish(self, topic: str, event: dict[str, object]) -> None:
        """Hand a JSON-like event to the present subscribers of ``topic``."""
        ...

    def subscribe(self, topic: str) -> AbstractAsyncContextManager[AsyncIterator[dict[str, object]]]:
        """Events of ``topic``, from entering the context until leaving it."""
        ...
