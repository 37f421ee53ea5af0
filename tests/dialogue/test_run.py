"""One turn from end to end, with scripted understanding and search."""

import asyncio
import threading
from dataclasses import replace

import pytest

from assistant.dialogue.context import DialogueTools
from assistant.dialogue.run import TurnRunner
from assistant.errors import NluUnavailableError
from assistant.model import (
    Answer,
    AnswerStatus,
    Aspect,
    Channel,
    Finding,
    Intent,
    Language,
    Paragraph,
    Register,
    Turn,
    Understanding,
)
from tests.dialogue.conftest import ScriptedNlu, ScriptedRetriever, conversation, said


async def first_answer(tools: DialogueTools, text: str, choice: str | None = None) -> Answer:
    """The answer to the first utterance of a conversation."""
    answer, _ = await TurnRunner(tools).respond(conversation(), (), said(text, choice))
    return answer


def text_of(answer: Answer) -> str:
    """The running text of an answer."""
    return " ".join(block.text for block in answer.blocks if isinstance(block, Paragraph))


async def test_a_clear_question_is_answered_with_source_office_and_next_step(
    tools: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever
) -> None:
    """The fee comes first, then the office, then the official page; every step is timed."""
    question = "Was kostet ein Reisepass?"
    nlu.intents[question] = Intent.ASK_FEE
    retriever.findings[question] = (Finding("reisepass", 0.95),)
    answer = await first_answer(tools, question)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.service_id == "reisepass"
    assert answer.aspects == (Aspect.FEE,)
    assert "70,00 Euro" in text_of(answer)
    assert [type(block).__name__ for block in answer.blocks].index("OfficeCard") > 0
    assert answer.sources[0].updated_on is not None
    assert list(answer.timings) == [
        "guard_input",
        "look_up_ticket",
        "guide_form",
        "understand",
        "decide",
        "retrieve",
        "compose",
        "offer_people",
        "offer_forms",
        "remind_of_form",
        "translate",
        "guard_answer",
        "record",
    ]


async def test_near_ties_are_asked_back_with_what_was_asked(
    tools: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever
) -> None:
    """The buttons carry the aspect, so that a press answers the question and does not begin anew."""
    question = "Was kostet der Ausweis?"
    nlu.intents[question] = Intent.ASK_FEE
    retriever.findings[question] = (Finding("personalausweis", 0.5), Finding("vorlaeufiger-personalausweis", 0.4))
    answer = await first_answer(tools, question)
    assert answer.status is AnswerStatus.CLARIFICATION
    assert [reply.payload for reply in answer.quick_replies] == [
        "service:personalausweis#fee",
        "service:vorlaeufiger-personalausweis#fee",
        "act:deny",
    ]


async def test_on_the_telephone_more_certainty_is_needed_to_answer(
    tools: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever
) -> None:
    """A word may have been misheard: what is answered at once in chat is asked back by phone."""
    question = "was kostet der pass"
    nlu.intents[question] = Intent.ASK_FEE
    retriever.findings[question] = (Finding("reisepass", 0.6), Finding("personalausweis", 0.3))
    assert (await first_answer(tools, question)).status is AnswerStatus.ANSWERED
    by_phone, _ = await TurnRunner(tools).respond(conversation(), (), replace(said(question), channel=Channel.PHONE))
    assert by_phone.status is AnswerStatus.CLARIFICATION
    assert [reply.payload for reply in by_phone.quick_replies][:1] == ["service:reisepass#fee"]


async def test_on_the_telephone_compounds_are_put_together(
    tools: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever
) -> None:
    """The dialogue understands the word that was meant, not the two that were heard."""
    nlu.intents["was kostet ein reisepass"] = Intent.ASK_FEE
    retriever.findings["was kostet ein reisepass"] = (Finding("reisepass", 0.95),)
    heard = replace(said("was kostet ein reise pass"), channel=Channel.PHONE)
    answer, _ = await TurnRunner(tools).respond(conversation(), (), heard)
    assert answer.service_id == "reisepass"


async def test_nothing_found_is_admitted_with_ways_on(tools: DialogueTools) -> None:
    """Roland does not guess: it says so, names the phone and offers a person."""
    answer = await first_answer(tools, "Quantenflux reparieren")
    assert answer.status is AnswerStatus.UNANSWERABLE_NOT_FOUND
    assert "0421 361-0" in text_of(answer)
    assert answer.quick_replies[-1].payload == "act:human"


async def test_an_emergency_goes_before_everything(tools: DialogueTools, nlu: ScriptedNlu) -> None:
    """112 and 110 come at once, even when nothing else works."""
    broken = replace(tools, nlu=_BrokenNlu())
    answer = await first_answer(broken, "Hilfe, es brennt im Keller! Was kostet ein Pass?")
    assert answer.status is AnswerStatus.HANDOFF_EMERGENCY
    assert "112" in text_of(answer)
    assert "110" in text_of(answer)


async def test_an_emergency_in_a_buttons_words_counts_as_said(tools: DialogueTools) -> None:
    """Some clients send what a person typed as a button's words; danger is seen there as well."""
    answer = await first_answer(tools, "", choice="say:Hilfe, es brennt im Keller!")
    assert answer.status is AnswerStatus.HANDOFF_EMERGENCY


