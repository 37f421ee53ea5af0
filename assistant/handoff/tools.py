"""What the hand-off works with, and a city's rules for it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from assistant.bus import DESK_TOPIC, topic_of
from assistant.handoff.uptime import Uptime
from assistant.model import Attendance, Conversation, Handoff, Presence
from assistant.ports import (
    AttendanceStore,
    CallStore,
    Catalogue,
    Clock,
    ConversationStore,
    EmergencyDetector,
    EventBus,
    FormLibrary,
    HandoffStore,
    OpeningCalendar,
    PersonalDataMasker,
    SwitchBoard,
)

_LONGEST_OUTAGE = timedelta(minutes=15)
"""Whoever was silent for longer before the server came back had left their desk without a word."""

Promise = Callable[[Conversation, Handoff], Awaitable[dict[str, str]]]
"""Turns a hand-off that nobody came to into something with a due date; gives the values of the notice that tells it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a city runs its chat with people.

    ``chats_per_agent``: at once; ``gone_after``: an agent not seen for so long is gone, and what they had goes back to
    the queue; ``reserved_for``: how long a chat waits for the colleague it was passed to, before anybody may take it;
    ``topics``: services that Roland leaves to people; ``failures``: from so many questions in a row without an answer a
    wish for a person counts as caused by them; ``calls_to``: the number or SIP address callers are put through to,
    empty where nobody takes calls.
    """

    chats_per_agent: int = 3
    gone_after: timedelta = timedelta(seconds=90)
    reserved_for: timedelta = timedelta(minutes=2)
    first_team: str = "btb"
    teams: tuple[str, ...] = ("btb",)
    topics: frozenset[str] = frozenset()
    failures: int = 2
    calls_to: str = ""


@dataclass(frozen=True, slots=True)
class HandoffTools:
    """The ports behind Reception, Desk and Watch, wired by ``assistant.bootstrap``."""

    handoffs: HandoffStore
    conversations: ConversationStore
    attendance: AttendanceStore
    catalogue: Catalogue
    calendar: OpeningCalendar
    masker: PersonalDataMasker
    emergency: EmergencyDetector
    bus: EventBus
    clock: Clock
    rules: Rules = field(default_factory=Rules)
    uptime: Uptime = field(default_factory=Uptime)
    switches: SwitchBoard | None = None
    forms: FormLibrary | None = None
    calls: CallStore | None = None
    """The calls on the telephone line, where there is one."""

    async def seen(self) -> tuple[Attendance, ...]:
        """Who has been seen lately, and what they said of themselves.

        After a restart or a break of the server, whoever was seen shortly before has as long as anybody to find back.
        """
        now, patience = self.clock.now(), self.rules.gone_after
        unseen = _LONGEST_OUTAGE if self.uptime.is_younger_than(patience, now) else timedelta()
        return await self.attendance.attendance(now - patience - unseen)

    async def present(self) -> tuple[Attendance, ...]:
        """Who is at the desk, on a break or not."""
        return tuple(one for one in await self.seen() if one.presence is not Presence.AWAY)

    async def tell(self, conversation_id: str) -> None:
        """Tell who looks at the conversation that something has changed."""
        await self.bus.publish(topic_of(conversation_id), {"type": "transcript"})

    async def tell_desk(self) -> None:
        """Tell the desks, and everybody who waits, that the queue has changed."""
        await self.bus.publish(DESK_TOPIC, {"type": "queue"})
