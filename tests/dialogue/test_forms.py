"""The guide through forms, where scenario files cannot look: states, lost words, old buttons, codes, the guard."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.attempts import AttemptRules, Attempts
from assistant.dialogue.context import DialogueTools
from assistant.dialogue.forms.commands import asked_number
from assistant.dialogue.run import TurnRunner
from assistant.forms.codes import WalkCodes, find_walk_code
from assistant.handoff.packet import make_packet
from assistant.messages import TomlMessages
from assistant.model import (
    Answer,
    AnswerStatus,
    Canned,
    Channel,
    Conversation,
    DialogueState,
    Form,
    FormChecklist,
    FormReview,
    FormStep,
    Handoff,
    HandoffReason,
    Intent,
    Language,
    Paragraph,
    ScoredWish,
    TranscriptEntry,
    Turn,
    Utterance,
    WalkMode,
    Wish,
)
from assistant.ports import FormLibrary
from evaluation.talk import MemoryWalkStore
from knowledge.forms.library import FileFormLibrary
from tests.dialogue.conftest import FRIDAY_NOON, ScriptedNlu, conversation
from tests.fakes import FixedClock
from tests.sample_forms import forms_of_bremen

BEGIN = "form:begin:wohnungsgeberbestaetigung"


@pytest.fixture(scope="session")
def library() -> FormLibrary:
    """The sample forms."""
    return forms_of_bremen()


@pytest.fixture
def guided(tools: DialogueTools, library: FormLibrary) -> DialogueTools:
    """A dialogue that knows forms and gives out codes."""
    clock = FixedClock(FRIDAY_NOON)
    rules = AttemptRules(wrong_per_hour=2)
    codes = WalkCodes(MemoryWalkStore(), b"secret", clock, Attempts(clock, rules), timedelta(hours=24))
    return replace(tools, forms=library, luggage=codes)


class Chat:
    """A conversation that keeps its state."""

    def __init__(self, tools: DialogueTools, name: str = "c") -> None:
        self._runner = TurnRunner(tools)
        self.conversation: Conversation = replace(conversation(), id=name)
        self.turns: tuple[Turn, ...] = ()

    async def say(self, text: str, choice: str | None = None) -> Answer:
        """One turn."""
        utterance = Utterance(text, Channel.WEB, FRIDAY_NOON, f"u{len(self.turns)}", choice)
        answer, state = await self._runner.respond(self.conversation, self.turns, utterance)
        self.conversation = replace(self.conversation, state=state)
        self.turns += (Turn(utterance, answer, FRIDAY_NOON),)
        return answer

    async def press(self, *payloads: str) -> Answer:
        """Buttons, one after the other."""
        return [await self.say("", payload) for payload in payloads][-1]


def step_of(answer: Answer) -> FormStep:
    """The step an answer shows."""
    (step,) = (block for block in answer.blocks if isinstance(block, FormStep))
    return step


def remarks_of(answer: Answer) -> list[str]:
    """The keys of the messages in an answer."""
    return [
        block.origin.key.removeprefix("dialogue.form.") for block in answer.blocks if isinstance(block.origin, Canned)
    ]


async def test_without_forms_a_button_of_one_does_no_harm(tools: DialogueTools) -> None:
    """Where no forms are configured, their buttons and words mean nothing, and nothing breaks."""
    answer = await Chat(tools).press(BEGIN)
    assert answer.error is None


async def test_an_unknown_form_is_told(guided: DialogueTools) -> None:
    """A button of a form that is gone says so and offers a person."""
    for payload in ("form:begin:gone", "form:next", "form:value:yes"):
        answer = await Chat(guided).press(payload)
        assert answer.status is AnswerStatus.UNANSWERABLE_NOT_FOUND
        assert remarks_of(answer)[0] == "gone"


async def test_a_form_that_disappears_ends_the_walk(guided: DialogueTools) -> None:
    """When a form is taken out of the library, the walk is over and the conversation goes on."""
    chat = Chat(guided)
    await chat.press(BEGIN, "form:next")
    other = Chat(replace(guided, forms=FileFormLibrary([], [], {})))
    other.conversation = chat.conversation
    answer = await other.say("weiter")
    assert answer.error is None
    assert other.conversation.state.walk is None


async def test_an_old_button_is_passed_over(guided: DialogueTools) -> None:
    """An option of another step, pressed late, changes nothing."""
    chat = Chat(guided)
    await chat.press(BEGIN, "form:next")
    answer = await chat.press("form:value:yes")
    assert step_of(answer).key == "wohnung/einzug-am"
    assert chat.conversation.state.walk is not None
    assert not chat.conversation.state.walk.answers


async def test_what_was_entered_is_forgotten(guided: DialogueTools) -> None:
    """Going back to explaining forgets what was entered; leaving the form forgets everything."""
    chat = Chat(guided)
    await chat.press(BEGIN, "form:fill")
    await chat.say("01.03.2026")
    assert chat.conversation.state.walk is not None
    assert chat.conversation.state.walk.answers == {"wohnung/einzug-am": "2026-03-01"}
    await chat.press("form:explain")
    assert chat.conversation.state.walk.mode is WalkMode.EXPLAIN
    assert not chat.conversation.state.walk.answers
    await chat.press("form:leave")
    assert chat.conversation.state.walk is None


async def test_masked_words_are_asked_for_again(guided: DialogueTools) -> None:
    """A turn that is answered late, from its masked text, never enters a placeholder."""
    chat = Chat(guided)
    await chat.press(BEGIN, "form:fill", "form:next")
    answer = await chat.say("[ADDRESS]")
    assert remarks_of(answer) == ["fault_lost"]
    assert step_of(answer).key == "wohnung/strasse"


@pytest.mark.slow
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("written", ["31.02.2026", "1.13.2026", "neulich", "01.03.2199"])
async def test_why_a_date_cannot_be_right_is_always_told(
    guided: DialogueTools, language: Language, written: str
) -> None:
    """The reason passes the guard of figures in every language, and the step comes again."""
    chat = Chat(guided)
    chat.conversation = replace(chat.conversation, state=DialogueState(language=language, language_is_chosen=True))
    await chat.press("form:begin:kindergeld-antrag", "form:fill")
    await chat.press("form:go_to:antragsteller/geburtsdatum")
    answer = await chat.say(written)
    assert answer.status is AnswerStatus.ANSWERED
    assert remarks_of(answer)[0].startswith("fault_")


async def test_a_wish_is_not_entered_as_a_name(guided: DialogueTools, nlu: ScriptedNlu) -> None:
    """Where a free text is asked for, a wish for a person is still one."""
    nlu.intents["Mitarbeiter bitte"] = Intent.HUMAN
    chat = Chat(guided)
    await chat.press(BEGIN, "form:fill", "form:skip_part")
    answer = await chat.say("Mitarbeiter bitte")
    assert answer.status is AnswerStatus.HANDOFF_OFFERED
    assert answer.quick_replies[0].payload == "form:go_on"
    assert step_of(await chat.say("weiter")).key == "personen/nachname#1"


class ScriptedWishes:
    """Tells the wishes it was given, with their probabilities; everything else is none."""

    name = "scripted"

    def __init__(self, **wishes: tuple[Wish, float]) -> None:
        self._wishes = {text.replace("_", " "): wish for text, wish in wishes.items()}

    def read(self, text: str) -> ScoredWish:
        """The wish of a text."""
        return ScoredWish(*self._wishes.get(text, (Wish.OTHER, 1.0)))

    async def ping(self) -> None:
        """There."""


@pytest.mark.parametrize(("probability", "key"), [(0.6, "wohnung/einzug-am"), (0.4, "wohnung/strasse")])
async def test_a_likely_wish_is_done(guided: DialogueTools, probability: float, key: str) -> None:
    """A wish in words of one's own is acted upon from one in two on."""
    chat = Chat(replace(guided, wishes=ScriptedWishes(nee_das_davor_nochmal=(Wish.BACK, probability))))
    await chat.press(BEGIN, "form:go_to:wohnung/strasse")
    await chat.say("nee das davor nochmal")
    assert chat.conversation.state.walk is not None
    assert chat.conversation.state.walk.at == key


