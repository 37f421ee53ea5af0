"""The talk with the real wording: answers of the office as they are really said."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from assistant.model import (
    Answer,
    AnswerStatus,
    Aspect,
    Canned,
    Fact,
    Facts,
    FieldKind,
    FormStep,
    Language,
    Paragraph,
    QuickReply,
    Source,
    SourceKind,
    WalkMode,
)
from nlu.emergency import PatternEmergencyDetector
from tests.voice.session.script import CALL, PROMPTS, SmallDirectory, prompt
from voice.session.moves import Ask, Consult, Said
from voice.session.options import SessionOptions
from voice.session.talk import Talk
from voice.session.wishes import surely
from voice.session.wording import Wording
from voice.spoken import SpokenAnswers, SpokenOptions

SOURCE = Source(SourceKind.SERVICE, "reisepass", "Reisepass")


class Clock:
    """Monday morning."""

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


WORDING: Wording = SpokenAnswers(PROMPTS, Clock(), SpokenOptions(ZoneInfo("Europe/Berlin")))


def after(given: Answer, *said: Said) -> tuple[list[str], list[str]]:
    """What is said last, and what the office was asked, where it always answers that."""
    talk = Talk(CALL, PROMPTS, WORDING, SmallDirectory(), PatternEmergencyDetector(), SessionOptions()).run()
    effect, asked = next(talk), []
    for words in said:
        assert isinstance(effect, Ask)
        effect = talk.send(words)
        while isinstance(effect, Consult):
            asked.append(effect.choice or effect.text)
            effect = talk.send(given)
    assert isinstance(effect, Ask)
    return [sentence.text for sentence in effect.sentences], asked


def fee(*replies: QuickReply) -> Answer:
    """The fee of a passport."""
    rows = (Fact("ab 24 Jahren", "70 Euro"), Fact("unter 24 Jahren", "37,50 Euro"))
    block = Facts(rows, SOURCE)
    return Answer(AnswerStatus.ANSWERED, Language.DE, (block,), quick_replies=replies, aspects=(Aspect.FEE,))


def test_a_fee_is_said_in_words_and_the_documents_are_offered() -> None:
    """And a yes asks the office for them."""
    documents = QuickReply("Welche Unterlagen brauche ich?", "service:reisepass#documents")
    told, asked = after(fee(documents), surely("was kostet ein reisepass"))
    assert "siebzig Euro" in " ".join(told)
    assert told[-1] == prompt("offer.documents")
    _, asked = after(fee(documents), surely("was kostet ein reisepass"), surely("ja"))
    assert asked[-1] == "service:reisepass#documents"


def test_who_wants_to_be_rung_back_is_asked_for_the_number() -> None:
    """The office's choice leads to the dictation."""
    block = Paragraph("Gerade kann ich Sie mit niemandem verbinden.", Canned("dialogue.human_busy"))
    replies = (QuickReply("Rückruf", "people:callback"),)
    offered = Answer(AnswerStatus.HANDOFF_OFFERED, Language.DE, (block,), quick_replies=replies)
    told, _ = after(offered, surely("kann mir da jemand helfen"))
    assert told[-1] == prompt("callback.offer")
    told, _ = after(offered, surely("kann mir da jemand helfen"), surely("ja"))
    assert told[0].startswith("Sie rufen von dieser Nummer an")


def test_a_field_of_a_form_is_asked_for_and_entered() -> None:
    """Its name is said; what is said then is its value."""
    step = FormStep(
        "Anmeldung", "Familienname", SOURCE, 1, 9, "name", mode=WalkMode.FILL, kind=FieldKind.TEXT
    )  # fmt: skip
    replies = (QuickReply("Weiter", "form:next"), QuickReply("Zurück", "form:back"))
    answer = Answer(AnswerStatus.ANSWERED, Language.DE, (step,), quick_replies=replies)
    told, _ = after(answer, surely("formular"))
    assert "Familienname" in " ".join(told)
    _, asked = after(answer, surely("formular"), surely("meier"), surely("zurück"), surely("weiter"))
    assert asked == ["formular", "meier", "form:back", "form:next"]


def test_a_question_back_is_answered_by_one_of_its_words() -> None:
    """Two services, one of them named."""
    block = Paragraph("Was meinen Sie?", Canned("dialogue.clarify"))
    replies = (QuickReply("Reisepass", "service:r"), QuickReply("Personalausweis", "service:p"))
    answer = Answer(AnswerStatus.CLARIFICATION, Language.DE, (block,), quick_replies=replies)
    _, asked = after(answer, surely("ausweis"), surely("den personalausweis"))
    assert asked == ["ausweis", "service:p"]