async def test_what_only_the_index_knows_is_not_found(tools: DialogueTools, retriever: ScriptedRetriever) -> None:
    """A service that left the catalogue after the index was built is not found, never answered with nothing."""
    retriever.findings["Alter Dienst"] = (Finding("gibt-es-nicht-mehr", 0.95),)
    answer = await first_answer(tools, "Alter Dienst")
    assert answer.status is AnswerStatus.UNANSWERABLE_NOT_FOUND
    assert answer.candidates == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [("Ich kann kein Deutsch, bitte Englisch", Language.EN), ("Englisch bitte", Language.EN), ("Deutsch", Language.DE)],
)
async def test_the_language_wished_for_is_not_the_one_spoken(
    tools: DialogueTools, nlu: ScriptedNlu, text: str, language: Language
) -> None:
    """Where two languages are named, the other one is meant."""
    nlu.intents[text] = Intent.CHANGE_LANGUAGE
    assert (await first_answer(tools, text)).language is language


@pytest.mark.parametrize("text", ["", "   ", "?!…", "😀"])
async def test_nothing_said_is_not_understood(tools: DialogueTools, text: str) -> None:
    """An empty message gets a friendly question, not an error."""
    assert (await first_answer(tools, text)).status is AnswerStatus.UNANSWERABLE_UNCLEAR


async def test_far_too_much_is_refused(tools: DialogueTools) -> None:
    """A novel is not searched for a question."""
    assert (await first_answer(tools, "a" * 2001)).status is AnswerStatus.REFUSED_TOO_LONG


class _BrokenNlu:
    name = "broken"

    async def ping(self) -> None:
        return None

    async def parse(self, text: str, language: Language) -> Understanding:
        raise NluUnavailableError("gone")


class _HangingNlu(_BrokenNlu):
    async def parse(self, text: str, language: Language) -> Understanding:
        await asyncio.Event().wait()
        raise AssertionError


@pytest.mark.slow
async def test_whatever_breaks_an_apology_offers_a_human(tools: DialogueTools) -> None:
    """The error has a code and a trace for the log; the person sees neither."""
    answer = await first_answer(replace(tools, nlu=_BrokenNlu()), "Was kostet ein Pass?")
    assert answer.status is AnswerStatus.ERROR_INTERNAL
    assert answer.error is not None
    assert answer.error.code == "nlu_unavailable"
    assert answer.error.trace_id not in text_of(answer)
    assert answer.quick_replies[-1].payload == "act:human"


async def test_a_hanging_part_meets_the_deadline(tools: DialogueTools) -> None:
    """Nobody waits for ever."""
    answer = await first_answer(replace(tools, nlu=_HangingNlu(), deadline_seconds=0.05), "Was kostet ein Pass?")
    assert answer.status is AnswerStatus.ERROR_TIMEOUT


async def test_a_correction_leaves_the_topic_but_keeps_the_question(
    tools: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever
) -> None:
    """After the passport's fee, "nein, den vorläufigen" gives the temporary passport's fee."""
    correction = "nein, den vorläufigen"
    nlu.intents[correction] = Intent.CORRECT
    title = tools.catalogue.service("reisepass")
    assert title is not None
    query = f"{correction} {title.text(Language.DE).title}"
    retriever.findings[query] = (Finding("reisepass", 0.8), Finding("vorlaeufiger-reisepass", 0.5))
    runner = TurnRunner(tools)
    begun = conversation()
    _, state = await runner.respond(begun, (), said("Reisepass", "service:reisepass#fee"))
    answer, state = await runner.respond(replace(begun, state=state), (), said(correction))
    assert answer.service_id == "vorlaeufiger-reisepass"
    assert answer.aspects == (Aspect.FEE,)
    assert state.service_id == "vorlaeufiger-reisepass"


async def test_plain_language_says_the_last_answer_again(tools: DialogueTools, nlu: ScriptedNlu) -> None:
    """The wish for simpler words keeps the topic and the question."""
    nlu.intents["einfacher bitte"] = Intent.SIMPLIFY
    runner = TurnRunner(tools)
    begun = conversation()
    _, state = await runner.respond(begun, (), said("Reisepass", "service:reisepass#fee"))
    answer, state = await runner.respond(replace(begun, state=state), (), said("einfacher bitte"))
    assert state.register is Register.PLAIN
    assert answer.service_id == "reisepass"
    assert answer.aspects == (Aspect.FEE,)


async def test_failures_in_a_row_lead_to_a_person(tools: DialogueTools) -> None:
    """The second time nothing is found, the ways to a person come without being asked for."""
    runner = TurnRunner(tools)
    begun = conversation()
    _, state = await runner.respond(begun, (), said("Quantenflux"))
    answer, state = await runner.respond(replace(begun, state=state), (), said("Flux der Quanten"))
    assert state.failures == 2
    assert "Sie erreichen jetzt einen Menschen" in text_of(answer)


