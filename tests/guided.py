"""The real dialogue with its forms, over a catalogue of the test's choice, with no trained model behind it."""

from datetime import time
from zoneinfo import ZoneInfo

from assistant.calendar import CityCalendar
from assistant.dialogue.context import CityFacts, DialogueTools
from assistant.messages import TomlMessages
from assistant.model import Language, OpeningHours, Weekday
from assistant.ports import Catalogue, Clock, FormLibrary
from knowledge.compose import CatalogueComposer
from nlu.distress import PatternDistressDetector
from nlu.emergency import PatternEmergencyDetector
from nlu.split import PatternQuestionSplitter
from tests.dialogue.conftest import NoLanguage, ScriptedNlu, ScriptedRetriever
from tests.fakes import FixedClock


def guided_tools(forms: FormLibrary, catalogue: Catalogue, clock: Clock | None = None) -> DialogueTools:
    """Everything a turn needs; what is said beside forms is a need that nothing is found for."""
    hours = (OpeningHours(tuple(Weekday)[:5], time(7), time(18)),)
    return DialogueTools(
        catalogue=catalogue,
        retriever=ScriptedRetriever(),
        composer=CatalogueComposer(catalogue),
        nlu=ScriptedNlu(),
        languages=NoLanguage(),
        splitter=PatternQuestionSplitter(),
        emergency=PatternEmergencyDetector(),
        distress=PatternDistressDetector(),
        messages=TomlMessages(),
        calendar=CityCalendar(hours, ZoneInfo("Europe/Berlin"), "HB"),
        clock=clock or FixedClock(),
        city=CityFacts("Bremen", "040110000000", "0421 361-0", "115"),
        spoken_languages=tuple(Language),
        forms=forms,
    )
