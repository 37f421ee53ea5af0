"""The way to a person, and the people."""

from datetime import datetime
from typing import Protocol

from assistant.model import (
    AgentMessage,
    Attendance,
    Availability,
    Channel,
    Ending,
    Handoff,
    Mode,
    Note,
    Notice,
    Presence,
)
from assistant.ports.operation import Pingable


class AttendanceStore(Protocol):
    """Who is at the desk."""

    async def report(self, agent_id: str, presence: Presence, at: datetime) -> None:
        """An agent was there at that moment, and this is what they said of themselves last."""
        ...

    async def seen(self, agent_id: str, at: datetime) -> None:
        """An agent is still there; nothing for one who never reported."""
        ...

    async def attendance(self, since: datetime) -> tuple[Attendance, ...]:
        """Everybody seen from that moment on, by id."""
        ...


class PeopleLine(Protocol):
    """Whether the dialogue may offer a person."""

    async def availability(self, channel: Channel) -> Availability:
        """How things stand for who comes by that channel: in the chat with people, or at the citizens' telephone."""
        ...


class ReplyPromise(Protocol):
    """Until when what is written down now is answered."""

    def due(self, at: datetime, channel: Channel) -> datetime:
        """The latest moment of the answer to what came in at that moment, in local time."""
        ...


class HandoffStore(Pingable, Protocol):
    """Keeps hand-offs with what is said in them.

    Each change is one transaction with the conversation's mode and the notice that tells it. A change that finds things
    as it wants them already changes and tells nothing, so that it may be asked for again. All changes raise
    HandoffNotFoundError.
    """

    async def get(self, handoff_id: str) -> Handoff:
        """The hand-off; raises HandoffNotFoundError."""
        ...

    async def current(self, conversation_id: str) -> Handoff | None:
        """The conversation's hand-off that has not ended; there is one at most."""
        ...

    async def of_conversation(self, conversation_id: str) -> tuple[Handoff, ...]:
        """All hand-offs of a conversation, oldest first."""
        ...

    async def waiting(self) -> tuple[Handoff, ...]:
        """All that wait, in the order in which they are to be taken: priority, then time of asking."""
        ...

    async def claimed(self, agent_id: str | None = None) -> tuple[Handoff, ...]:
        """What that agent (or any) answers now, the oldest claim first."""
        ...

    async def ended_since(self, moment: datetime) -> tuple[Handoff, ...]:
        """What has ended from that moment on, oldest first."""
        ...

    async def queue(self, handoff: Handoff, notice: Notice) -> Handoff:
        """with_bot → queued. Where one is open already, that one is returned."""
        ...

    async def claim(self, handoff_id: str, agent_id: str, notice: Notice) -> Handoff:
        """Queued → with_agent. Of several who claim one wins; the others meet HandoffTakenError."""
        ...

    async def pass_on(
        self, handoff_id: str, by: str | None, notice: Notice, *, team: str, to: str | None = None, remark: str = ""
    ) -> Handoff:
        """with_agent → queued, for a team or for one colleague. ``by`` None: its agent is gone.

        Raises NotTheAgentError where somebody else answers there.
        """
        ...

    async def open_to_all(self, handoff_id: str) -> None:
        """Let anybody of the team take what waits for one colleague."""
        ...

    async def end(
        self, handoff_id: str, ending: Ending, mode: Mode, notice: Notice, *, by: str | None = None, remark: str = ""
    ) -> Handoff:
        """The end of a hand-off, the conversation going to ``mode`` (with_bot or closed).

        ``by`` the agent who ends it, None where nobody does. Raises NotTheAgentError.
        """
        ...

    async def say(self, handoff_id: str, agent_id: str, message: AgentMessage) -> AgentMessage:
        """Store what the agent says; said again under the same id it is what was stored first.

        Raises NotTheAgentError.
        """
        ...

    async def announce(self, conversation_id: str, notice: Notice) -> None:
        """Put a notice into the conversation; the same id twice is one notice. Raises ConversationNotFoundError."""
        ...

    async def write_note(self, note: Note, agent_id: str) -> None:
        """Store a note; the same id twice is one note."""
        ...

    async def notes(self, conversation_id: str) -> tuple[Note, ...]:
        """The notes on a conversation, oldest first."""
        ...

    async def rate(self, handoff_id: str, *, is_solved: bool) -> Handoff:
        """Keep what the person says to "Is your question solved?"; the latest word counts."""
        ...

    async def raise_priority(self, handoff_id: str, priority: int) -> None:
        """Let it be taken earlier; never later."""
        ...
