"""The citizen's side of the hand-off: is somebody there, where do I stand, I would rather not wait."""

import secrets
from datetime import datetime, timedelta

from assistant.handoff.tools import HandoffTools
from assistant.handoff.wait import expected_wait, usual_length
from assistant.model import (
    Attendance,
    Availability,
    Channel,
    Conversation,
    DialogueState,
    Ending,
    Handoff,
    HandoffReason,
    HandoffState,
    Mode,
    Notice,
    NoticeKind,
    Presence,
    QueuePlace,
    SwitchName,
    Utterance,
)

_LATELY = timedelta(hours=4)
_IN_NEED, _URGENT = 5, 10


class Reception:
    """Lets people wait for a person. Implements ``assistant.ports.PeopleLine``."""

    def __init__(self, tools: HandoffTools) -> None:
        self._tools = tools

    # ── is somebody there? ─────────────────────────────────────────────────────────────────────────────────────────

    async def availability(self, channel: Channel = Channel.WEB) -> Availability:
        """Whether a person can be reached now: in the chat, and how long that would take, or by telephone."""
        now = self._tools.clock.now()
        if channel is Channel.PHONE:
            return await self._by_phone(now)
        if not self._tools.calendar.is_open(now) or not await self._is_on(SwitchName.CHAT):
            return Availability()
        waiting = await self._line()
        taking, free = await self._free_places()
        at_once = len(taking) * self._tools.rules.chats_per_agent
        wait = expected_wait(len(waiting) + 1, free, at_once, await self._length(now))
        return Availability(is_open=True, agents=len(taking), waiting=len(waiting), wait=wait)

    async def _by_phone(self, now: datetime) -> Availability:
        """Callers are put through to people's own telephones, which have a queue of their own."""
        is_open = bool(self._tools.rules.calls_to) and self._tools.calendar.is_open(now)
        if not is_open or not await self._is_on(SwitchName.PHONE):
            return Availability()
        taking, _ = await self._free_places()
        return Availability(is_open=True, agents=len(taking))

    async def _is_on(self, name: SwitchName) -> bool:
        """Whether a supervisor has left that way to people switched on."""
        switches = self._tools.switches
        return switches is None or (await switches.state(name)).is_on

    async def _line(self) -> tuple[Handoff, ...]:
        """Who waits in the chat; callers wait elsewhere."""
        return tuple(handoff for handoff in await self._tools.handoffs.waiting() if not handoff.is_call)

    async def place(self, conversation_id: str) -> QueuePlace | None:
        """Where the conversation stands in the queue; None where it does not wait."""
        return (await self.places()).get(conversation_id)

    async def places(self) -> dict[str, QueuePlace]:
        """Where everybody stands who waits, by conversation."""
        now = self._tools.clock.now()
        waiting = await self._line()
        if not waiting:
            return {}
        taking, free = await self._free_places()
        length = await self._length(now)
        at_once = len(taking) * self._tools.rules.chats_per_agent
        return {
            handoff.conversation_id: QueuePlace(place, expected_wait(place, free, at_once, length))
            for place, handoff in enumerate(waiting, start=1)
        }

    async def _free_places(self) -> tuple[tuple[Attendance, ...], int]:
        """Who takes chats, and how many more they could take right now."""
        taking = tuple(one for one in await self._tools.seen() if one.presence is Presence.AVAILABLE)
        at_work = {one.agent_id for one in taking}
        claimed = await self._tools.handoffs.claimed()
        busy = sum(handoff.agent_id in at_work and not handoff.is_call for handoff in claimed)
        return taking, max(0, len(taking) * self._tools.rules.chats_per_agent - busy)

    async def _length(self, now: datetime) -> timedelta:
        """How long one chat takes these hours."""
        return usual_length(await self._tools.handoffs.ended_since(now - _LATELY))

    # ── waiting ────────────────────────────────────────────────────────────────────────────────────────────────────

    def wish(self, conversation: Conversation, state: DialogueState, caller: str = "") -> tuple[Handoff, Notice]:
        """The hand-off that a conversation's wish for a person begins, with the notice of it.

        ``caller``: the number of who calls, where it is known.
        """
        now = self._tools.clock.now()
        reason = self._reason(state)
        handoff = Handoff(
            id=secrets.token_urlsafe(16),
            conversation_id=conversation.id,
            reason=reason,
            language=state.language,
            channel=conversation.channel,
            asked_at=now,
            waits_since=now,
            team=self._tools.rules.first_team,
            service_id=state.service_id,
            priority=_IN_NEED if reason is HandoffReason.DISTRESS else 0,
            caller=caller,
        )
        return handoff, Notice(secrets.token_urlsafe(16), NoticeKind.QUEUED, now)

    def _reason(self, state: DialogueState) -> HandoffReason:
        rules = self._tools.rules
        if state.distress is not None:
            return HandoffReason.DISTRESS
        if state.failures >= rules.failures:
            return HandoffReason.FAILURES
        return HandoffReason.TOPIC if state.service_id in rules.topics else HandoffReason.REQUEST

    async def heard(self, conversation_id: str, utterance: Utterance) -> None:
        """Something was said to people. Acute danger is answered at once: they may be long in coming."""
        kind = self._danger(utterance.text)
        if kind is not None:
            notice = Notice(f"{kind}-{utterance.id}"[:64], kind, self._tools.clock.now())
            await self._tools.handoffs.announce(conversation_id, notice)
            if (handoff := await self._tools.handoffs.current(conversation_id)) is not None:
                await self._tools.handoffs.raise_priority(handoff.id, _URGENT)
                await self._tools.tell_desk()
        await self._tools.tell(conversation_id)

    def _danger(self, text: str) -> NoticeKind | None:
        if self._tools.emergency.is_crisis(text):
            return NoticeKind.CRISIS
        return NoticeKind.EMERGENCY if self._tools.emergency.is_emergency(text) else None

    async def queued(self, conversation_id: str) -> None:
        """A conversation waits from now on."""
        await self._tools.tell(conversation_id)
        await self._tools.tell_desk()

    async def leave(self, conversation_id: str) -> Handoff | None:
        """Back to Roland, out of the queue or from an agent; None where there is nothing to leave."""
        handoff = await self._tools.handoffs.current(conversation_id)
        if handoff is None:
            return None
        ending = Ending.WITHDRAWN if handoff.state is HandoffState.WAITING else Ending.PERSON_LEFT
        notice = Notice(secrets.token_urlsafe(16), NoticeKind.WITHDRAWN, self._tools.clock.now())
        handoff = await self._tools.handoffs.end(handoff.id, ending, Mode.WITH_BOT, notice)
        await self._tools.tell(conversation_id)
        await self._tools.tell_desk()
        return handoff

    async def latest(self, conversation_id: str) -> Handoff | None:
        """The conversation's last hand-off, open or ended."""
        known = await self._tools.handoffs.of_conversation(conversation_id)
        return known[-1] if known else None

    async def rate(self, conversation_id: str, *, is_solved: bool) -> Handoff | None:
        """Keep the answer to "Is your question solved?" for the last hand-off; None where there was none."""
        handoff = await self.latest(conversation_id)
        return await self._tools.handoffs.rate(handoff.id, is_solved=is_solved) if handoff else None
