"""No caller is lost: calls whose line has died are noticed, and who waited in them is rung back."""

import secrets
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from assistant.beside import repeated
from assistant.errors import RolandError
from assistant.handoff.tools import HandoffTools, Promise
from assistant.model import (
    CallEnding,
    Ending,
    Handoff,
    HandoffState,
    Mode,
    Notice,
    NoticeKind,
    PhoneCall,
)
from assistant.phone.tools import OfficeRules
from assistant.ports import CallStore

_log = structlog.get_logger(__name__)


class CallWatch:
    """Looks after calls that nobody ends. Any number of workers may: the store lets one of them win."""

    def __init__(
        self, tools: HandoffTools, calls: CallStore, promise: Promise, rules: OfficeRules | None = None
    ) -> None:
        """``promise``: what people get to whom nobody came; asked twice for one hand-off, it is the same."""
        self._tools = tools
        self._calls = calls
        self._promise = promise
        self._rules = rules or OfficeRules()

    def running(self, every: timedelta = timedelta(seconds=5)) -> AbstractAsyncContextManager[None]:
        """While the server runs, with a telephone line or without one: a line may have died elsewhere."""
        return repeated(self.look, every)

    async def look(self) -> None:
        """One look; what fails in one call keeps no other from being looked after."""
        now = self._tools.clock.now()
        try:
            lost = [call for call in await self._calls.running() if now - call.seen_at > self._rules.lost_after]
            waiting = [handoff for handoff in await self._tools.handoffs.waiting() if handoff.is_call]
        except RolandError as error:
            _log.error("calls not looked after", code=error.code)
            return
        for call in lost:
            await self._safely(self._lose(call, now))
        for handoff in waiting:
            await self._safely(self._end_wait(handoff, now))

    async def _safely(self, work: Awaitable[None]) -> None:
        try:
            await work
        except RolandError as error:  # deleted, taken, or not there to be asked: the next look sees
            _log.info("call changed meanwhile", code=error.code)

    async def _lose(self, call: PhoneCall, now: datetime) -> None:
        """The line is dead. Who waited and can be rung stays in the queue; all else is over."""
        handoff = await self._tools.handoffs.current(call.conversation_id)
        if handoff is None or not (handoff.caller or handoff.state is HandoffState.CLAIMED or call.is_passed_on):
            await self._tools.conversations.close(call.conversation_id, _notice(NoticeKind.CLOSED, now))
        elif not call.is_passed_on:
            lost = Notice(f"{NoticeKind.CALL_LOST}-{handoff.id}"[:64], NoticeKind.CALL_LOST, now)
            await self._tools.handoffs.announce(call.conversation_id, lost)
        await self._calls.end(call.conversation_id, CallEnding.LOST, now)
        await self._tell(call.conversation_id)
        _log.warning("call lost", trunk=call.trunk, reference=call.reference)

    async def _end_wait(self, handoff: Handoff, now: datetime) -> None:
        call = await self._calls.of_conversation(handoff.conversation_id)
        if call is not None and call.is_running:
            return
        if call is not None and call.is_passed_on:
            await self._end_served(handoff, call.passed_on_at or handoff.waits_since, now)
        elif not await self._is_anybody_there(now):
            conversation = await self._tools.conversations.get(handoff.conversation_id)
            promised = await self._promise(conversation, handoff)
            notice = replace(_notice(NoticeKind.NOBODY_CAME, now), values=promised)
            await self._end(handoff, Ending.NOBODY_CAME, notice)

    async def _end_served(self, handoff: Handoff, passed_on_at: datetime, now: datetime) -> None:
        """Somebody has answered by telephone; their desk need not have been open."""
        if now - max(passed_on_at, handoff.waits_since) >= self._rules.untaken_after:
            await self._end(handoff, Ending.PASSED_ON, _notice(NoticeKind.CLOSED, now))

    async def _end(self, handoff: Handoff, ending: Ending, notice: Notice) -> None:
        await self._tools.handoffs.end(handoff.id, ending, Mode.CLOSED, notice)
        await self._tell(handoff.conversation_id)

    async def _is_anybody_there(self, now: datetime) -> bool:
        return self._tools.calendar.is_open(now) and bool(await self._tools.present())

    async def _tell(self, conversation_id: str) -> None:
        await self._tools.tell(conversation_id)
        await self._tools.tell_desk()


def _notice(kind: NoticeKind, at: datetime) -> Notice:
    return Notice(secrets.token_urlsafe(16), kind, at)