@pytest.mark.parametrize("is_quick", [True, False])
async def test_only_a_slow_search_leaves_the_event_loop(
    tools: DialogueTools,
    nlu: ScriptedNlu,
    retriever: ScriptedRetriever,
    monkeypatch: pytest.MonkeyPatch,
    is_quick: bool,
) -> None:
    """A search with a large model must not hold up other people's turns; a quick one is not worth a thread."""
    searched_in: list[int] = []
    search = retriever.search

    def note_thread(question: str, language: Language, *, limit: int = 5) -> tuple[Finding, ...]:
        searched_in.append(threading.get_ident())
        return search(question, language, limit=limit)

    monkeypatch.setattr(retriever, "search", note_thread)
    retriever.is_quick = is_quick
    question = "Was kostet ein Reisepass?"
    nlu.intents[question] = Intent.ASK_FEE
    retriever.findings[question] = (Finding("reisepass", 0.95),)
    assert (await first_answer(tools, question)).status is AnswerStatus.ANSWERED
    assert (searched_in == [threading.get_ident()]) is is_quick


async def test_a_bare_aspect_is_never_searched_for(
    tools: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever
) -> None:
    """Whatever the search makes of "Was kostet das?", without a topic it is asked what is meant."""
    nlu.intents["Was kostet das?"] = Intent.ASK_FEE
    retriever.findings["Was kostet das?"] = (Finding("reisepass", 0.9),)
    retriever.contents["Was kostet das?"] = ()
    answer = await first_answer(tools, "Was kostet das?")
    assert answer.status is AnswerStatus.CLARIFICATION
    assert answer.service_id is None


async def test_words_of_steering_may_name_a_service(
    tools: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever
) -> None:
    """A Ukrainian licence is no wish for Ukrainian: what is surely found is answered, in the language spoken."""
    question = "ukrainischer Führerschein umschreiben"
    nlu.intents[question] = Intent.CHANGE_LANGUAGE
    retriever.findings[question] = (Finding("fuehrerschein-ausland-umschreiben", 0.97),)
    answer = await first_answer(tools, question)
    assert answer.service_id == "fuehrerschein-ausland-umschreiben"
    assert answer.language is Language.DE


async def test_the_reason_of_a_wish_for_another_language_is_no_question(
    tools: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever
) -> None:
    """The language changes; what is said beside the wish is looked up only where there is an answer to it."""
    wish = "Können wir Englisch sprechen?"
    nlu.intents[wish] = Intent.CHANGE_LANGUAGE
    nlu.intents["Was kostet ein Pass?"] = Intent.ASK_FEE
    retriever.findings["Was kostet ein Pass?"] = (Finding("reisepass", 0.97),)
    for reason in ("Mein Freund versteht sonst nichts.", "Versteht er sonst etwas?"):
        changed = await first_answer(tools, f"{wish} {reason}")
        assert (changed.status, changed.language) == (AnswerStatus.SMALLTALK, Language.EN)
    answered = await first_answer(tools, f"{wish} Was kostet ein Pass?")
    assert (answered.service_id, answered.language) == ("reisepass", Language.EN)


async def test_a_story_told_around_a_question_does_not_cloud_it(
    tools: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever
) -> None:
    """Where the whole message leaves two services in doubt, the clause that asks may settle which is meant."""
    story = "Unsere Tochter ist geboren. Bis wann kann ich Elterngeld beantragen?"
    focus = tools.splitter.focus(story, Language.DE)
    assert focus != story
    nlu.intents[story] = nlu.intents[focus] = Intent.ASK_DEADLINE
    retriever.findings[story] = (Finding("elterngeld", 0.5), Finding("geburt-anmelden", 0.45))
    assert (await first_answer(tools, story)).status is AnswerStatus.CLARIFICATION
    retriever.findings[focus] = (Finding("elterngeld", 0.98),)
    assert (await first_answer(tools, story)).service_id == "elterngeld"
    retriever.findings[focus] = (Finding("reisepass", 0.98),)
    assert (await first_answer(tools, story)).status is AnswerStatus.CLARIFICATION


async def test_of_services_in_doubt_the_one_talked_about_before_is_meant(
    tools: DialogueTools, nlu: ScriptedNlu, retriever: ScriptedRetriever
) -> None:
    """Who comes back to an earlier topic need not tell it from its neighbours; who never spoke of one is asked."""
    first, back = "Auto ummelden", "nochmal Auto Gebühren"
    nlu.intents[back] = Intent.ASK_FEE
    retriever.findings[first] = (Finding("kfz-ummelden", 0.95),)
    retriever.findings[back] = (Finding("kfz-zulassen", 0.5), Finding("kfz-ummelden", 0.45))
    assert (await first_answer(tools, back)).status is AnswerStatus.CLARIFICATION
    opening = said(first)
    answer, state = await TurnRunner(tools).respond(conversation(), (), opening)
    before = (Turn(opening, answer, opening.at),)
    answer, _ = await TurnRunner(tools).respond(replace(conversation(), state=state), before, said(back))
    assert (answer.service_id, answer.aspects) == ("kfz-ummelden", (Aspect.FEE,))
