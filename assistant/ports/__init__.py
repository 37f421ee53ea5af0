"""Every port: what the dialogue core needs from the outside, and the contract each adapter keeps.

Each port has one contract test in ``tests/contracts`` that runs over all its adapters.
"""

from assistant.ports.accounts import AccountStore, AuditStore, GuessStore, IdentityProvider, SessionStore
from assistant.ports.casework import CaseLinks, ChatPlatform, SignalReader, TicketSystem
from assistant.ports.catalogue import Catalogue, CatalogueImporter, CatalogueStore
from assistant.ports.conversations import ConversationStore, Dialogue, EventBus
from assistant.ports.desk import AgentDirectory, HandoffArchive, SwitchBoard
from assistant.ports.forms import FormLibrary, TakeAlong, WalkLuggage, WalkStore
from assistant.ports.handoff import AttendanceStore, HandoffStore, PeopleLine, ReplyPromise
from assistant.ports.knowledge import Composer, Retriever, TextEncoder, Vectors
from assistant.ports.operation import Clock, Expiring, OpeningCalendar, Pingable
from assistant.ports.speech import RecognitionStream, SpeechRecognizer, SpeechSynthesizer, VoiceActivity
from assistant.ports.telephony import (
    Answering,
    CallOffice,
    CallStore,
    MediaLeg,
    MessageStream,
    Speaker,
    StreamCaller,
    StreamTrunk,
    Trunk,
)
from assistant.ports.texts import Messages, Translator
from assistant.ports.tickets import Mailer, Outbox, TicketLookup, TicketStore
from assistant.ports.understanding import (
    DistressDetector,
    EmergencyDetector,
    LanguageDetector,
    NluEngine,
    PersonalDataMasker,
    QuestionSplitter,
    WishReader,
)

__all__ = [
    "AccountStore",
    "AgentDirectory",
    "Answering",
    "AttendanceStore",
    "AuditStore",
    "CallOffice",
    "CallStore",
    "CaseLinks",
    "Catalogue",
    "CatalogueImporter",
    "CatalogueStore",
    "ChatPlatform",
    "Clock",
    "Composer",
    "ConversationStore",
    "Dialogue",
    "DistressDetector",
    "EmergencyDetector",
    "EventBus",
    "Expiring",
    "FormLibrary",
    "GuessStore",
    "HandoffArchive",
    "HandoffStore",
    "IdentityProvider",
    "LanguageDetector",
    "Mailer",
    "MediaLeg",
    "MessageStream",
    "Messages",
    "NluEngine",
    "OpeningCalendar",
    "Outbox",
    "PeopleLine",
    "PersonalDataMasker",
    "Pingable",
    "QuestionSplitter",
    "RecognitionStream",
    "ReplyPromise",
    "Retriever",
    "SessionStore",
    "SignalReader",
    "Speaker",
    "SpeechRecognizer",
    "SpeechSynthesizer",
    "StreamCaller",
    "StreamTrunk",
    "SwitchBoard",
    "TakeAlong",
    "TextEncoder",
    "TicketLookup",
    "TicketStore",
    "TicketSystem",
    "Translator",
    "Trunk",
    "Vectors",
    "VoiceActivity",
    "WalkLuggage",
    "WalkStore",
    "WishReader",
]
