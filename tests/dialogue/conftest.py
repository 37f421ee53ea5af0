"""The dialogue core over the real sample catalogue, with an understanding and a search that tests can script."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from assistant.calendar import CityCalendar
from assistant.dialogue.context import CityFacts, DialogueTools
from assistant.messages import TomlMessages
from assistant.model import (
    Channel,
    Conversation,
    DetectedLanguage,
    Finding,
    Intent,
    Language,
    OpeningHours,
    Passage,
    ScoredIntent,
    Understanding,
    Utterance,
    Weekday,
)
from assistant.ports import Catalogue
from assistant.storage.catalogue import SqlCatalogueStore
from knowledge.compose import CatalogueComposer
from nlu.distress import PatternDistressDetector
from nlu.emergency import PatternEmergencyDetector
from nlu.split import PatternQuestionSplitter
from tests.fakes import FixedClock

FRIDAY_NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


class ScriptedNlu:
    """Says of each text what the test wrote down for it; everything else is a mere need."""

    name = "scripted"

    def __init__(self) -> None:
        self.intents: dict[str, Intent] = {}

    async def ping(self) -> None:
        return None

    async def parse(self, text: str, language: Language) -> Understanding:
        intent = self.intents.get(text, Intent.STATE_NEED)
        return Understanding(text, language, (ScoredIntent(intent, 0.95),), engine="scripted")


class ScriptedRetriever:
    """Finds for each text what the test wrote down for it; everything else is not found."""

    name = "scripted"

    def __init__(self) -> None:
        self.is_quick = True
        self.findings: dict[str, tuple[Finding, ...]] = {}
        self.contents: dict[str, tuple[str, ...]] = {}

    async def ping(self) -> None:
        return None

    def search(self, question: str, language: Language, *, limit: int = 5) -> tuple[Finding, ...]:
        return self.findings.get(question, ())[:limit]

    def content_words(self, text: str, language: Language) -> tuple[str, ...]:
        """As scripted; what something is found for names something."""
        return self.contents.get(text, (text.casefold(),) if text in self.findings else ())

    def rank_sections(self, question: str, language: Language, service_id: str) -> tuple[Passage, ...]:
        return ()


class NoLanguage:
    """Never recognises a language, so that a conversation stays in the one it began in."""

    def detect(self, text: str) -> DetectedLanguage:
        return DetectedLanguage(None, 0.0)


@pytest.fixture(scope="session")
def catalogue(sample_catalogue: SqlCatalogueStore) -> SqlCatalogueStore:
    """The sample catalogue of Bremen."""
    return sample_catalogue


@pytest.fixture
def nlu() -> ScriptedNlu:
    """The understanding, to be scripted."""
    return ScriptedNlu()


@pytest.fixture
def retriever() -> ScriptedRetriever:
    """The search, to be scripted."""
    return ScriptedRetriever()


def make_tools(catalogue: Catalogue, nlu: ScriptedNlu, retriever: ScriptedRetriever) -> DialogueTools:
    """Everything a turn needs, over a catalogue."""
    week = tuple(Weekday)[:5]
    hours = (OpeningHours(week, time(7), time(18)),)
    return DialogueTools(
        catalogue=catalogue,
        retriever=retriever,
        composer=CatalogueComposer(catalogue),
        nlu=nlu,
        languages=NoLanguage(),
        splitter=PatternQuestionSplitter(),
        emergency=PatternEmergencyDetector(),
        distress=PatternDistressDetector(),
        messages=TomlMessages(),
        calendar=CityCalendar(hours, ZoneInfo("Europe/Berlin"), "HB"),
        clock=FixedClock(FRIDAY_NOON),
        city=CityFacts("Bremen", "040110000000", "0421 361-0", "115", complaint_service="beschwerde-verwaltung"),
    )


@pytest.fixture
def tools(catalogue: SqlCatalogueStore, nlu: ScriptedNlu, retriever: ScriptedRetriever) -> DialogueTools:
    """Everything a turn needs."""
    return make_tools(catalogue, nlu, retriever)


def conversation() -> Conversation:
    """A conversation that has just begun."""
    return Conversation("c", Channel.WEB, FRIDAY_NOON, FRIDAY_NOON)


def said(text: str, choice: str | None = None) -> Utterance:
    """An utterance."""
    return Utterance(text, Channel.WEB, FRIDAY_NOON, "u", choice)
