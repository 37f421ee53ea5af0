"""Whether an agent who takes over is told all that was said: nothing need be asked a second time."""

from collections.abc import Iterator, Sequence

from assistant.handoff.packet import QUESTIONS_TOLD, Packet
from assistant.model import (
    NO,
    YES,
    Answer,
    AnswerStatus,
    Canned,
    FormChecklist,
    FormReview,
    FormStep,
    SourceKind,
    Turn,
    Walk,
)

_ABOUT_A_SERVICE = (AnswerStatus.ANSWERED, AnswerStatus.ANSWERED_PARTLY)
_ABOUT_A_MATTER = (*_ABOUT_A_SERVICE, AnswerStatus.CLARIFICATION)
_ABOUT_NOTHING = (AnswerStatus.SMALLTALK, AnswerStatus.HANDOFF_OFFERED, AnswerStatus.HANDOFF_QUEUED)
_BEGUN_ANEW = Canned("dialogue.restart")


def packet_faults(packet: Packet, turns: Sequence[Turn], walk: Walk | None = None) -> Iterator[str]:
    """What the conversation held and the packet lacks, in words."""
    answered = [(turn.utterance.text, turn.answer) for turn in turns if turn.answer is not None]
    said = [
        (turn.utterance.text, turn.answer.status)
        for turn in turns
        if turn.answer is not None and turn.utterance.text and turn.answer.status not in _ABOUT_NOTHING
        if not _leads_on(turn)
    ]
    asked = [text for text, status in said[-QUESTIONS_TOLD:] if status in _ABOUT_A_MATTER]
    lacking = [text for text in asked if text not in packet.questions]
    yield from (f"packet lacks the question {text!r}" for text in lacking)
    answers = [answer for _, answer in answered]
    shown = {source.entry_id for source in packet.shown if source.kind is SourceKind.SERVICE}
    services = [answer.service_id for answer in answers if answer.status in _ABOUT_A_SERVICE and _quotes(answer)]
    yield from (f"packet does not say that {service} was shown" for service in services if service not in shown)
    topic = _topic(answers)
    if topic and packet.service_id != topic:
        yield f"packet is about {packet.service_id}, the conversation about {topic}"
    if topic and packet.service_title is None:
        yield "packet does not name the service"
    failed = {failure.question for failure in packet.failed}
    lost = [text for text, answer in answered if text and _has_failed(answer) and text not in failed]
    yield from (f"packet does not say that {text!r} failed" for text in lost)
    if answers and packet.language is not answers[-1].language:
        yield f"packet is in {packet.language}, the conversation in {answers[-1].language}"
    yield from _form_faults(packet, walk)


def _form_faults(packet: Packet, walk: Walk | None) -> Iterator[str]:
    """What the packet tells otherwise than the walk through the form; a value somebody entered is nobody's to read."""
    told = (packet.form.form_id, packet.form.mode) if packet.form else None
    kept = (walk.form_id, walk.mode) if walk else None
    if told != kept:
        yield f"packet is in the form {told}, the conversation in {kept}"
    if walk is None or packet.form is None:
        return
    if packet.form.entered > len(walk.answers):
        yield f"packet counts {packet.form.entered} answers in the form, the conversation {len(walk.answers)}"
    texts = {*packet.questions, *packet.to_people, packet.form.at, packet.form.title}
    told_values = texts & {value for value in walk.answers.values() if value not in {YES, NO}}
    yield from (f"packet tells {value!r}, which was entered into a form" for value in sorted(told_values))


def _leads_on(turn: Turn) -> bool:
    """Whether the turn was a step in a form: a button of it, or what was entered."""
    choice = turn.utterance.choice
    if choice is not None:
        return choice.startswith("form:")
    blocks = turn.answer.blocks if turn.answer is not None else ()
    is_step = any(isinstance(block, FormStep | FormReview | FormChecklist) for block in blocks)
    return is_step and not turn.utterance.text.rstrip().endswith("?")


def _topic(answers: Sequence[Answer]) -> str | None:
    """The service that was last answered about, unless the person began anew after it."""
    topic = None
    for answer in answers:
        if answer.status in _ABOUT_A_SERVICE and answer.service_id:
            topic = answer.service_id
        elif any(block.origin == _BEGUN_ANEW for block in answer.blocks):
            topic = None
    return topic


def _quotes(answer: Answer) -> bool:
    """Whether it quotes the service it is about; a step of a form quotes the form."""
    return any(source.kind is SourceKind.SERVICE for source in answer.sources)


def _has_failed(answer: Answer) -> bool:
    return answer.status.startswith(("unanswerable", "error"))
