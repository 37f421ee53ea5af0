"""Every port: what the dialogue core needs from the outside, and the contract each adapter keeps.

Each port has one contract test in ``tests/contracts`` that runs over all its adapters.
"""

from assistant.ports.catalogue import Catalogue, CatalogueImporter, CatalogueStore
from assistant.ports.conversations import ConversationStore, Dialogue, EventBus
from assistant.ports.handoff import AttendanceStore, HandoffStore, PeopleLine
from assistant.ports.knowledge import Composer, Retriever, TextEncoder, Vectors
from assistant.ports.operation import Clock, OpeningCalendar, Pingable
from assistant.ports.texts import Messages, Translator
from assistant.ports.understanding import (
    DistressDetector,
    EmergencyDetector,
    LanguageDetector,
    NluEngine,
    PersonalDataMasker,
    QuestionSplitter,
)

__all__ = [
    "AttendanceStore",
    "Catalogue",
    "CatalogueImporter",
    "CatalogueStore",
    "Clock",
    "Composer",
    "ConversationStore",
    "Dialogue",
    "DistressDetector",
    "EmergencyDetector",
    "EventBus",
    "HandoffStore",
    "LanguageDetector",
    "Messages",
    "NluEngine",
    "OpeningCalendar",
    "PeopleLine",
    "PersonalDataMasker",
    "Pingable",
    "QuestionSplitter",
    "Retriever",
    "TextEncoder",
    "Translator",
    "Vectors",
]
