"""What an agent is given to read before the first word: everything the person has said and been shown.

Nothing in it is made up: it is taken from the turns and from the catalogue, and says where it comes from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.forms.progress import Progress, progress_of
from assistant.model import (
    AgentMessage,
    Answer,
    AnswerStatus,
    Aspect,
    Channel,
    Conversation,
    FormChecklist,
    FormReview,
    FormStep,
    Handoff,
    HandoffReason,
    Language,
    Register,
    Source,
    TranscriptEntry,
    Turn,
    Utterance,
    Walk,
)
from assistant.ports import Catalogue, FormLibrary

QUESTIONS_TOLD = 5
"""So many of the latest questions are told; the others stand in the transcript."""
_ON_THE_WAY = (FormStep, FormReview, FormChecklist)
_ABOUT_NOTHING = (AnswerStatus.SMALLTALK, AnswerStatus.HANDOFF_OFFERED, AnswerStatus.HANDOFF_QUEUED)


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that Roland had no answer to, and how it said so."""

    question: str
    status: AnswerStatus


@dataclass(frozen=True, slots=True)
class Packet:
    """The hand-off in a glance. ``questions`` are the person's own words about the matter, the latest last."""

    handoff_id: str
    language: Language
    register: Register
    channel: Channel
    reason: HandoffReason
    waiting_since: datetime
    questions: tuple[str, ...]
    service_id: str | None = None
    service_title: str | None = None
    aspects: tuple[Aspect, ...] = ()
    area: str | None = None
    form: Progress | None = None
    """The form the person is in; nothing of what they entered."""
    shown: tuple[Source, ...] = ()
    failed: tuple[Failure, ...] = ()
    rated_unhelpful: tuple[str, ...] = ()
    to_people: tuple[str, ...] = ()
    """What was said while waiting for a person, and is not answered yet."""
    earlier_agents: tuple[str, ...] = ()
    remark: str = ""


def make_packet(
    handoff: Handoff,
    conversation: Conversation,
    transcript: Sequence[TranscriptEntry],
    catalogue: Catalogue,
    *,
    forms: FormLibrary | None = None,
    unhelpful: Iterable[str] = (),
) -> Packet:
    """The packet of a hand-off; ``unhelpful`` are the ids of utterances whose answers were rated so."""
    turns = [entry.content for entry in transcript if isinstance(entry.content, Turn)]
    answered = [(turn, turn.answer) for turn in turns if turn.answer is not None]
    state = conversation.state
    service_id = state.service_id or handoff.service_id
    service = catalogue.service(service_id) if service_id else None
    return Packet(
        handoff_id=handoff.id,
        language=state.language,
        register=state.register,
        channel=conversation.channel,
        reason=handoff.reason,
        waiting_since=handoff.asked_at,
        questions=tuple(
            turn.utterance.text
            for turn, answer in answered
            if turn.utterance.text and _is_about_something(answer) and not is_said_to_a_form(turn.utterance, answer)
        )[-QUESTIONS_TOLD:],
        service_id=service_id,
        service_title=service.text(Language.DE).title if service else None,
        aspects=state.aspects,
        area=state.area,
        form=_progress(state.walk, forms),
        shown=tuple(dict.fromkeys(source for _, answer in answered for source in answer.sources)),
        failed=tuple(
            Failure(turn.utterance.text, answer.status)
            for turn, answer in answered
            if answer.status.startswith(("unanswerable", "error"))
        ),
        rated_unhelpful=tuple(turn.utterance.text for turn in turns if turn.utterance.id in set(unhelpful)),
        to_people=_unanswered_by_people(transcript),
        earlier_agents=tuple(
            dict.fromkeys(entry.content.agent_name for entry in transcript if isinstance(entry.content, AgentMessage))
        ),
        remark=handoff.remark,
    )


def _progress(walk: Walk | None, forms: FormLibrary | None) -> Progress | None:
    form = forms.form(walk.form_id) if walk is not None and forms is not None else None
    return progress_of(form, walk) if form is not None and walk is not None else None


def _is_about_something(answer: Answer) -> bool:
    return answer.status not in _ABOUT_NOTHING


def is_said_to_a_form(said: Utterance, answer: Answer) -> bool:
    """Whether it led on in a form, or was entered there: such a text is no question, and may be nobody's business."""
    if said.choice is not None:
        return said.choice.startswith("form:")
    return not said.text.rstrip().endswith("?") and any(isinstance(block, _ON_THE_WAY) for block in answer.blocks)


def _unanswered_by_people(transcript: Sequence[TranscriptEntry]) -> tuple[str, ...]:
    said: list[str] = []
    for entry in transcript:
        if isinstance(entry.content, AgentMessage):
            said = []
        elif isinstance(entry.content, Turn) and entry.content.answer is None and not entry.content.is_pending:
            said.append(entry.content.utterance.text)
    return tuple(said)
