"""Conversations: kept, answered, followed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from assistant.model import (
    Answer,
    Conversation,
    DialogueState,
    Feedback,
    Handoff,
    Notice,
    TranscriptEntry,
    Turn,
    Utterance,
)
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

    async def transcript(self, conversation_id: str, after: int = 0) -> tuple[TranscriptEntry, ...]:
        """What has come or changed after that revision, in order; raises ConversationNotFoundError."""
        ...

    async def accept(self, conversation_id: str, utterance: Utterance, to_people: Utterance | None = None) -> Turn:
        """Store an utterance before it is worked on; its turn says to whom it was said.

        ``to_people`` is stored instead where the conversation is with people or waits for them. Idempotent by
        ``utterance.id`` within the conversation: a repeated one returns the turn stored first, with its answer where
        there is one.
        """
        ...

    async def answer(
        self,
        conversation_id: str,
        utterance_id: str,
        answer: Answer,
        state: DialogueState,
        at: datetime,
        queue: tuple[Handoff, Notice] | None = None,
    ) -> bool:
        """Store the answer and the dialogue's new state; whether it stands.

        A second answer to one turn is ignored, and so is one that comes when an agent has taken over: the turn is then
        the agent's to answer. With ``queue`` the conversation waits for a person from this answer on. All of it is one
        transaction.
        """
        ...

    async def keep_state(self, conversation_id: str, state: DialogueState, at: datetime) -> Conversation:
        """Store a change of state outside a turn; the conversation after it."""
        ...

    async def close(self, conversation_id: str, notice: Notice) -> None:
        """Let nothing more be said, and end the hand-off where there is one; closed twice is closed."""
        ...

    async def unanswered(self, accepted_before: datetime) -> tuple[tuple[str, Turn], ...]:
        """(conversation id, turn) of all turns that Roland owes an answer, accepted before that time, oldest first."""
        ...

    async def left_as_written(self) -> tuple[tuple[str, Turn], ...]:
        """(conversation id, turn) of what was said to people who have done with it, and is not masked yet."""
        ...

    async def mask(self, conversation_id: str, utterance: Utterance) -> None:
        """Store the masked wording of what was said to people."""
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
    """Carries events to whoever looks at a conversation right now.

    An event says that it is worth a look into the store. Nothing is kept; one may be missed or come twice.
    """

    async def publish(self, topic: str, event: dict[str, object]) -> None:
        """Hand a small JSON-like event to the present subscribers of ``topic``; waits for nobody and never fails."""
        ...

    def subscribe(self, topic: str) -> AbstractAsyncContextManager[AsyncIterator[dict[str, object]]]:
        """Events of ``topic``, from entering the context until leaving it."""
        ...
