"""Hand-offs as chats on another platform: the person's words go there, its people's answers come back.

Its people are agents of Roland's by another name, and everything they do goes through the desk: the conversation's
state machine stays the only way to change who speaks.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from assistant.casework.bridge import Bridge, unseen
from assistant.casework.briefing import chat_briefing, chat_facts, chat_title
from assistant.casework.tools import CaseworkTools, agent_of, case_id
from assistant.errors import HandoffError, HandoffNotFoundError
from assistant.handoff.desk import Desk, Draft
from assistant.handoff.packet import make_packet
from assistant.handoff.tools import HandoffTools
from assistant.model import (
    Agent,
    Case,
    CaseAgent,
    CaseKind,
    CaseLink,
    CaseStatus,
    CaseView,
    Ending,
    Handoff,
    HandoffState,
    Mode,
    Notice,
    NoticeKind,
    Presence,
    TranscriptEntry,
    Turn,
    is_outside,
    outside_id,
)
from assistant.ports import ChatPlatform

_log = structlog.get_logger(__name__)
_TEAM = CaseAgent("team", "")
_DANGER = (NoticeKind.EMERGENCY, NoticeKind.CRISIS)


class ChatBridge(Bridge):
    """Between Roland's hand-offs and a chat platform."""

    every = timedelta(seconds=1)

    def __init__(self, platform: ChatPlatform, tools: CaseworkTools, handing_off: HandoffTools, desk: Desk) -> None:
        super().__init__(platform.name, CaseKind.CHAT, tools)
        self._platform = platform
        self._handing_off = handing_off
        self._desk = desk

    # ── when to do something ───────────────────────────────────────────────────────────────────────────────────────

    async def look(self) -> None:
        now = self._tools.clock.now()
        for own_id, revision in await self._tools.links.behind(self.system):
            await self._ask_for(CaseLink(self.system, self.kind, own_id, now), f"at-{revision}")
        await self._look_at_silent_ones(now)

    async def report_who_is_there(self) -> None:
        """Let people be offered a chat as long as the platform's people take one; raises ConnectorError."""
        for agent in await self._platform.agents():
            known = outside_id(self.system, agent.id)
            await self._handing_off.attendance.report(known, Presence.AVAILABLE, self._tools.clock.now())

    async def typing(self, own_id: str, agent: CaseAgent) -> None:
        handoff = await self._handing_off.handoffs.get(own_id)
        if handoff.agent_id is not None and is_outside(handoff.agent_id):
            await self._desk.typing(self._agent(agent, known=handoff.agent_id), own_id)

    async def _exists(self, own_id: str) -> bool:
        return await self._handoff(own_id) is not None

    # ── both sides ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _bring_up_to_date(self, link: CaseLink) -> None:
        handoff = await self._handoff(link.own_id)
        if link.closed_at is not None and handoff is not None and handoff.state is HandoffState.WAITING:
            link = CaseLink(self.system, self.kind, link.own_id, self._tools.clock.now())
        if link.closed_at is not None:
            return
        if handoff is None:
            await self._close(link, "gone", self._tools.say("chat.deleted"))
        elif link.ref is None and (handoff.state is HandoffState.ENDED or self._is_taken_here(handoff)):
            await self._keep_closed(link)
        else:
            link = await self._send(link, handoff)
            await self._end_or_take_over(link, handoff)

    async def _end_or_take_over(self, link: CaseLink, handoff: Handoff) -> None:
        if handoff.state is HandoffState.ENDED:
            await self._close(link, "ended", self._tools.say(f"chat.ended.{handoff.ending}"))
        elif self._is_taken_here(handoff):
            await self._close(link, "taken", self._tools.say("chat.taken"))
        else:
            await self._take_over(link, handoff)

    def _is_taken_here(self, handoff: Handoff) -> bool:
        theirs = outside_id(self.system, "")
        return handoff.state is HandoffState.CLAIMED and not (handoff.agent_id or "").startswith(theirs)

    async def _handoff(self, own_id: str) -> Handoff | None:
        try:
            return await self._handing_off.handoffs.get(own_id)
        except HandoffNotFoundError:
            return None

    # ── there ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _send(self, link: CaseLink, handoff: Handoff) -> CaseLink:
        transcript = await self._handing_off.conversations.transcript(handoff.conversation_id)
        if link.ref is None:
            link = await self._open(link, handoff, transcript)
        ref = link.ref or ""
        for entry in sorted(transcript, key=lambda entry: entry.revision):
            if entry.revision > link.sent:
                await self._tell(ref, entry)
                link = await self._kept(replace(link, sent=entry.revision))
        return link

    async def _open(self, link: CaseLink, handoff: Handoff, transcript: Sequence[TranscriptEntry]) -> CaseLink:
        begun = _begin_of_wait(handoff, transcript)
        conversation = await self._handing_off.conversations.get(handoff.conversation_id)
        # What was said since goes there as messages.
        before = [entry for entry in transcript if entry.revision <= begun]
        packet = make_packet(handoff, conversation, before, self._handing_off.catalogue, forms=self._handing_off.forms)
        name = case_id(self.system, handoff.id, handoff.waits_since.isoformat())
        case = Case(
            id=name,
            title=chat_title(packet, self._tools),
            guest=self._tools.say("guest", name=name[:4].upper()),
            briefing=chat_briefing(packet, self._tools),
            language=packet.language,
            facts=chat_facts(packet),
            is_urgent=handoff.priority > 0,
        )
        return await self._kept(replace(link, ref=await self._platform.open(case), sent=begun))

    async def _tell(self, ref: str, entry: TranscriptEntry) -> None:
        content = entry.content
        if isinstance(content, Turn) and content.answer is None and content.mode is not Mode.WITH_BOT:
            await self._platform.forward(ref, content.utterance.id, content.utterance.text)
        elif isinstance(content, Notice) and content.kind in _DANGER:
            await self._platform.note(ref, content.id, self._tools.say(f"chat.{content.kind}"))

    async def _close(self, link: CaseLink, why: str, text: str) -> None:
        if link.ref is not None:
            await self._platform.close(link.ref, why, text)
        await self._keep_closed(link)

    async def _keep_closed(self, link: CaseLink) -> None:
        await self._kept(replace(link, closed_at=self._tools.clock.now()))

    async def _kept(self, link: CaseLink) -> CaseLink:
        await self._tools.links.keep(link)
        return link

    # ── and back ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _take_over(self, link: CaseLink, handoff: Handoff) -> None:
        view = await self._platform.look(link.ref or "")
        now = self._tools.clock.now()
        link = await self._kept(replace(link, looked_at=now, escalates_at=view.escalates_at))
        try:
            await self._apply(view, link, handoff)
        except HandoffError as error:
            # The person left, or somebody here was quicker: that is a change too, and brings the next look.
            _log.info("hand-off changed meanwhile", system=self.system, code=error.code)

    async def _apply(self, view: CaseView, link: CaseLink, handoff: Handoff) -> None:
        new, is_over = unseen(view, link), view.status is not CaseStatus.OPEN
        handoff = await self._hand_to(view.agent, new[0].agent if new else None, handoff, is_over=is_over)
        for message in new:
            # Whoever wrote it is named; whose chat it is stays.
            author = self._agent(message.agent, known=handoff.agent_id)
            await self._desk.say(author, handoff.id, Draft(message.text, f"{self.system}-{message.id}"))
            link = await self._kept(replace(link, seen=message.id))
        if is_over:
            await self._end(view.status, self._agent(view.agent or _TEAM, known=handoff.agent_id), handoff.id)
            await self._keep_closed(link)

    async def _hand_to(
        self, assigned: CaseAgent | None, author: CaseAgent | None, handoff: Handoff, *, is_over: bool
    ) -> Handoff:
        """To whom it is assigned there; where nobody is, to whoever answers first, or ends it."""
        if handoff.state is HandoffState.CLAIMED:
            if assigned is None or handoff.agent_id == outside_id(self.system, assigned.id):
                return handoff
            holder = self._agent(_TEAM, known=handoff.agent_id)
            await self._desk.pass_on(holder, handoff.id, reason="", team=handoff.team, to=self._agent(assigned))
        taker = assigned or author or (_TEAM if is_over else None)
        return handoff if taker is None else await self._desk.claim(self._agent(taker), handoff.id, has_limit=False)

    async def _end(self, status: CaseStatus, agent: Agent, handoff_id: str) -> None:
        if status is CaseStatus.GIVEN_BACK:
            await self._desk.give_back(agent, handoff_id, reason="")
        else:
            await self._desk.close(agent, handoff_id, Ending.SOLVED)

    def _agent(self, agent: CaseAgent, known: str | None = None) -> Agent:
        told = agent_of(self.system, agent, self._tools.say("agent"))
        return replace(told, id=known) if known else told


def _begin_of_wait(handoff: Handoff, transcript: Sequence[TranscriptEntry]) -> int:
    """The revision of the notice by which the latest wait began."""
    return max(
        (
            entry.revision
            for entry in transcript
            if isinstance(entry.content, Notice) and entry.content.at == handoff.waits_since
        ),
        default=0,
    )
