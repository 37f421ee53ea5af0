"""Small stand-ins for the ports; each keeps the contract of its port."""

import asyncio
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from assistant.model import (
    Answer,
    AnswerStatus,
    Candidate,
    Canned,
    Conversation,
    DialogueState,
    Fact,
    Facts,
    Language,
    LifeSituation,
    LinkOut,
    LinkPurpose,
    MaskedText,
    Office,
    Paragraph,
    PersonalDataKind,
    QuickReply,
    SectionKind,
    Service,
    ServiceText,
    Source,
    SourceKind,
    Turn,
    Utterance,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PASSPORT = Source(
    SourceKind.SERVICE,
    "reisepass",
    "Reisepass beantragen",
    SectionKind.FEE,
    "https://www.service.bremen.de/",
    date(2025, 9, 1),
)


class FixedClock:
    """A clock that moves only when it is told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, span: timedelta) -> None:
        """Let time pass."""
        self._now += span


class MailMasker:
    """Masks addresses of electronic mail, and nothing else."""

    def mask(self, text: str) -> MaskedText:
        masked, found = re.subn(r"\S+@\S+", "[EMAIL]", text)
        return MaskedText(masked, (PersonalDataKind.EMAIL,) if found else ())


class EchoDialogue:
    """Says back what it heard, with a sourced block and buttons; keeps what it was given.

    ``gate`` holds answers back until it is set; ``hold``, ``wait_heard`` and ``release`` do the same across threads. A
    text with "kaputt" raises; on one with "Mensch" it lets the person wait for a person.
    """

    def __init__(self, *, hands_over: bool = True) -> None:
        """``hands_over``: whether a text with "Mensch" in it makes the conversation wait for a person."""
        self._hands_over = hands_over
        self.gate = asyncio.Event()
        self.gate.set()
        self.heard: list[Utterance] = []
        self.before: list[int] = []
        self._news = asyncio.Event()
        self._taken = threading.Semaphore(0)
        self._loop: asyncio.AbstractEventLoop | None = None

    def hold(self) -> None:
        """Give no answers from now on."""
        self.gate.clear()

    def release(self) -> None:
        """Give all answers that were held back."""
        if self._loop:
            self._loop.call_soon_threadsafe(self.gate.set)

    def wait_heard(self) -> None:
        """Return as soon as one more utterance has come in."""
        assert self._taken.acquire(timeout=60), "nothing was heard"

    async def has_heard(self, count: int) -> None:
        """Return as soon as that many utterances have come in."""
        while len(self.heard) < count:
            self._news.clear()
            await self._news.wait()

    async def respond(
        self, conversation: Conversation, turns: Sequence[Turn], utterance: Utterance
    ) -> tuple[Answer, DialogueState]:
        self.heard.append(utterance)
        self._news.set()
        self._loop = asyncio.get_running_loop()
        self._taken.release()
        self.before.append(len(turns))
        await self.gate.wait()
        if "kaputt" in utterance.text:
            raise RuntimeError("broken on purpose")
        state = replace(
            conversation.state,
            language=utterance.language or conversation.state.language,
            register=utterance.register or conversation.state.register,
            failures=conversation.state.failures + 1,
        )
        answer = echo(utterance, state.language)
        if self._hands_over and "Mensch" in utterance.text:
            answer = replace(answer, status=AnswerStatus.HANDOFF_QUEUED)
        return answer, state


def echo(utterance: Utterance, language: Language = Language.DE) -> Answer:
    """The answer of EchoDialogue."""
    return Answer(
        status=AnswerStatus.ANSWERED,
        language=language,
        blocks=(
            Paragraph(f"Sie sagten: {utterance.choice or utterance.text}", Canned("dialogue.greet")),
            Facts((Fact("Reisepass", "70,00 Euro"), Fact("unter 24 Jahren", "37,50 Euro")), PASSPORT),
            LinkOut("Termin", "https://termin.bremen.de/", LinkPurpose.APPOINTMENT, PASSPORT),
        ),
        quick_replies=(QuickReply("Unterlagen", "service:reisepass#documents"),),
        candidates=(Candidate("reisepass", "Reisepass beantragen", 0.9),),
        service_id="reisepass",
        timings={"respond": 1.0},
    )


class SmallCatalogue:
    """One service, one office and one life situation."""

    revision = "1"

    def __init__(self) -> None:
        text = ServiceText(Language.DE, "Reisepass beantragen", "Ein Pass für Reisen.", ("Pass",))
        self._service = Service("reisepass", (text,), life_situations=("reisen",), updated_on=date(2025, 9, 1))
        self._office = Office("buergeramt", "Bürgeramt")
        self._situation = LifeSituation("reisen", {Language.DE: "Reisen"}, {Language.DE: "Ausweise und Pässe"})

    def service(self, service_id: str) -> Service | None:
        return self._service if service_id == "reisepass" else None

    def services(self) -> Iterator[Service]:
        return iter([self._service])

    def office(self, office_id: str) -> Office | None:
        return self._office if office_id == "buergeramt" else None

    def offices(self) -> Iterator[Office]:
        return iter([self._office])

    def life_situations(self) -> Sequence[LifeSituation]:
        return (self._situation,)

    def services_in_situation(self, situation_id: str) -> Sequence[Service]:
        return (self._service,) if situation_id == "reisen" else ()
