"""Whether an agent who takes over is told all that was said: nothing need be asked a second time."""

from collections.abc import Iterator, Sequence

from assistant.handoff.packet import QUESTIONS_TOLD, Packet
from assistant.model import Answer, AnswerStatus, SourceKind, Turn

_ABOUT_A_SERVICE = (AnswerStatus.ANSWERED, AnswerStatus.ANSWERED_PARTLY)
_ABOUT_A_MATTER = (*_ABOUT_A_SERVICE, AnswerStatus.CLARIFICATION)


def packet_faults(packet: Packet, turns: Sequence[Turn]) -> Iterator[str]:
    """What the conversation held and the packet lacks, in words."""
    answered = [(turn.utterance.text, turn.answer) for turn in turns if turn.answer is not None]
    asked = [text for text, answer in answered if text and answer.status in _ABOUT_A_MATTER]
    yield from (
        f"packet lacks the question {text!r}" for text in asked[-QUESTIONS_TOLD:] if text not in packet.questions
    )
    shown = {source.entry_id for source in packet.shown if source.kind is SourceKind.SERVICE}
    services = [answer.service_id for _, answer in answered if answer.status in _ABOUT_A_SERVICE and answer.service_id]
    yield from (f"packet does not say that {service} was shown" for service in services if service not in shown)
    if services and packet.service_id != services[-1]:
        yield f"packet is about {packet.service_id}, the conversation about {services[-1]}"
    if services and packet.service_title is None:
        yield "packet does not name the service"
    failed = {failure.question for failure in packet.failed}
    lost = [text for text, answer in answered if text and _has_failed(answer) and text not in failed]
    yield from (f"packet does not say that {text!r} failed" for text in lost)
    if answered and packet.language is not answered[-1][1].language:
        yield f"packet is in {packet.language}, the conversation in {answered[-1][1].language}"


def _has_failed(answer: Answer) -> bool:
    return answer.status.startswith(("unanswerable", "error"))
