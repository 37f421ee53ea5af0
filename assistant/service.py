"""Conversations as the ways in use them: start one, say something, rate an answer, leave.

A message takes this way, whatever channel it came by:

    wait for the turn before ──► accept, masked and durable ──► dialogue ──► store the answer ──► tell who looks on
                                            └──► where people answer, or are waited for: tell them

Only the dialogue sees what the person really wrote; everything kept or passed on is masked. What is said to people is
kept as written until they have done with it.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import takewhile
from weakref import WeakValueDictionary

import structlog

from assistant.beside import beside
from assistant.bus import topic_of
from assistant.errors import ConversationClosedError, ConversationNotFoundError, OverloadedError, RolandError
from assistant.handoff.reception import Reception
from assistant.model import (
    AnswerStatus,
    Channel,
    Conversation,
    DialogueState,
    Feedback,
    Language,
    Mode,
    Notice,
    NoticeKind,
    Register,
    TranscriptEntry,
    Turn,
    Utterance,
    without_code,
)
from assistant.ports import Clock, ConversationStore, Dialogue, EventBus, PersonalDataMasker

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """What a person sends: a text or the payload of a button, and what they switched explicitly.

    ``id`` makes a repeated sending harmless; an empty one is replaced by a fresh one. ``caller`` is the number of who
    calls, kept only with a wait for a person that begins now.
    """

    text: str = ""
    choice: str | None = None
    id: str = ""
    language: Language | None = None
    register: Register | None = None
    caller: str = field(default="", repr=False)


class ConversationService:
    """The one way to a conversation. Its turns run one after the other; all state lives in the store."""

    def __init__(
        self,
        store: ConversationStore,
        dialogue: Dialogue,
        masker: PersonalDataMasker,
        bus: EventBus,
        clock: Clock,
        *,
        reception: Reception | None = None,
        most_at_once: int = 64,
    ) -> None:
        """``reception``: the way to people, where there is one.

        ``most_at_once``: turns worked on or waiting in this process; more are refused with OverloadedError.
        """
        self._store = store
        self._dialogue = dialogue
        self._masker = masker
        self._bus = bus
        self._clock = clock
        self._reception = reception
        self._most_at_once = most_at_once
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._running: set[asyncio.Task[Turn]] = set()

    # ── conversations ──────────────────────────────────────────────────────────────────────────────────────────────

    async def start(
        self,
        channel: Channel,
        language: Language | None = None,
        *,
        chosen: bool = True,
        conversation_id: str | None = None,
    ) -> Conversation:
        """A new conversation in a language, German where none is given.

        ``chosen``: whether the person chose it, so that no guess may change it. An id is given only where it must be a
        known one.
        """
        now = self._clock.now()
        state = DialogueState(language=language or Language.DE, language_is_chosen=chosen and language is not None)
        conversation = Conversation(conversation_id or secrets.token_urlsafe(24), channel, now, now, state=state)
        await self._store.create(conversation)
        return conversation

    async def get(self, conversation_id: str) -> Conversation:
        """The conversation; raises ConversationNotFoundError."""
        return await self._store.get(conversation_id)

    async def turns(self, conversation_id: str) -> tuple[Turn, ...]:
        """All its turns, oldest first; raises ConversationNotFoundError."""
        return await self._store.turns(conversation_id)

    async def transcript(self, conversation_id: str, after: int = 0) -> tuple[TranscriptEntry, ...]:
        """What has come or changed after that revision, in order; raises ConversationNotFoundError."""
        return await self._store.transcript(conversation_id, after)

    async def switch(
        self, conversation_id: str, *, language: Language | None = None, register: Register | None = None
    ) -> Conversation:
        """The conversation after a change of language or register outside a turn."""
        async with self._line(conversation_id):
            conversation = await self._store.get(conversation_id)
            state = conversation.state
            if language:
                state = replace(state, language=language, language_is_chosen=True)
            if register:
                state = replace(state, register=register)
            return await self._store.keep_state(conversation_id, state, self._clock.now())

    async def close(self, conversation_id: str) -> None:
        """End the conversation; it can be read until its retention date, and nothing more can be said."""
        async with self._line(conversation_id):
            notice = Notice(secrets.token_urlsafe(16), NoticeKind.CLOSED, self._clock.now())
            await self._store.close(conversation_id, notice)
        await self._bus.publish(topic_of(conversation_id), {"type": "closed"})

    async def delete(self, conversation_id: str) -> None:
        """Remove the conversation with everything that belongs to it; raises ConversationNotFoundError."""
        async with self._line(conversation_id):
            await self._store.delete(conversation_id)
        await self._bus.publish(topic_of(conversation_id), {"type": "deleted"})

    # ── feedback ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def rate(self, conversation_id: str, utterance_id: str, *, helpful: bool, reason: str | None = None) -> None:
        """Keep what somebody thought of an answer, the reason masked; raises ConversationNotFoundError."""
        masked = self._masker.mask(reason).text if reason else None
        given = Feedback(conversation_id, utterance_id, helpful, self._clock.now(), masked)
        await self._store.give_feedback(given)

    async def feedback(self, conversation_id: str) -> tuple[Feedback, ...]:
        """The feedback given in a conversation."""
        return await self._store.feedback(conversation_id)

    # ── turns ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def say(self, conversation_id: str, message: Message) -> Turn:
        """The turn with its answer; it is worked on to the end even when nobody waits any more.

        Raises OverloadedError, ConversationNotFoundError, ConversationClosedError or StorageUnavailableError.
        """
        return await asyncio.shield(self._begin(self._take_turn(conversation_id, message)))

    async def submit(self, conversation_id: str, message: Message) -> Turn:
        """The turn as soon as it is durable, mostly without an answer yet; raises what ``say`` raises."""
        accepted: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        task = self._begin(self._take_turn(conversation_id, message, accepted))
        await asyncio.wait((task, accepted), return_when=asyncio.FIRST_COMPLETED)
        return accepted.result() if accepted.done() else await task

    def _begin(self, work: Coroutine[None, None, Turn]) -> asyncio.Task[Turn]:
        if len(self._running) >= self._most_at_once:
            work.close()
            raise OverloadedError(f"{len(self._running)} turns are being worked on")
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._end)
        return task

    def _end(self, task: asyncio.Task[Turn]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, RolandError):
            _log.error("turn failed", error=type(error).__name__, exc_info=error)

    async def _take_turn(
        self, conversation_id: str, message: Message, accepted: "asyncio.Future[Turn] | None" = None
    ) -> Turn:
        async with self._line(conversation_id):
            conversation, turns = await self._read(conversation_id)
            if conversation.mode is Mode.CLOSED:
                raise ConversationClosedError("the conversation is closed")
            heard = self._utterance(message, conversation)
            turn = await self._store.accept(conversation_id, self._masked(heard), _without_code(heard))
            if accepted:
                accepted.set_result(turn)
            if not turn.is_pending:
                return await self._passed_on(conversation_id, turn)
            if await self._catch_up(conversation_id, turns, heard):
                conversation, turns = await self._read(conversation_id)
            return await self._answer(conversation, turns, turn, heard, message.caller)

    async def _passed_on(self, conversation_id: str, turn: Turn) -> Turn:
        """A turn that Roland need not answer; people are told of what was said to them."""
        if turn.mode is not Mode.WITH_BOT and self._reception is not None:
            await self._reception.heard(conversation_id, turn.utterance)
        return turn

    async def _catch_up(self, conversation_id: str, turns: Sequence[Turn], heard: Utterance) -> bool:
        """Answer what came before and was left unanswered, by a crash or a full disk; whether there was anything."""
        before = takewhile(lambda earlier: earlier.utterance.id != heard.id, turns)
        left = [turn for turn in before if turn.is_pending]
        for turn in left:
            await self._answer_late(conversation_id, turn)
        return bool(left)

    async def _answer(
        self, conversation: Conversation, turns: Sequence[Turn], turn: Turn, heard: Utterance, caller: str = ""
    ) -> Turn:
        before = tuple(takewhile(lambda earlier: earlier.utterance.id != heard.id, turns))
        answer, state = await self._dialogue.respond(conversation, before, heard)
        at = self._clock.now()
        wishes_person = answer.status is AnswerStatus.HANDOFF_QUEUED
        queue = self._reception.wish(conversation, state, caller) if self._reception and wishes_person else None
        stands = await self._store.answer(conversation.id, heard.id, answer, state, at, queue)
        await self._bus.publish(topic_of(conversation.id), {"type": "turn", "id": heard.id})
        if not stands:
            known = await self._store.turns(conversation.id)
            return next(other for other in known if other.utterance.id == heard.id)
        if queue and self._reception:
            await self._reception.queued(conversation.id)
        return replace(turn, answer=answer, answered_at=at)

    async def _read(self, conversation_id: str) -> tuple[Conversation, tuple[Turn, ...]]:
        return await asyncio.gather(self._store.get(conversation_id), self._store.turns(conversation_id))

    def _utterance(self, message: Message, conversation: Conversation) -> Utterance:
        labels = {reply.payload: reply.label for reply in conversation.state.offered}
        return Utterance(
            message.text or labels.get(message.choice or "", ""),
            conversation.channel,
            self._clock.now(),
            message.id or secrets.token_urlsafe(16),
            message.choice,
            message.language,
            message.register,
        )

    def _masked(self, heard: Utterance) -> Utterance:
        choice = self._masker.mask(heard.choice).text if heard.choice else None
        return replace(heard, text=self._masker.mask(heard.text).text, choice=choice)

    def _line(self, conversation_id: str) -> asyncio.Lock:
        return self._lines.setdefault(conversation_id, asyncio.Lock())

    # ── what runs beside ───────────────────────────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def running(
        self, purge_every: timedelta = timedelta(hours=1), recover_every: timedelta = timedelta(seconds=10)
    ) -> AsyncIterator[None]:
        """While the server runs: answer what was left unanswered, remove what is past its retention date.

        Leaving waits for the turns that are being worked on.
        """
        async with beside(self._recover_for_ever(recover_every)), beside(self._purge_for_ever(purge_every)):
            try:
                yield
            finally:
                if self._running:
                    await asyncio.wait(self._running)

    async def recover(self, overdue: timedelta = timedelta()) -> int:
        """Answer the turns accepted that long ago and never answered, from their masked texts; returns how many."""
        try:
            waiting = await self._store.unanswered(self._clock.now() - overdue)
        except RolandError as error:
            _log.error("recovery failed", code=error.code)
            return 0
        answered = 0
        for conversation_id, turn in waiting:
            async with self._line(conversation_id):
                answered += await self._answer_late(conversation_id, turn)
        if waiting:
            _log.info("recovered", waiting=len(waiting), answered=answered)
        return answered

    async def _answer_late(self, conversation_id: str, turn: Turn) -> bool:
        """Whether the turn has got its answer now; one broken turn must not keep others waiting."""
        try:
            conversation, turns = await self._read(conversation_id)
            still = next((known for known in turns if known.utterance.id == turn.utterance.id), None)
            if still is None or not still.is_pending:
                return False
            await self._answer(conversation, turns, still, still.utterance)
        except ConversationNotFoundError:
            return False  # deleted in the meantime
        except Exception as error:  # noqa: BLE001
            _log.error("turn not recovered", error=type(error).__name__)
            return False
        return True

    async def _recover_for_ever(self, every: timedelta) -> None:
        await self.recover()
        while True:
            await asyncio.sleep(every.total_seconds())
            await self.recover(overdue=every)  # younger ones are being worked on, perhaps by another process

    async def purge(self) -> int:
        """Remove what is past its retention date; returns how many conversations."""
        return await self._store.delete_expired(self._clock.now())

    async def _purge_for_ever(self, every: timedelta) -> None:
        while True:
            try:
                if removed := await self.purge():
                    _log.info("purged", conversations=removed)
            except RolandError as error:
                _log.error("purge failed", code=error.code)
            await asyncio.sleep(every.total_seconds())


def _without_code(heard: Utterance) -> Utterance:
    """What people are to read; status codes are for nobody but the person and Roland."""
    return replace(heard, text=without_code(heard.text))