@pytest.mark.parametrize(
    ("said", "probability", "at", "kept"),
    [
        ("Weiter und Söhne", 0.99, "personen/vorname#1", "Weiter und Söhne"),
        ("lass das Feld bitte frei", 0.7, "personen/vorname#1", "lass das Feld bitte frei"),
        ("lass das Feld bitte frei", 0.9, "personen/vorname#1", None),
    ],
)
async def test_a_name_is_no_wish(
    guided: DialogueTools, said: str, probability: float, at: str, kept: str | None
) -> None:
    """Where any text may be entered, a few words are one, whatever they sound like; a sure sentence is a wish."""
    wishes = ScriptedWishes(**{said.replace(" ", "_"): (Wish.NEXT, probability)})
    chat = Chat(replace(guided, wishes=wishes))
    await chat.press(BEGIN, "form:fill", "form:go_to:personen/nachname#1")
    assert step_of(await chat.say(said)).key == at
    assert chat.conversation.state.walk is not None
    assert chat.conversation.state.walk.answers.get("personen/nachname#1") == kept


async def test_what_would_end_much_must_be_sure(guided: DialogueTools) -> None:
    """A form is not left on a mere guess."""
    wishes = ScriptedWishes(ach_ich_weiß_ja_nicht=(Wish.LEAVE, 0.7), so_jetzt_ist_Schluss=(Wish.LEAVE, 0.9))
    chat = Chat(replace(guided, wishes=wishes))
    await chat.press(BEGIN, "form:go_to:wohnung/strasse")
    await chat.say("ach ich weiß ja nicht")
    assert chat.conversation.state.walk is not None
    await chat.press("form:go_on")
    await chat.say("so jetzt ist Schluss")
    assert chat.conversation.state.walk is None


