"""Somebody in need gets a kind word and the help line at once, and the question beside it stays reachable."""

from dataclasses import replace

import pytest

from assistant.dialogue.context import DialogueTools
from assistant.dialogue.run import TurnRunner
from assistant.model import (
    Answer,
    AnswerStatus,
    ContactWays,
    Conversation,
    DetectedLanguage,
    DialogueState,
    Distress,
    Finding,
    Intent,
    Language,
    OfficeCard,
    Paragraph,
)
from tests.dialogue.conftest import ScriptedNlu, ScriptedRetriever, conversation, said

WOMEN = "hilfetelefon-gewalt-gegen-frauen"
SHELTER = "frauenhaus-bremerhaven"
HOUSING = "zentrale-fachstelle-wohnen-bremen"
CHILDREN = "kinder-und-jugendnotdienst-bremen"
BEATEN = "mein Mann schlägt mich, wie melde ich mich um?"
QUESTION = "wie melde ich mich um?"
PLACES = (("bremen", "040110000000"), ("bremerhaven", "040120000000"), ("lehe", "040120000000"))


class KnowsTurkish:
    """Takes every text for Turkish."""

    def detect(self, text: str) -> DetectedLanguage:
        return DetectedLanguage(Language.TR, 0.99)


class BrokenRetriever(ScriptedRetriever):
    """Fails at every search."""

    def search(self, question: str, language: Language, *, limit: int = 5) -> tuple[Finding, ...]:
        raise OSError("the index is gone")


@pytest.fixture
def helped(tools: DialogueTools) -> DialogueTools:
    """The tools of a city that names offices for every need."""
    offices = {
        Distress.VIOLENCE: (WOMEN, SHELTER),
        Distress.CHILD: (CHILDREN, "nummer-gegen-kummer"),
        Distress.HOMELESSNESS: (HOUSING, "not-in-the-catalogue"),
    }
    return replace(tools, city=replace(tools.city, help_offices=offices, areas=PLACES))


async def respond(
    tools: DialogueTools, text: str, choice: str | None = None, before: Conversation | None = None
) -> tuple[Answer, DialogueState]:
    """The answer to one utterance, and what is kept in mind."""
    return await TurnRunner(tools).respond(before or conversation(), (), said(text, choice))


def text_of(answer: Answer) -> str:
    """The running text of an answer."""
    return " ".join(block.text for block in answer.blocks if isinstance(block, Paragraph))


def offices_of(answer: Answer) -> list[str]:
    """The offices whose cards the answer shows."""
    return [block.office.id for block in answer.blocks if isinstance(block, OfficeCard)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "need", "office"),
    [
        ("Ich habe Angst vor meinem Mann", Distress.VIOLENCE, WOMEN),
        ("Die Nachbarn schlagen ihr Kind", Distress.CHILD, CHILDREN),
        ("Ich habe heute Nacht keinen Schlafplatz", Distress.HOMELESSNESS, HOUSING),
    ],
)
async def test_each_need_has_its_help_lines(helped: DialogueTools, text: str, need: Distress, office: str) -> None:
    """The answer names the offices with their source and date, offers a person, and the need is kept in mind."""
    answer, state = await respond(helped, text)
    assert answer.status is AnswerStatus.HANDOFF_DISTRESS
    assert offices_of(answer)[0] == office
    assert answer.sources[0].updated_on is not None
    assert answer.quick_replies[-1].payload == "act:human"
    assert state.distress is need


async def test_violence_names_the_police_as_well(helped: DialogueTools) -> None:
    """Who is beaten may be in danger any minute: 110 stands beside the help line."""
    answer, _ = await respond(helped, "Mein Ex stalkt mich")
    assert answer.status is AnswerStatus.HANDOFF_DISTRESS
    assert "110" in text_of(answer)


async def test_a_lost_home_is_no_case_for_the_police(helped: DialogueTools) -> None:
    """Emergency numbers are for danger; a roof for the night is found elsewhere."""
    answer, _ = await respond(helped, "ich bin obdachlos")
    assert "110" not in text_of(answer)


