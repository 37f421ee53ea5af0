"""Everything one turn of a conversation needs."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from assistant.bootstrap.catalogue import open_catalogue
from assistant.bootstrap.forms import open_forms
from assistant.bootstrap.translation import open_translator
from assistant.bootstrap.understanding import embedded_nlu, open_wish_reader
from assistant.calendar import CityCalendar
from assistant.config import Settings
from assistant.dialogue.context import CityFacts, DialogueTools, Thresholds
from assistant.errors import CatalogueEmptyError
from assistant.messages import TomlMessages
from assistant.model import Language
from assistant.ports import NluEngine, Translator
from knowledge.compose import CatalogueComposer
from knowledge.retriever import IndexRetriever
from nlu.distress import PatternDistressDetector
from nlu.emergency import PatternEmergencyDetector
from nlu.language import LinguaLanguageDetector
from nlu.split import PatternQuestionSplitter


class SystemClock:
    """The time of the machine, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def build_tools(
    settings: Settings, nlu: NluEngine | None = None, translator: Translator | None = None
) -> DialogueTools:
    """Everything a turn needs; ``nlu`` and ``translator`` instead of new ones. Raises where something is not set up."""
    catalogue = open_catalogue(settings)
    if not catalogue.revision:
        raise CatalogueEmptyError("nothing has been imported yet: roland setup-data, or roland catalogue import")
    messages = TomlMessages(overrides=settings.texts.overrides)
    tools = DialogueTools(
        catalogue=catalogue,
        retriever=IndexRetriever(settings.storage.data_dir),
        composer=CatalogueComposer(catalogue),
        nlu=nlu or embedded_nlu(settings),
        languages=LinguaLanguageDetector(),
        splitter=PatternQuestionSplitter(),
        emergency=PatternEmergencyDetector(),
        distress=PatternDistressDetector(),
        messages=messages,
        calendar=_calendar(settings),
        clock=SystemClock(),
        city=_city(settings),
        spoken_languages=tuple(lang for lang in settings.city.languages if lang in messages.languages),
        thresholds=Thresholds(
            answer=settings.retrieval.answer_probability,
            admit=settings.retrieval.admit_probability,
            tie_ratio=settings.retrieval.near_tie_ratio,
        ),
        max_characters=settings.http.max_message_chars,
        deadline_seconds=settings.turn.deadline_ms / 1000,
        translator=translator or open_translator(settings),
        translated_languages=settings.translator.languages,
        forms=open_forms(settings),
        wishes=open_wish_reader(settings),
    )
    _warm_up(tools)
    return tools


def _warm_up(tools: DialogueTools) -> None:
    """What is read on first use is read now: who asks first has no more patience than others."""
    tools.retriever.search(tools.city.name, Language.DE)
    if tools.forms is not None:
        tools.forms.forms()


def _calendar(settings: Settings) -> CityCalendar:
    contact = settings.contact
    return CityCalendar(contact.opening_hours, ZoneInfo(settings.city.timezone), contact.holidays, contact.closed_on)


def _city(settings: Settings) -> CityFacts:
    city, contact = settings.city, settings.contact
    return CityFacts(
        name=city.name,
        area=city.area,
        phone=contact.phone,
        short_number=contact.short_number,
        areas=_places(settings),
        complaint_service=contact.complaint_service,
        topics_for_people=frozenset(settings.people.topics),
        help_offices=contact.help_offices,
    )


def _places(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Every place name with the area it lies in."""
    areas = [(name.casefold(), ars) for ars, name in settings.city.areas.items()]
    return (*areas, *((name.casefold(), ars) for ars, names in settings.city.places.items() for name in names))