async def test_a_field_named_in_passing_is_gone_to(guided: DialogueTools) -> None:
    """A wish about something leads to the field of that name, endings aside; where there is none, nowhere."""
    wishes = ScriptedWishes(
        ich_hab_mich_bei_den_Postleitzahlen_vertan=(Wish.CHANGE, 0.7), ich_hab_mich_beim_Mond_vertan=(Wish.CHANGE, 0.7)
    )
    chat = Chat(replace(guided, wishes=wishes))
    await chat.press(BEGIN, "form:go_to:unterschrift/datum")
    assert step_of(await chat.say("ich hab mich bei den Postleitzahlen vertan")).key == "wohnung/plz"
    answer = await chat.say("ich hab mich beim Mond vertan")
    assert not any(isinstance(block, FormStep) for block in answer.blocks)


async def test_starting_over_keeps_the_form(guided: DialogueTools, nlu: ScriptedNlu) -> None:
    """Who starts over talks of something new; the way back to the form stays."""
    nlu.intents["alles noch mal von Anfang an"] = Intent.RESTART
    chat = Chat(guided)
    await chat.press(BEGIN, "form:next", "form:next")
    answer = await chat.say("alles noch mal von Anfang an")
    assert answer.quick_replies[0].payload == "form:go_on"
    assert step_of(await chat.press("form:go_on")).key == "wohnung/strasse"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("was muss in Feld Nr. 12", "12"), ("Zeile no. 3a", "3a"), ("in die 5. Zeile", "5"), ("5 Feld", "5"),
        ("поле 12а", "12a"), ("5-е поле", "5"), ("case n° 4", "4"), ("ich habe 3 Fragen", None), ("Partner 2", None),
    ],
)  # fmt: skip
def test_numbers_of_fields(text: str, number: str | None) -> None:
    """A field is named by its number before or after, and a number of things is none."""
    language = Language.RU if "п" in text else Language.FR if "case" in text else Language.DE
    assert asked_number(text, TomlMessages(), language) == number


async def test_while_paused_other_words_are_no_commands(guided: DialogueTools, nlu: ScriptedNlu) -> None:
    """After something else was talked about, "why?" is about that, and "go on" leads back."""
    nlu.intents["Wer bist du?"] = Intent.WHO_ARE_YOU
    chat = Chat(guided)
    await chat.press(BEGIN, "form:next", "form:next")
    await chat.say("Wer bist du?")
    assert not any(isinstance(block, FormStep) for block in (await chat.say("warum")).blocks)
    assert step_of(await chat.press("form:go_on")).key == "wohnung/strasse"