async def test_danger_this_minute_is_an_emergency_with_the_help_line_beside_it(helped: DialogueTools) -> None:
    """Emergency numbers come first; whom to talk to afterwards follows."""
    answer, state = await respond(helped, "Mein Mann schlägt mich gerade")
    assert answer.status is AnswerStatus.HANDOFF_EMERGENCY
    assert "110" in text_of(replace(answer, blocks=answer.blocks[:1]))
    assert WOMEN in offices_of(answer)
    assert state.distress is Distress.VIOLENCE


async def test_the_question_beside_the_need_stays_reachable(
    helped: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever
) -> None:
    """A button asks just the question, and pressing it answers it."""
    retriever.findings[QUESTION] = (Finding("reisepass", 0.95),)
    nlu.intents[QUESTION] = Intent.ASK_FEE
    answer, _ = await respond(helped, BEATEN)
    assert answer.status is AnswerStatus.HANDOFF_DISTRESS
    assert [reply.payload for reply in answer.quick_replies] == [f"say:{QUESTION}", "act:human"]
    pressed, _ = await respond(helped, QUESTION, choice=f"say:{QUESTION}")
    assert pressed.status is AnswerStatus.ANSWERED


async def test_nothing_is_offered_that_the_catalogue_does_not_know(helped: DialogueTools) -> None:
    """A story told around the need is no question."""
    answer, _ = await respond(helped, "Mein Mann schlägt mich, er trinkt jeden Tag")
    assert [reply.payload for reply in answer.quick_replies] == ["act:human"]


async def test_help_is_named_where_the_person_is(helped: DialogueTools) -> None:
    """Whoever names a place gets the help there; offices of the whole country are named everywhere."""
    in_lehe, state = await respond(helped, "ich wohne in Lehe und mein Freund bedroht mich")
    assert offices_of(in_lehe) == [WOMEN, SHELTER]
    assert state.area == "040120000000"
    anywhere, _ = await respond(helped, "mein Freund bedroht mich")
    assert offices_of(anywhere) == [WOMEN]


async def test_a_city_without_help_offices_still_has_a_kind_word(tools: DialogueTools) -> None:
    """Nothing is announced that is not there."""
    answer, _ = await respond(tools, "ich bin obdachlos")
    assert answer.status is AnswerStatus.HANDOFF_DISTRESS
    assert [type(block) for block in answer.blocks] == [Paragraph, ContactWays]
    assert answer.quick_replies[-1].payload == "act:human"


async def test_help_is_told_in_the_language_of_who_asks_for_it(helped: DialogueTools) -> None:
    """Nobody in need has to find the language menu first."""
    answer, state = await respond(replace(helped, languages=KnowsTurkish()), "kocam beni dövüyor")
    assert answer.language is Language.TR
    assert state.language is Language.TR


async def test_the_title_of_a_service_on_a_button_is_no_confession(helped: DialogueTools) -> None:
    """Whoever presses "Hilfe bei häuslicher Gewalt" wants that service."""
    answer, state = await respond(helped, "Hilfe bei häuslicher Gewalt", choice="service:reisepass")
    assert answer.service_id == "reisepass"
    assert state.distress is None


@pytest.mark.slow
async def test_when_the_search_is_broken_the_numbers_still_come(helped: DialogueTools) -> None:
    """Help hangs on nothing that can break."""
    answer, _ = await respond(replace(helped, retriever=BrokenRetriever()), BEATEN)
    assert "110" in text_of(answer)


async def test_starting_anew_forgets_the_need(helped: DialogueTools, nlu: ScriptedNlu) -> None:
    """What was told stays known to who takes over, until the person begins again."""
    nlu.intents["neu anfangen"] = Intent.RESTART
    before = replace(conversation(), state=DialogueState(distress=Distress.CHILD))
    _, kept = await respond(helped, "danke", before=before)
    _, forgotten = await respond(helped, "neu anfangen", before=before)
    assert (kept.distress, forgotten.distress) == (Distress.CHILD, None)
