"""What the talk on the telephone asks of the conversations, the people and the tickets.

The line has an event loop of its own. Everything here that touches a conversation is done in the loop that owns the
service; the few things that must be known at once, also with a dead database, are kept by the line itself.
"""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import structlog

from assistant.beside import repeated
from assistant.errors import CallClosedError, ConversationClosedError, ConversationNotFoundError, RolandError
from assistant.forms.heard import as_written
from assistant.model import (
    Answer,
    CallbackPromise,
    CallDetails,
    CallEnding,
    Language,
    TransferOutcome,
    TransferTarget,
)
from assistant.phone.apology import Apologies
from assistant.phone.crossing import Crossing
from assistant.phone.exchange import Exchange
from assistant.phone.numbers import number_to_ring
from assistant.phone.tools import OfficeRules
from assistant.service import Message

T = TypeVar("T")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who is on the line: what is known without asking anybody."""

    reference: str
    language: Language
    number: str = ""


class PhoneOffice:
    """The CallOffice over the conversations of this process; may be asked from any event loop of it."""

    def __init__(self, exchange: Exchange, apologies: Apologies, rules: OfficeRules | None = None) -> None:
        self._exchange = exchange
        self._apologies = apologies
        self._rules = rules or OfficeRules()
        self._crossing = Crossing()
        self._callers: dict[str, _Caller] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While inside, calls are served, by the loop that enters; the running ones give signs of life."""
        self._crossing.open()
        try:
            async with repeated(self._give_sign_of_life, self._rules.seen_every):
                yield
        finally:
            self._crossing.close()

    # ── the port ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def open(self, call: CallDetails, language: Language) -> str:
        """The id of the conversation of this call; raises RolandError where it cannot be kept now."""
        known = await self._ask(lambda: self._exchange.open(call, language))
        self._callers[known.conversation_id] = _Caller(known.reference, language, number_to_ring(call.caller))
        return known.conversation_id

    async def say(
        self,
        conversation_id: str,
        text: str,
        *,
        choice: str | None = None,
        language: Language | None = None,
        utterance_id: str = "",
    ) -> Answer:
        """The answer; an apology of status ``error_*`` where there is none, CallClosedError where all is said."""
        caller = self._caller(conversation_id)
        if language is not None:
            caller = self._callers[conversation_id] = replace(caller, language=language)
        said = Message(as_written(text), choice, utterance_id, language, caller=caller.number)
        try:
            answer = await self._ask(lambda: self._exchange.say(conversation_id, said), self._rules.turn_patience_s)
        except (ConversationClosedError, ConversationNotFoundError) as error:
            raise CallClosedError("the conversation of the call is over") from error
        except Exception as error:  # noqa: BLE001 - a caller never meets a dead end, whatever broke
            return self._apologies.for_error(error, caller.language)
        self._callers[conversation_id] = replace(caller, language=answer.language)
        return answer

    async def target(self, conversation_id: str) -> TransferTarget | None:
        """Where the caller can be put through to; with a dead database by the opening hours alone."""
        caller = self._caller(conversation_id)
        try:
            address = await self._ask(lambda: self._exchange.target(conversation_id, caller.number))
        except CallClosedError:
            raise
        except RolandError as error:
            _log.error("put through unseen", code=error.code)
            address = self._exchange.target_by_hours()
        return TransferTarget(address, caller.reference) if address else None

    async def passed_on(self, conversation_id: str, outcome: TransferOutcome) -> None:
        """Keep what became of putting the caller through; where nobody took the call, Roland speaks again."""
        await self._ask(lambda: self._exchange.passed_on(conversation_id, outcome))

    async def promise_callback(self, conversation_id: str, number: str, matter: str) -> CallbackPromise:
        """A ticket to ring that number; asked again with the same words it is the same. Raises TicketError."""
        return await self._ask(lambda: self._exchange.promise_callback(conversation_id, number, matter))

    async def close(self, conversation_id: str, ending: CallEnding) -> None:
        """The call is over; whoever was put through stays at the desk until somebody there is done."""
        self._callers.pop(conversation_id, None)
        await self._ask(lambda: self._exchange.close(conversation_id, ending))

    # ── crossing over ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _ask(self, work: Callable[[], Coroutine[Any, Any, T]], patience_s: float | None = None) -> T:
        return await self._crossing.run(work, patience_s or self._rules.patience_s)

    def _caller(self, conversation_id: str) -> _Caller:
        """Raises CallClosedError for a call that is not on this line, or no more."""
        if conversation_id not in self._callers:
            raise CallClosedError("there is no such call on this line")
        return self._callers[conversation_id]

    async def _give_sign_of_life(self) -> None:
        try:
            await self._exchange.seen(tuple(self._callers))
        except RolandError as error:
            _log.warning("no sign of life kept", code=error.code)
