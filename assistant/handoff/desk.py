"""The agents' side of the hand-off: take the next, answer, pass on, give back, close.

Every change is made in the store, in one transaction, before anybody is told of it; who was away reads it there.
"""

import secrets
from dataclasses import dataclass

from assistant.bus import topic_of
from assistant.errors import ConversationNotFoundError, HandoffTakenError
from assistant.handoff.packet import Packet, make_packet
from assistant.handoff.tools import HandoffTools
from assistant.model import (
    Agent,
    AgentMessage,
    Block,
    Conversation,
    Ending,
    Handoff,
    Language,
    Mode,
    Note,
    Notice,
    NoticeKind,
    PhoneCall,
    Presence,
    TranscriptEntry,
)


@dataclass(frozen=True, slots=True)
class OpenChat:
    """Everything an agent sees of one chat; ``revision`` is that of its latest change."""

    handoff: Handoff
    conversation: Conversation
    transcript: tuple[TranscriptEntry, ...]
    packet: Packet
    notes: tuple[Note, ...]
    call: PhoneCall | None = None

    @property
    def revision(self) -> int:
        """Up to which change this is."""
        return max((entry.revision for entry in self.transcript), default=0)


@dataclass(frozen=True, slots=True)
class OpenCall:
    """What can be seen of one call, whoever speaks with the caller; ``handoff`` is its latest."""

    call: PhoneCall
    conversation: Conversation
    handoff: Handoff | None
    transcript: tuple[TranscriptEntry, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What an agent wants to say; ``id`` makes sending it twice harmless."""

    text: str
    id: str = ""
    blocks: tuple[Block, ...] = ()
    language: Language = Language.DE
    translation: str | None = None


class Desk:
    """What agents do. Whoever calls has made sure that the agent may."""

    def __init__(self, tools: HandoffTools) -> None:
        self._tools = tools

    # ── looking ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def waiting(self) -> tuple[Handoff, ...]:
        """The queue, in the order in which it is to be taken."""
        return await self._tools.handoffs.waiting()

    async def chats_of(self, agent: Agent) -> tuple[Handoff, ...]:
        """What an agent answers now."""
        return await self._tools.handoffs.claimed(agent.id)

    async def claimed(self) -> tuple[Handoff, ...]:
        """What anybody answers now."""
        return await self._tools.handoffs.claimed()

    async def look_at(self, handoff_id: str) -> OpenChat:
        """A chat with its packet; also before claiming it, and after its end."""
        handoff = await self._tools.handoffs.get(handoff_id)
        conversation = await self._tools.conversations.get(handoff.conversation_id)
        transcript = await self._tools.conversations.transcript(handoff.conversation_id)
        feedback = await self._tools.conversations.feedback(handoff.conversation_id)
        unhelpful = tuple(given.utterance_id for given in feedback if not given.helpful)
        packet = make_packet(
            handoff, conversation, transcript, self._tools.catalogue, forms=self._tools.forms, unhelpful=unhelpful
        )
        notes = await self._tools.handoffs.notes(conversation.id)
        return OpenChat(handoff, conversation, transcript, packet, notes, await self.call_of(handoff))

    async def call_of(self, handoff: Handoff) -> PhoneCall | None:
        """The call that a hand-off is about; None for a chat."""
        calls = self._tools.calls if handoff.is_call else None
        return await calls.of_conversation(handoff.conversation_id) if calls is not None else None

    # ── calls ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def running_calls(self) -> tuple[OpenCall, ...]:
        """Everybody on the line now, the oldest call first; without what was said."""
        calls = await self._tools.calls.running() if self._tools.calls is not None else ()
        return tuple([found for call in calls if (found := await self._open_call(call, with_words=False)) is not None])

    async def call(self, reference: str) -> OpenCall | None:
        """The call that goes by that reference, with what was said."""
        call = await self._tools.calls.of_reference(reference) if self._tools.calls is not None else None
        return await self._open_call(call) if call is not None else None

    async def _open_call(self, call: PhoneCall, *, with_words: bool = True) -> OpenCall | None:
        try:
            conversation = await self._tools.conversations.get(call.conversation_id)
            said = await self._tools.conversations.transcript(conversation.id) if with_words else ()
        except ConversationNotFoundError:
            return None  # deleted while it was read
        known = await self._tools.handoffs.of_conversation(conversation.id)
        return OpenCall(call, conversation, known[-1] if known else None, said)

    async def release(self, agent: Agent, handoff_id: str) -> Handoff:
        """The call has not reached this agent: whoever it reaches takes over; raises ValueError for a chat."""
        handoff = await self._tools.handoffs.get(handoff_id)
        if not handoff.is_call:
            raise ValueError("only a call can miss an agent")
        notice = self._notice(NoticeKind.CALL_MISSED, agent)
        handoff = await self._tools.handoffs.pass_on(handoff_id, agent.id, notice, team=handoff.team)
        await self._tell(handoff)
        return handoff

    # ── being there ────────────────────────────────────────────────────────────────────────────────────────────────

    async def report(self, agent: Agent, presence: Presence) -> None:
        """An agent takes chats, has a break, or goes."""
        await self._tools.attendance.report(agent.id, presence, self._tools.clock.now())
        await self._tools.tell_desk()

    async def seen(self, agent: Agent) -> None:
        """An agent's desk is still open."""
        await self._tools.attendance.seen(agent.id, self._tools.clock.now())

    # ── answering ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def claim(self, agent: Agent, handoff_id: str, *, has_limit: bool = True) -> Handoff:
        """Take over; raises HandoffTakenError where a colleague was quicker, or where the agent has enough to do.

        ``has_limit``: whether there is such a thing as enough for them.
        """
        if has_limit and await self.is_too_much(agent, handoff_id):
            raise HandoffTakenError(f"not more than {self._tools.rules.chats_per_agent} chats at once")
        await self._tools.attendance.seen(agent.id, self._tools.clock.now())
        handoff = await self._tools.handoffs.claim(handoff_id, agent.id, self._notice(NoticeKind.CLAIMED, agent))
        await self._tell(handoff)
        return handoff

    async def is_too_much(self, agent: Agent, handoff_id: str) -> bool:
        """Whether an agent has enough chats to take that one; who rings is never too much."""
        theirs = [handoff for handoff in await self._tools.handoffs.claimed(agent.id) if not handoff.is_call]
        if len(theirs) < self._tools.rules.chats_per_agent or any(handoff.id == handoff_id for handoff in theirs):
            return False
        return not (await self._tools.handoffs.get(handoff_id)).is_call

    async def say(self, agent: Agent, handoff_id: str, draft: Draft) -> AgentMessage:
        """Answer the person; raises NotTheAgentError where somebody else does."""
        message = AgentMessage(
            draft.id or secrets.token_urlsafe(16),
            agent.name,
            draft.text,
            self._tools.clock.now(),
            draft.language,
            draft.blocks,
            draft.translation,
        )
        stored = await self._tools.handoffs.say(handoff_id, agent.id, message)
        handoff = await self._tools.handoffs.get(handoff_id)
        await self._tools.tell(handoff.conversation_id)
        return stored

    async def typing(self, agent: Agent, handoff_id: str) -> None:
        """Let the person see that somebody is writing; nothing is kept of it."""
        handoff = await self._tools.handoffs.get(handoff_id)
        if handoff.agent_id == agent.id:
            await self._tools.bus.publish(topic_of(handoff.conversation_id), {"type": "typing", "who": "agent"})

    async def write_note(self, agent: Agent, handoff_id: str, text: str, note_id: str = "") -> Note:
        """Write something down for colleagues."""
        handoff = await self._tools.handoffs.get(handoff_id)
        note = Note(
            note_id or secrets.token_urlsafe(16), handoff.conversation_id, agent.name, text, self._tools.clock.now()
        )
        await self._tools.handoffs.write_note(note, agent.id)
        await self._tools.tell_desk()
        return note

    # ── letting go ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def pass_on(
        self, agent: Agent, handoff_id: str, *, reason: str, team: str = "", to: Agent | None = None
    ) -> Handoff:
        """To a colleague or to a team, who read the reason; the person keeps their time of asking."""
        notice = self._notice(NoticeKind.TRANSFERRED, agent)
        handoff = await self._tools.handoffs.pass_on(
            handoff_id,
            agent.id,
            notice,
            team=team or self._tools.rules.first_team,
            to=to.id if to else None,
            remark=reason,
        )
        await self._tell(handoff)
        return handoff

    async def give_back(self, agent: Agent, handoff_id: str, *, reason: str) -> Handoff:
        """Let Roland answer again."""
        return await self._end(agent, handoff_id, Ending.TO_BOT, Mode.WITH_BOT, NoticeKind.TO_BOT, reason)

    async def close(self, agent: Agent, handoff_id: str, ending: Ending, remark: str = "") -> Handoff:
        """End the conversation, for a reason that an agent may give; raises ValueError for another."""
        if not ending.is_chosen:
            raise ValueError(f"an agent does not end a chat as {ending}")
        return await self._end(agent, handoff_id, ending, Mode.CLOSED, NoticeKind.CLOSED, remark)

    async def _end(
        self, agent: Agent, handoff_id: str, ending: Ending, mode: Mode, kind: NoticeKind, remark: str
    ) -> Handoff:
        notice = self._notice(kind, agent)
        handoff = await self._tools.handoffs.end(handoff_id, ending, mode, notice, by=agent.id, remark=remark)
        await self._tell(handoff)
        return handoff

    def _notice(self, kind: NoticeKind, agent: Agent) -> Notice:
        return Notice(secrets.token_urlsafe(16), kind, self._tools.clock.now(), {"agent": agent.name})

    async def _tell(self, handoff: Handoff) -> None:
        await self._tools.tell(handoff.conversation_id)
        await self._tools.tell_desk()