async def test_a_text_that_the_form_does_not_have_is_not_told(guided: DialogueTools, library: FormLibrary) -> None:
    """The guard lets no step through whose words are not the form's."""

    class Changed:
        """A library that tells something else from the second look on."""

        def __init__(self) -> None:
            self.looks = 0
            self.problems: Mapping[str, str] = {}

        def form(self, form_id: str) -> Form | None:
            self.looks += 1
            form = library.form(form_id)
            if form is None or self.looks < 2:
                return form
            texts = tuple(replace(text, elements={}, terms=(), attachments={}) for text in form.texts)
            return replace(form, texts=texts)

        def forms(self) -> tuple[Form, ...]:
            return library.forms()

        def of_service(self, service_id: str) -> tuple[Form, ...]:
            return library.of_service(service_id)

    chat = Chat(guided)
    await chat.press(BEGIN)
    other = Chat(replace(guided, forms=Changed()))
    other.conversation = chat.conversation
    answer = await other.press("form:next")
    assert answer.status is AnswerStatus.ERROR_UNSOURCED
    assert not any(isinstance(block, FormStep) for block in answer.blocks)


async def test_a_code_works_once_and_brings_everything(guided: DialogueTools) -> None:
    """In another conversation the code leads to the same step with what was entered; used again, it is refused."""
    chat = Chat(guided)
    await chat.press(BEGIN, "form:fill")
    await chat.say("01.03.2026")
    told = await chat.press("form:code")
    (text,) = (block.text for block in told.blocks if isinstance(block, Paragraph))
    found = re.search(r"\d{3} \d{3} \d{4}", text)
    assert found is not None
    phone = Chat(guided, "phone")
    assert step_of(await phone.say(f"Mein Code ist {found[0]}")).key == "wohnung/strasse"
    assert phone.conversation.state.walk is not None
    assert phone.conversation.state.walk.answers == {"wohnung/einzug-am": "2026-03-01"}
    assert remarks_of(await Chat(guided, "thief").say(found[0]))[0] == "unknown_code"


async def test_guessing_codes_is_stopped(guided: DialogueTools) -> None:
    """After some wrong codes, one has to wait."""
    chat = Chat(guided)
    seen = [remarks_of(await chat.say(f"123 456 78{number:02}"))[0] for number in range(4)]
    assert seen[:2] == ["unknown_code", "unknown_code"]
    assert seen[-1] == "too_many_codes"


@pytest.mark.parametrize("text", ["Meine Nummer ist 0421 361 0000", "Das kostet 1.234.567.890 Euro", "123", "Code?"])
def test_other_numbers_are_no_codes(text: str) -> None:
    """Phone numbers, amounts and short numbers are none."""
    assert find_walk_code(text) is None


@given(st.text(max_size=80))
def test_any_text_is_looked_through_for_a_code(text: str) -> None:
    """Whatever is written, ten digits are found or nothing."""
    digits = find_walk_code(text)
    assert digits is None or re.fullmatch(r"[1-9]\d{9}", digits)


async def test_the_packet_leaves_out_what_was_entered(guided: DialogueTools, tools: DialogueTools) -> None:
    """An agent is told which question was asked, not every "next" and every name on the way."""
    chat = Chat(guided)
    await chat.say("Hilfe bei der Vermieterbescheinigung")
    await chat.press("form:fill", "form:next")
    await chat.say("Beispielstraße 12a")
    handoff = Handoff("h", "c", HandoffReason.REQUEST, Language.DE, Channel.WEB, FRIDAY_NOON, FRIDAY_NOON)
    entries = [TranscriptEntry(place, place, turn) for place, turn in enumerate(chat.turns, start=1)]
    packet = make_packet(handoff, chat.conversation, entries, tools.catalogue)
    assert packet.questions == ("Hilfe bei der Vermieterbescheinigung",)


async def test_filled_to_the_end(guided: DialogueTools) -> None:
    """The review shows what was entered and what is missing, and the checklist comes after it."""
    chat = Chat(guided)
    await chat.press(BEGIN, "form:fill")
    await chat.say("01.03.2026")
    answer = await chat.press("form:next")
    while not any(isinstance(block, FormReview) for block in answer.blocks):
        answer = await chat.press("form:next")
    (review,) = (block for block in answer.blocks if isinstance(block, FormReview))
    assert [(value.label, value.value) for value in review.values] == [("Tag des Einzugs", "01.03.2026")]
    assert "Postleitzahl" in [value.label for value in review.missing]
    assert any(isinstance(block, FormChecklist) for block in (await chat.press("form:next")).blocks)
