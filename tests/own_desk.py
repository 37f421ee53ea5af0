"""Roland's own desk behind the port of chat platforms: another Roland could hand its chats over to it."""

from dataclasses import replace
from datetime import datetime

from assistant.errors import ConversationNotFoundError
from assistant.handoff.desk import Draft
from assistant.model import (
    Agent,
    AgentMessage,
    AgentRole,
    Case,
    CaseAgent,
    CaseMessage,
    CaseStatus,
    CaseView,
    Channel,
    Conversation,
    DialogueState,
    Ending,
    Handoff,
    HandoffReason,
    HandoffState,
    Mode,
    Note,
    Notice,
    NoticeKind,
    Presence,
    Utterance,
)
from tests.handoff.conftest import House


def _notice(kind: NoticeKind, at: datetime) -> Notice:
    return Notice(f"{kind}", kind, at)


class OwnDesk:
    """Implements ``assistant.ports.ChatPlatform`` over a house. A case is a conversation, and its hand-off."""

    name = "own"

    def __init__(self, house: House) -> None:
        self._house = house
        self._tools = house.tools

    async def open(self, case: Case) -> str:
        now = self._tools.clock.now()
        try:
            await self._tools.conversations.get(case.id)
        except ConversationNotFoundError:
            state = DialogueState(language=case.language)
            await self._tools.conversations.create(Conversation(case.id, Channel.WEB, now, now, state=state))
        handoff = Handoff(case.id, case.id, HandoffReason.REQUEST, case.language, Channel.WEB, now, now, team="btb")
        await self._tools.handoffs.queue(handoff, _notice(NoticeKind.QUEUED, now))
        await self.note(case.id, case.id, f"{case.title}\n\n{case.briefing}")
        return case.id

    async def note(self, ref: str, note_id: str, text: str) -> None:
        await self._tools.handoffs.write_note(Note(note_id, ref, "Roland", text, self._tools.clock.now()), "roland")

    async def forward(self, ref: str, message_id: str, text: str) -> None:
        said = Utterance(text, Channel.WEB, self._tools.clock.now(), message_id)
        await self._tools.conversations.accept(ref, said, said)

    async def close(self, ref: str, note_id: str, text: str) -> None:
        await self.note(ref, note_id, text)
        notice = _notice(NoticeKind.WITHDRAWN, self._tools.clock.now())
        await self._tools.handoffs.end(ref, Ending.WITHDRAWN, Mode.CLOSED, notice)

    async def look(self, ref: str) -> CaseView:
        handoff = await self._tools.handoffs.get(ref)
        told = [entry.content for entry in await self._tools.conversations.transcript(ref)]
        answers = [content for content in told if isinstance(content, AgentMessage)]
        is_back = handoff.ending is Ending.TO_BOT
        over = CaseStatus.GIVEN_BACK if is_back else CaseStatus.CLOSED
        name = answers[-1].agent_name if answers else ""
        return CaseView(
            over if handoff.state is HandoffState.ENDED else CaseStatus.OPEN,
            CaseAgent(handoff.agent_id, name) if handoff.agent_id else None,
            tuple(
                CaseMessage(answer.id, CaseAgent(handoff.agent_id or "", answer.agent_name), answer.text)
                for answer in answers
            ),
        )

    async def agents(self) -> tuple[CaseAgent, ...]:
        since = self._tools.clock.now() - self._tools.rules.gone_after
        seen = await self._tools.attendance.attendance(since)
        return tuple(CaseAgent(one.agent_id, "") for one in seen if one.presence is Presence.AVAILABLE)

    async def ping(self) -> None:
        await self._tools.handoffs.ping()


class OwnStaff:
    """The people at that desk."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def come(self, agent_id: int, name: str) -> None:
        """Somebody takes chats from now on."""
        await self._house.desk.report(_agent(agent_id, name), Presence.AVAILABLE)

    async def assign(self, ref: str, agent_id: int, name: str) -> None:
        """Somebody takes it."""
        await self._house.desk.claim(_agent(agent_id, name), ref)

    async def answer(self, ref: str, agent_id: int, name: str, text: str, *, private: bool = False) -> None:
        """Somebody writes to the person, or for colleagues only."""
        await self.assign(ref, agent_id, name)
        if private:
            await self._house.desk.write_note(_agent(agent_id, name), ref, text)
        else:
            await self._house.desk.say(_agent(agent_id, name), ref, Draft(text))

    async def give_back(self, ref: str, agent_id: int, name: str) -> None:
        """Roland shall answer again."""
        await self._house.desk.give_back(_agent(agent_id, name), ref, reason="")

    async def end(self, ref: str, agent_id: int, name: str) -> None:
        """It is done."""
        await self._house.desk.close(_agent(agent_id, name), ref, Ending.SOLVED)

    async def said(self, ref: str) -> list[str]:
        """What has come from the person."""
        return [turn.utterance.text for turn in await self._house.tools.conversations.turns(ref)]

    async def notes(self, ref: str) -> list[str]:
        """What only staff reads."""
        return [note.text for note in await self._house.tools.handoffs.notes(ref)]


def _agent(agent_id: int, name: str) -> Agent:
    return replace(Agent(str(agent_id), "", name, frozenset({AgentRole.AGENT})), login=str(agent_id))
