"""The office behind one call, and passing it on: everything that may hang or fail has its time and its way out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from assistant.errors import RolandError
from assistant.model import Answer, CallbackPromise, CallEnding, NobodyThere, TransferOutcome, TransferTarget
from assistant.ports import CallOffice, MediaLeg
from voice.session.moves import Consult, Promise
from voice.session.observe import CallEvent, Faltered, PassedOn
from voice.session.options import SessionOptions

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")


class Behind:
    """What the talk of one call asks of the office; nothing here raises."""

    def __init__(
        self, leg: MediaLeg, office: CallOffice, options: SessionOptions, notice: Callable[[CallEvent], None]
    ) -> None:
        self._leg = leg
        self._office = office
        self._options = options
        self._notice = notice
        self._opening: asyncio.Task[str | None] | None = None
        self.is_passing_on = False

    def open(self) -> None:
        """Begin the conversation, while the caller hears the first words."""
        opened = self._within(
            self._options.office_timeout_s, self._office.open(self._leg.details, self._options.language)
        )
        self._opening = asyncio.create_task(opened)

    async def close(self, ending: CallEnding) -> None:
        """End the conversation, where there is one."""
        conversation_id = await self._id()
        if conversation_id is not None:
            await self._within(self._options.closing_timeout_s, self._office.close(conversation_id, ending))

    async def consult(self, consult: Consult) -> Answer | None:
        """The answer; None where there is none in time."""
        conversation_id = await self._id()
        if conversation_id is None:
            return None
        answer = self._office.say(conversation_id, consult.text, choice=consult.choice, language=consult.language)
        return await self._within(self._options.office_timeout_s, answer)

    async def find_person(self) -> TransferTarget | NobodyThere | None:
        """Where the caller can be passed on to, or why not; None where the office does not answer."""
        conversation_id = await self._id()
        if conversation_id is None:
            return None
        return await self._within(self._options.office_timeout_s, self._office.target(conversation_id))

    async def pass_on(self, target: TransferTarget) -> TransferOutcome:
        """What became of passing the caller on; the office knows it too, even where they hang up meanwhile."""
        self.is_passing_on = True
        try:
            passing = self._leg.transfer(target.address, target.reference)
            outcome = await self._within(self._options.transfer_timeout_s, passing)
            outcome = outcome or TransferOutcome.TIMED_OUT
            self._notice(PassedOn(outcome))
            if (conversation_id := await self._id()) is not None:
                await self._within(self._options.office_timeout_s, self._office.passed_on(conversation_id, outcome))
            return outcome
        finally:
            self.is_passing_on = False

    async def promise(self, promise: Promise) -> CallbackPromise | None:
        """A promise to call back; None where none can be made."""
        conversation_id = await self._id()
        if conversation_id is None:
            return None
        promised = self._office.promise_callback(conversation_id, promise.number, promise.matter)
        return await self._within(self._options.office_timeout_s, promised)

    async def _id(self) -> str | None:
        """The conversation; None where it could not be begun."""
        return await asyncio.shield(self._opening) if self._opening is not None else None

    async def _within(self, seconds: float, work: Awaitable[_T]) -> _T | None:
        """The result; None where it fails or takes too long."""
        try:
            async with asyncio.timeout(seconds):
                return await work
        except (RolandError, TimeoutError) as error:
            self._notice(Faltered("office", error.code if isinstance(error, RolandError) else "timeout"))
        except Exception as error:  # noqa: BLE001  # the caller hears of it, whatever it is
            _log.error("office broke", call_id=self._leg.details.id, error=type(error).__name__, exc_info=error)
            self._notice(Faltered("office", type(error).__name__))
        return None
