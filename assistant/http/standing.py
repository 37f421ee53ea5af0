"""How a conversation stands with people: waiting and for how long, with whom, or over and to be rated."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from assistant.handoff.reception import Reception
from assistant.model import Conversation, HandoffState, Mode, Notice, NoticeKind, QueuePlace, TranscriptEntry, Turn
from assistant.service import ConversationService

_OVER = frozenset({NoticeKind.TO_BOT, NoticeKind.WITHDRAWN, NoticeKind.CLOSED})


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page tells of it.

    ``ahead``: people before this one in the queue, ``minutes``: how long the wait will be about; each None where it is
    not known. ``agent`` is the name of who took over last. ``asks``: whether the page asks if the question is solved,
    ``is_solved`` what was answered.
    """

    mode: Mode = Mode.WITH_BOT
    ahead: int | None = None
    minutes: int | None = None
    agent: str = ""
    asks: bool = False
    is_solved: bool | None = None

    @property
    def is_with_people(self) -> bool:
        """Whether people answer, or are waited for."""
        return self.mode in (Mode.QUEUED, Mode.WITH_AGENT)


WITH_ROLAND = Standing()


async def read(
    conversations: ConversationService, conversation_id: str
) -> tuple[Conversation, tuple[TranscriptEntry, ...]]:
    """A conversation with its transcript, both of one time: who speaks, and the notice that says so.

    Raises ConversationNotFoundError.
    """
    conversation = await conversations.get(conversation_id)
    while True:
        transcript = await conversations.transcript(conversation_id)
        afterwards = await conversations.get(conversation_id)
        if afterwards.mode is conversation.mode:
            return afterwards, transcript
        conversation = afterwards


async def standing_of(
    conversation: Conversation, transcript: Sequence[TranscriptEntry], reception: Reception | None
) -> Standing:
    """How things stand right now."""
    agent = _latest_agent(transcript)
    match conversation.mode:
        case Mode.QUEUED if reception is not None:
            place = await reception.place(conversation.id)
            if place is None:  # taken or left since the conversation was read
                return Standing(Mode.QUEUED)
            return at_place(place)
        case Mode.WITH_BOT | Mode.CLOSED if reception is not None and _has_just_ended(transcript):
            handoff = await reception.latest(conversation.id)
            asks = handoff is not None and handoff.state is HandoffState.ENDED and handoff.claimed_at is not None
            solved = handoff.is_solved if handoff is not None else None
            return Standing(conversation.mode, agent=agent, asks=asks, is_solved=solved)
        case mode:
            return Standing(mode, agent=agent)


def at_place(place: QueuePlace) -> Standing:
    """How things stand with somebody at that place of the queue."""
    minutes = None if place.wait is None else ceil(place.wait.total_seconds() / 60)
    return Standing(Mode.QUEUED, place.place - 1, minutes)


def _latest_agent(transcript: Sequence[TranscriptEntry]) -> str:
    notices = (entry.content for entry in reversed(transcript) if isinstance(entry.content, Notice))
    return next((notice.values.get("agent", "") for notice in notices if notice.kind is NoticeKind.CLAIMED), "")


def _has_just_ended(transcript: Sequence[TranscriptEntry]) -> bool:
    """Whether people have done with the conversation, and nothing has been said since."""
    for entry in reversed(transcript):
        match entry.content:
            case Turn():
                return False
            case Notice(kind=kind) if kind in _OVER:
                return True
    return False
