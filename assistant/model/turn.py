"""What comes in with a turn and what is understood of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.model.language import Language, Register
from assistant.model.service import SectionKind


class Channel(StrEnum):
    """The way people reach Roland."""

    WEB = "web"
    WIDGET = "widget"
    REST = "rest"
    PHONE = "phone"
    CLI = "cli"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing a person said, typed or chose.

    ``choice`` is the payload of a quick reply (see ``assistant.model.answer.QuickReply``) when a button was pressed;
    ``language`` and ``register`` are set only when the person switched them explicitly.
    """

    text: str
    channel: Channel
    at: datetime
    id: str
    choice: str | None = None
    language: Language | None = None
    register: Register | None = None


class Intent(StrEnum):
    """What a person wants to know (``ask_*``, ``state_need``) or do (the dialogue acts)."""

    ASK_OVERVIEW = "ask_overview"
    ASK_DOCUMENTS = "ask_documents"
    ASK_FEE = "ask_fee"
    ASK_DURATION = "ask_duration"
    ASK_DEADLINE = "ask_deadline"
    ASK_WHERE = "ask_where"
    ASK_OPENING_HOURS = "ask_opening_hours"
    ASK_CONTACT = "ask_contact"
    ASK_HOW = "ask_how"
    ASK_ONLINE = "ask_online"
    ASK_REQUIREMENTS = "ask_requirements"
    ASK_FORM = "ask_form"
    ASK_APPOINTMENT = "ask_appointment"
    ASK_VALIDITY = "ask_validity"
    ASK_REPRESENTATION = "ask_representation"
    STATE_NEED = "state_need"
    GREET = "greet"
    THANKS = "thanks"
    BYE = "bye"
    AFFIRM = "affirm"
    DENY = "deny"
    CHOOSE = "choose"
    REPEAT = "repeat"
    SIMPLIFY = "simplify"
    HUMAN = "human"
    COMPLAINT = "complaint"
    STATUS = "status"
    CORRECT = "correct"
    NOT_HELPFUL = "not_helpful"
    WHO_ARE_YOU = "who_are_you"
    CAPABILITIES = "capabilities"
    HOW_ARE_YOU = "how_are_you"
    ABUSE = "abuse"
    EMERGENCY = "emergency"
    CHANGE_LANGUAGE = "change_language"
    RESTART = "restart"
    OUT_OF_SCOPE = "out_of_scope"

    @property
    def aspect(self) -> "Aspect | None":
        """The aspect of a service this intent asks for; None for a dialogue act."""
        return _ASPECTS.get(self)


class Aspect(StrEnum):
    """What somebody wants to know about a service."""

    OVERVIEW = "overview"
    DOCUMENTS = "documents"
    FEE = "fee"
    DURATION = "duration"
    DEADLINE = "deadline"
    WHERE = "where"
    OPENING_HOURS = "opening_hours"
    CONTACT = "contact"
    HOW = "how"
    ONLINE = "online"
    REQUIREMENTS = "requirements"
    FORM = "form"
    APPOINTMENT = "appointment"
    VALIDITY = "validity"
    REPRESENTATION = "representation"
    NEED = "need"

    @property
    def section_kind(self) -> SectionKind:
        """The kind of section that answers it first."""
        return _SECTION_KINDS[self]


_ASPECTS = {
    intent: Aspect(intent.value.removeprefix("ask_")) for intent in Intent if intent.value.startswith("ask_")
} | {Intent.STATE_NEED: Aspect.NEED}

_SECTION_KINDS = {
    Aspect.OVERVIEW: SectionKind.OVERVIEW,
    Aspect.DOCUMENTS: SectionKind.DOCUMENTS,
    Aspect.FEE: SectionKind.FEE,
    Aspect.DURATION: SectionKind.DURATION,
    Aspect.DEADLINE: SectionKind.DEADLINE,
    Aspect.WHERE: SectionKind.RESPONSIBILITY,
    Aspect.OPENING_HOURS: SectionKind.RESPONSIBILITY,
    Aspect.CONTACT: SectionKind.RESPONSIBILITY,
    Aspect.HOW: SectionKind.PROCEDURE,
    Aspect.ONLINE: SectionKind.ONLINE,
    Aspect.REQUIREMENTS: SectionKind.REQUIREMENTS,
    Aspect.FORM: SectionKind.FORMS,
    Aspect.APPOINTMENT: SectionKind.APPOINTMENT,
    Aspect.VALIDITY: SectionKind.VALIDITY,
    Aspect.REPRESENTATION: SectionKind.REPRESENTATION,
    Aspect.NEED: SectionKind.OVERVIEW,
}


@dataclass(frozen=True, slots=True)
class ScoredIntent:
    """An intent with the calibrated probability (0–1) that it is the right one."""

    intent: Intent
    confidence: float


class EntityKind(StrEnum):
    """What a marked span of an utterance names."""

    PLACE = "place"
    DATE = "date"
    AMOUNT = "amount"
    DOCUMENT = "document"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Entity:
    """A span ``text[start:end]`` of the utterance; ``value`` is its normalised form."""

    kind: EntityKind
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one question of an utterance means: intents best first, entities, and the engine that found them."""

    text: str
    language: Language
    intents: tuple[ScoredIntent, ...]
    entities: tuple[Entity, ...] = ()
    engine: str = ""

    @property
    def intent(self) -> Intent:
        """The most probable intent; out of scope where the engine found none."""
        return self.intents[0].intent if self.intents else Intent.OUT_OF_SCOPE

    @property
    def confidence(self) -> float:
        """The calibrated probability (0–1) of ``intent``."""
        return self.intents[0].confidence if self.intents else 0.0

    def confidence_of(self, intent: Intent) -> float:
        """The calibrated probability (0–1) of an intent; 0 where it is not among the most probable."""
        return next((scored.confidence for scored in self.intents if scored.intent is intent), 0.0)


@dataclass(frozen=True, slots=True)
class DetectedLanguage:
    """The language of a text and the probability (0–1) that it is so; None when the text gives no hint."""

    language: Language | None
    confidence: float


class Distress(StrEnum):
    """A need that a help line knows more about than a town hall; not danger this minute, which is an emergency."""

    VIOLENCE = "violence"
    CHILD = "child"
    HOMELESSNESS = "homelessness"


class PersonalDataKind(StrEnum):
    """A kind of personal data that is masked before a text is stored or logged."""

    NAME = "name"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    EMAIL = "email"
    IBAN = "iban"
    ID_NUMBER = "id_number"
    LICENCE_PLATE = "licence_plate"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A text whose personal data stand as placeholders such as ``[NAME]``; ``kinds`` says what was masked."""

    text: str
    kinds: tuple[PersonalDataKind, ...] = ()
