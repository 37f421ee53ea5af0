"""Nobody waits for nothing: chats of agents who are gone are freed, vain waits end with a promise that has a date."""

import secrets
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from assistant.beside import repeated
from assistant.errors import HandoffError, RolandError
from assistant.handoff.tools import HandoffTools, Promise
from assistant.model import Ending, Handoff, Mode, Notice, NoticeKind, is_outside

_log = structlog.get_logger(__name__)


class Watch:
    """Looks after what nobody else ends. Any number of workers may do so at once: the store lets one of them win."""

    def __init__(self, tools: HandoffTools, promise: Promise) -> None:
        """``promise``: what people get to whom nobody came; asked twice for one hand-off, it is the same."""
        self._tools = tools
        self._promise = promise

    def running(self, every: timedelta = timedelta(seconds=5)) -> AbstractAsyncContextManager[None]:
        """While the server runs."""
        self._tools.uptime.begin(self._tools.clock.now())
        return repeated(self.look, every)

    async def look(self) -> None:
        """One look; to be repeated every few seconds. What fails in one part keeps no other from being done."""
        now = self._tools.clock.now()
        self._tools.uptime.go_on(now)
        for step in (self._take_from_the_gone, self._free_the_reserved, self._end_vain_waits, self._mask_what_is_over):
            try:
                await step(now)
            except RolandError as error:
                _log.error("hand-offs not looked after", step=step.__name__, code=error.code)

    async def _take_from_the_gone(self, now: datetime) -> None:
        there = {one.agent_id for one in await self._tools.present()}
        for handoff in await self._tools.handoffs.claimed():
            # Whoever answers in another system has no desk here that could fall silent.
            if handoff.agent_id not in there and not is_outside(handoff.agent_id):
                lost = _notice(NoticeKind.AGENT_LOST, now)
                await self._change(handoff, self._tools.handoffs.pass_on(handoff.id, None, lost, team=handoff.team))

    async def _free_the_reserved(self, now: datetime) -> None:
        there = {one.agent_id for one in await self._tools.present()}
        for handoff in await self._tools.handoffs.waiting():
            is_late = now - handoff.waits_since >= self._tools.rules.reserved_for
            if handoff.agent_id is not None and (is_late or handoff.agent_id not in there):
                await self._tools.handoffs.open_to_all(handoff.id)
                await self._tools.tell_desk()

    async def _end_vain_waits(self, now: datetime) -> None:
        if self._tools.calendar.is_open(now) and await self._tools.present():
            return
        for handoff in await self._tools.handoffs.waiting():
            if handoff.is_call:
                continue  # whoever is on the line hears it there, see assistant.phone.watch
            conversation = await self._tools.conversations.get(handoff.conversation_id)
            promised = await self._promise(conversation, handoff)
            notice = replace(_notice(NoticeKind.NOBODY_CAME, now), values=promised)
            ending = self._tools.handoffs.end(handoff.id, Ending.NOBODY_CAME, Mode.WITH_BOT, notice)
            await self._change(handoff, ending)

    async def _mask_what_is_over(self, _now: datetime) -> None:
        mask = self._tools.masker.mask
        for conversation_id, turn in await self._tools.conversations.left_as_written():
            said = turn.utterance
            masked = replace(said, text=mask(said.text).text, choice=mask(said.choice).text if said.choice else None)
            await self._tools.conversations.mask(conversation_id, masked)

    async def _change(self, handoff: Handoff, change: Awaitable[Handoff]) -> None:
        """Make a change and tell it, unless another worker, or an agent who came back, was quicker."""
        try:
            await change
        except HandoffError as error:
            _log.info("hand-off changed meanwhile", code=error.code)
            return
        await self._tools.tell(handoff.conversation_id)
        await self._tools.tell_desk()


def _notice(kind: NoticeKind, at: datetime) -> Notice:
    return Notice(secrets.token_urlsafe(16), kind, at)
