"""What the talk on the telephone asks of the conversations, the people and the tickets.

The line has an event loop of its own. Everything here that touches a conversation is done in the loop that owns the
service; the few things that must be known at once, also with a dead database, are kept by the line itself.
"""

import secrets
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import structlog

from assistant.beside import repeated
from assistant.errors import (
    CallClosedError,
    ConversationClosedError,
    ConversationNotFoundError,
    RolandError,
    TelephoneError,
)
from assistant.forms.heard import as_written
from assistant.model import (
    Answer,
    CallbackPromise,
    CallDetails,
    CallEnding,
    Language,
    NobodyThere,
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
    """Who is on the line: what is known without asking anybody.

    ``conversation_id`` is None as long as no conversation could be kept.
    """

    call: CallDetails
    reference: str
    language: Language
    conversation_id: str | None = None

    @property
    def number(self) -> str:
        """Where they can be rung back; empty where that is not known."""
        return number_to_ring(self.call.caller)


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
        """The id of the conversation; where none can be kept now, the call's, until one can."""
        caller = _Caller(call, secrets.token_hex(8), language)
        try:
            caller = await self._begun(caller)
        except TelephoneError:
            raise
        except RolandError as error:
            _log.error("call without conversation", call_id=call.id, code=error.code)
        conversation_id = caller.conversation_id or call.id
        self._callers[conversation_id] = caller
        return conversation_id

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
            caller = self._keep(conversation_id, language=language)
        said = Message(as_written(text), choice, utterance_id, language, caller=caller.number)
        try:
            kept = await self._conversation(conversation_id)
            answer = await self._ask(lambda: self._exchange.say(kept, said), self._rules.turn_patience_s)
        except (ConversationClosedError, ConversationNotFoundError) as error:
            raise CallClosedError("the conversation of the call is over") from error
        except Exception as error:  # noqa: BLE001 - a caller never meets a dead end, whatever broke
            return self._apologies.for_error(error, caller.language)
        self._keep(conversation_id, language=answer.language)
        return answer

    async def target(self, conversation_id: str) -> TransferTarget | NobodyThere:
        """Where the caller can be put through to; with a dead database by the opening hours alone."""
        caller = self._caller(conversation_id)
        try:
            kept = await self._conversation(conversation_id)
            found = await self._ask(lambda: self._exchange.target(kept, caller.number))
        except CallClosedError:
            raise
        except RolandError as error:
            _log.error("put through unseen", code=error.code)
            found = self._exchange.target_by_hours()
        return (
            found if isinstance(found, NobodyThere) else TransferTarget(found, self._caller(conversation_id).reference)
        )

    async def passed_on(self, conversation_id: str, outcome: TransferOutcome) -> None:
        """Keep what became of putting the caller through; where nobody took the call, Roland speaks again."""
        kept = await self._conversation(conversation_id)
        await self._ask(lambda: self._exchange.passed_on(kept, outcome))

    async def promise_callback(self, conversation_id: str, number: str, matter: str) -> CallbackPromise:
        """A ticket to ring that number; asked again with the same words it is the same. Raises TicketError."""
        kept = await self._conversation(conversation_id)
        return await self._ask(lambda: self._exchange.promise_callback(kept, number, matter))

    async def close(self, conversation_id: str, ending: CallEnding) -> None:
        """The call is over; whoever was put through stays at the desk until somebody there is done."""
        caller = self._callers.pop(conversation_id, None)
        kept = caller.conversation_id if caller is not None else None
        if kept is not None:
            await self._ask(lambda: self._exchange.close(kept, ending))

    # ── the conversation ───────────────────────────────────────────────────────────────────────────────────────────

    async def _conversation(self, conversation_id: str) -> str:
        """The id of the conversation, begun now where it could not be before; raises RolandError where it cannot be."""
        caller = self._caller(conversation_id)
        if caller.conversation_id is None:
            begun = await self._begun(caller)
            caller = self._keep(conversation_id, conversation_id=begun.conversation_id, reference=begun.reference)
        return caller.conversation_id or conversation_id

    async def _begun(self, caller: _Caller) -> _Caller:
        known = await self._ask(lambda: self._exchange.open(caller.call, caller.language))
        return replace(caller, conversation_id=known.conversation_id, reference=known.reference)

    def _keep(self, name: str, /, **known: Any) -> _Caller:
        """Know more of a caller; raises CallClosedError."""
        caller = self._callers[name] = replace(self._caller(name), **known)
        return caller

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
            await self._exchange.seen([kept for one in self._callers.values() if (kept := one.conversation_id)])
        except RolandError as error:
            _log.warning("no sign of life kept", code=error.code)
