"""The talk, without sound: from the opening to the last word."""

from dataclasses import replace

import pytest
from stdnum import damm

from assistant.model import AnswerStatus, Candidate, Language, NobodyThere, TransferOutcome
from tests.voice.session.script import (
    CALL,
    CODE,
    DUE,
    FEE,
    UNCLEAR,
    Book,
    MuteScript,
    Script,
    SmallDirectory,
    answer,
    offer,
    prompt,
    replies,
    spoken,
)
from voice.session.keypad import keys_of
from voice.session.moves import Consult, EndReason, Expected, FindPerson, Mute, PassOn, Promise
from voice.session.options import Confidence, SessionOptions

SURE, FAIRLY_SURE = Confidence().sure, Confidence().likely
DOUBTFUL = Confidence().doubtful
PASSPORT = Candidate("reisepass", "Reisepass", 0.6)
IN_DANGER, MISHEARD = "ein junge ist in die weser gefallen", "ein junge ist in die weber gefallen"
ID_CARD = Candidate("personalausweis", "Personalausweis", 0.3)


# ── opening ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_opening_says_what_answers_and_that_a_person_is_near() -> None:
    """The duty sentence comes first and alone is protected; the language choice is said in the other language."""
    script = Script()
    assert script.heard == [
        prompt("opening.duty", city="Bremen"),
        prompt("opening.what"),
        prompt("opening.person"),
        prompt("opening.this_language", Language.EN),
        prompt("opening.question"),
    ]
    assert script.ask is not None
    assert script.ask.protected == 1
    assert script.ask.sentences[3].language is Language.EN


def test_a_test_line_says_so_before_anything_can_be_asked() -> None:
    """Nobody takes a line with the synthetic model for the city's."""
    script = Script(options=SessionOptions(is_test_line=True))
    assert script.heard[1] == prompt("opening.test_line")
    assert script.ask is not None
    assert script.ask.protected == 2


@pytest.mark.parametrize("wish", ["english please", "auf englisch"])
def test_english_is_one_word_away(wish: str) -> None:
    """From then on Roland speaks and hears English, and the office knows."""
    script = Script(Book().add("how much is a passport", FEE)).say(wish)
    assert script.heard == [prompt("opening.language_changed", Language.EN), prompt("opening.question", Language.EN)]
    script.say("how much is a passport")
    consult = next(effect for effect in script.done if isinstance(effect, Consult))
    assert consult.language is Language.EN
    assert script.ask is not None
    assert script.ask.voice.language is Language.EN


def test_the_key_for_languages_leads_to_the_other_one_and_back() -> None:
    """Nine means the language that is not spoken now."""
    script = Script().key("9")
    assert script.heard[0] == prompt("opening.language_changed", Language.EN)
    assert script.key("9").heard[0] == prompt("opening.language_changed")


def test_a_language_that_cannot_be_had_is_not_offered() -> None:
    """Neither by word nor by key; who wishes for it is answered by the office."""
    script = Script(options=SessionOptions(languages=(Language.DE,)))
    assert prompt("opening.this_language", Language.EN) not in script.heard
    assert script.key("9").heard[0] == prompt("keys.wrong")
    assert script.say("english please").consulted == ["english please"]


# ── answers and offers ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_question_is_answered_and_something_is_offered() -> None:
    """The short answer comes first, then one question."""
    script = Script().say("was kostet ein reisepass")
    assert script.heard == ["Der Reisepass kostet siebzig Euro.", "Auch die Unterlagen?"]


@pytest.mark.parametrize("wish", ["ja", "ja bitte", "unterlagen"])
def test_a_yes_or_its_own_word_takes_the_offer(wish: str) -> None:
    """What was offered is said, and the next question follows."""
    script = Script().say("was kostet ein reisepass").say(wish)
    assert script.heard == ["Ein Foto.", prompt("turn.question_next")]


def test_a_no_leaves_the_offer_and_a_second_one_ends_the_call() -> None:
    """Nobody is nagged: after a no nothing more is offered."""
    script = Script().say("was kostet ein reisepass").say("nein danke")
    assert script.heard == [prompt("confirm.done"), prompt("turn.question_next")]
    assert script.say("nein").is_over
    assert script.heard == [prompt("end.goodbye")]


def test_a_new_question_leaves_the_offer() -> None:
    """Whoever asks something else is answered that."""
    script = Script().say("was kostet ein reisepass")
    script.book.add("und wie lange dauert das", spoken("Sechs Wochen."))
    assert script.say("und wie lange dauert das").heard[0] == "Sechs Wochen."


def test_long_parts_are_told_in_portions() -> None:
    """After each portion it is asked whether to go on."""
    long = spoken("Kurz.", offers=(offer("rest", "Weiter?", "Teil eins.", "Teil zwei."),))
    script = Script(Book().add("was brauche ich", long)).say("was brauche ich").say("ja")
    assert script.heard == ["Teil eins.", prompt("offer.rest")]
    assert script.say("weiter").heard[0] == "Teil zwei."


def test_an_offer_may_lead_back_to_the_office() -> None:
    """Its payload is asked as a choice."""
    with_payload = spoken("Kurz.", offers=(offer("fee", "Auch die Kosten?", payload="service:x#fee"),))
    script = Script(Book().add("reisepass", with_payload).add("service:x#fee", FEE)).say("reisepass").say("gern")
    assert script.consulted == ["reisepass", "service:x#fee"]


def test_who_goes_on_after_a_pause_is_understood_as_one_sentence() -> None:
    """Words right after the first ones belong to them."""
    script = Script().say("was kostet").say("ein reisepass", continues=True)
    assert script.consulted == ["was kostet", "was kostet ein reisepass"]
    assert script.heard[0] == FEE.sentences[0].text


@pytest.mark.parametrize("said", ["personalausweis", "den zweiten", "zwei", "ich meine den personalausweis"])
def test_a_choice_is_made_by_its_words_or_its_place(said: str) -> None:
    """A question back is answered as people do."""
    asked = spoken(
        "Meinen Sie Reisepass oder Personalausweis?",
        choices=(("Reisepass", "service:r"), ("Personalausweis", "service:p")),
        asks=True,
        status=AnswerStatus.CLARIFICATION,
    )
    script = Script(Book().add("ausweis", asked).add("service:p", FEE)).say("ausweis").say(said)
    assert script.consulted[-1] == "service:p"


def test_a_choice_is_made_by_its_key() -> None:
    """Digits stand for the choices in their order."""
    asked = spoken("Was meinen Sie?", choices=(("Reisepass", "service:r"), ("Ausweis", "service:p")), asks=True)
    script = Script(Book().add("ausweis", asked).add("service:p", FEE)).say("ausweis").key("2")
    assert script.consulted[-1] == "service:p"


def test_the_second_guess_of_the_recogniser_may_be_the_choice() -> None:
    """Where the best words fit nothing that was offered, the next ones are tried."""
    asked = spoken("Was meinen Sie?", choices=(("Reisepass", "service:r"), ("Ausweis", "service:p")), asks=True)
    script = Script(Book().add("ausweis", asked).add("service:r", FEE)).say("ausweis")
    assert script.say("reis pest", DOUBTFUL, "reisepass").consulted[-1] == "service:r"


# ── confidence ─────────────────────────────────────────────────────────────────────────────────────────────────────


def candidates(*found: Candidate) -> Book:
    """An office that answers about passports."""
    given = answer("was kostet ein reisepass", candidates=found, service_id="reisepass")
    return Book().add("was kostet ein reisepass", FEE, given).add("service:personalausweis", spoken("Der Ausweis."))


def test_what_is_fairly_sure_is_said_along() -> None:
    """The service is named with the answer."""
    script = Script(candidates(PASSPORT)).say("was kostet ein reisepass", FAIRLY_SURE)
    assert script.heard[:2] == [prompt("confirm.about", what="Reisepass"), FEE.sentences[0].text]


def test_what_is_sure_is_not_said_along() -> None:
    """Who was heard well is simply answered."""
    assert Script(candidates(PASSPORT)).say("was kostet ein reisepass", SURE).heard[0] == FEE.sentences[0].text


def test_what_is_doubtful_is_asked_back() -> None:
    """Two services may be meant: which one is asked before anything is told."""
    script = Script(candidates(PASSPORT, ID_CARD)).say("was kostet ein reisepass", DOUBTFUL)
    assert script.heard == [prompt("confirm.which", options="Reisepass oder Personalausweis")]
    assert script.say("personalausweis").heard[0] == "Der Ausweis."


def test_what_is_doubtful_with_one_meaning_is_confirmed() -> None:
    """A yes tells the answer that is there already, a no asks again."""
    script = Script(candidates(PASSPORT)).say("was kostet ein reisepass", DOUBTFUL)
    assert script.heard == [prompt("confirm.understood", what="Reisepass")]
    assert script.say("ja").heard[0] == FEE.sentences[0].text
    script = Script(candidates(PASSPORT)).say("was kostet ein reisepass", DOUBTFUL).say("nein")
    assert script.heard == [prompt("confirm.say_again")]


def test_what_else_was_perhaps_said_is_asked_back() -> None:
    """Where the first guess of unclear words leads nowhere, the second one is tried, and never told unasked."""
    script = Script(candidates(PASSPORT)).say("was kostet ein reis pass", DOUBTFUL, "was kostet ein reisepass")
    assert script.consulted == ["was kostet ein reis pass", "was kostet ein reisepass"]
    assert script.heard == [prompt("confirm.understood", what="Reisepass")]


def test_a_second_guess_that_leads_nowhere_either_is_not_told() -> None:
    """The caller hears that they were not understood; what was heard clearly has no second guess."""
    script = Script().say("bla", DOUBTFUL, "blub")
    assert script.consulted == ["bla", "blub"]
    assert script.heard[0] == UNCLEAR.sentences[0].text
    assert Script().say("bla", SURE, "blub").consulted == ["bla"]


# ── danger ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("confidence", [SURE, FAIRLY_SURE, DOUBTFUL])
def test_danger_that_was_perhaps_said_gets_the_number_first(confidence: float) -> None:
    """A word that was misheard takes the emergency number from nobody; what was most probably said is answered too."""
    book = Book().add(MISHEARD, UNCLEAR)
    script = Script(book).say(MISHEARD, confidence, IN_DANGER)
    assert script.heard[:2] == [prompt("confirm.danger"), UNCLEAR.sentences[0].text]


def test_danger_that_was_heard_is_answered_and_not_guessed_at() -> None:
    """Its answer has all the numbers; nothing is said before it."""
    told = spoken("Ist jemand in Gefahr?", status=AnswerStatus.HANDOFF_EMERGENCY)
    script = Script(Book().add("es brennt", told)).say("es brennt", DOUBTFUL, IN_DANGER)
    assert script.heard[0] == "Ist jemand in Gefahr?"


def test_nobody_is_warned_for_nothing() -> None:
    """Other guesses that speak of no danger change nothing."""
    script = Script(candidates(PASSPORT)).say("was kostet ein reisepass", SURE, "was kostet eine reise passt")
    assert prompt("confirm.danger") not in script.heard


# ── not heard ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_not_heard_gets_shorter_then_keys_then_a_person() -> None:
    """The ladder of no match: again, a word only, the menu for the keys, at last a person."""
    script = Script()
    assert script.mumble().heard == [prompt("repair.not_heard")]
    assert script.say("brxl", 0.1).heard == [prompt("repair.not_heard_shorter")]
    assert script.mumble().heard[0] == prompt("repair.not_heard_keys")
    assert prompt("menu.lead") in script.heard
    script.mumble()
    assert prompt("repair.not_heard_person") in script.last
    assert script.did(PassOn)


def test_silence_is_counted_apart() -> None:
    """Two silences and two mumbles are not four of one kind."""
    script = Script().silent().mumble().silent().mumble()
    assert script.heard == [prompt("repair.not_heard_shorter")]
    assert script.silent().heard == [prompt("repair.silence_end")]
    assert script.is_over


def test_silence_asks_whether_somebody_is_there() -> None:
    """The question comes again, then the keys are named."""
    script = Script().silent()
    assert script.heard == [prompt("repair.silence"), prompt("opening.question")]
    assert script.silent().heard[0] == prompt("repair.silence_keys")


def test_what_the_office_never_understands_leads_to_a_person() -> None:
    """Three answers that are none."""
    script = Script().say("bla").say("blub").say("blah")
    assert prompt("repair.not_heard_person") in script.last
    assert script.did(FindPerson)


def test_who_cannot_be_understood_anywhere_is_asked_to_call_again() -> None:
    """With nobody there and no words, the call ends politely, not in a circle."""
    script = Script(target=NobodyThere())
    for _ in range(40):
        if script.is_over:
            break
        script.mumble()
    assert script.is_over
    assert script.last == prompt("trouble.call_again")


# ── commands ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_wait_waits_and_says_now_and_then_that_it_is_there() -> None:
    """A minute each time, noise does not end it, and after three the question comes back."""
    script = Script().say("moment bitte")
    assert script.heard == [prompt("turn.waiting")]
    assert script.ask is not None
    assert script.ask.patience_s == 60
    assert script.mumble().heard == []
    assert script.silent().heard == [prompt("turn.still_there")]
    script.silent()
    assert script.silent().heard == [prompt("turn.waited_long"), prompt("opening.question")]


def test_who_is_back_hears_the_question_again() -> None:
    """Who says so ends the wait; a question ends it too, and is answered."""
    script = Script().say("einen moment bitte").say("ich bin wieder da")
    assert script.heard[-1] == prompt("opening.question")
    assert Script().say("moment").say("was kostet ein reisepass").heard[0] == FEE.sentences[0].text


def test_repeating_says_the_same_again_then_slower() -> None:
    """Who asks twice gets it more slowly."""
    script = Script().say("was kostet ein reisepass").say("wie bitte")
    assert script.heard[:2] == [prompt("turn.again"), FEE.sentences[0].text]
    script.say("noch mal")
    assert script.heard[:2] == [prompt("turn.slower"), FEE.sentences[0].text]
    assert script.ask is not None
    assert script.ask.voice.speed < 1
    assert script.key("*").heard[0] == FEE.sentences[0].text


@pytest.mark.parametrize(
    ("command", "key", "wanted"),
    [
        ("langsamer bitte", "slower", lambda voice: voice.speed < 1),
        ("schneller", "faster", lambda voice: voice.speed > 1),
        ("können sie bitte lauter sprechen", "louder", lambda voice: voice.volume > 1),
        ("etwas leiser", "quieter", lambda voice: voice.volume < 1),
    ],
)
def test_the_voice_changes_on_wish_and_stays_so(command: str, key: str, wanted: object) -> None:
    """It is said, the answer comes again in the new voice, and has an end."""
    script = Script().say("was kostet ein reisepass").say(command)
    assert script.heard[:2] == [prompt(f"turn.{key}"), FEE.sentences[0].text]
    assert script.ask is not None
    assert callable(wanted)
    assert wanted(script.ask.voice)
    script.say(command).say(command)
    extremes = {"slower": "slowest", "faster": "fastest", "louder": "loudest", "quieter": "quietest"}
    assert script.heard[0] == prompt(f"turn.{extremes[key]}")


@pytest.mark.parametrize("back", ["zurück", "**"])
def test_back_tells_the_answer_before(back: str) -> None:
    """By word, or by the star pressed twice."""
    script = Script().say("was kostet ein reisepass")
    script.book.add("und wie lange dauert das", spoken("Sechs Wochen."))
    script.say("und wie lange dauert das")
    script = script.key(back) if back == "**" else script.say(back)
    assert script.heard[:2] == [prompt("turn.back"), FEE.sentences[0].text]


def test_back_at_the_beginning_asks_what_it_is_about() -> None:
    """There is nothing before the first answer."""
    assert Script().say("zurück").heard == [prompt("turn.nothing_before")]


def test_help_tells_what_can_be_said() -> None:
    """And asks again."""
    assert Script().say("hilfe").heard == [prompt("turn.help"), prompt("opening.question")]


@pytest.mark.parametrize("bye", ["auf wiederhören", "danke tschüss", "das war alles"])
def test_goodbye_ends_the_call(bye: str) -> None:
    """With a word of thanks."""
    script = Script().say(bye)
    assert script.is_over
    assert script.last == prompt("end.goodbye")


def test_a_key_that_means_nothing_here_is_said_so() -> None:
    """And the question comes again."""
    assert Script().key("5").heard[0] == prompt("keys.wrong")


# ── a person ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("wish", ["mitarbeiter", "ich möchte bitte mit einem menschen sprechen", "mitarbeitr"])
def test_a_person_is_one_word_away(wish: str) -> None:
    """It is announced, then the call is passed on, and is over."""
    script = Script().say(wish)
    assert script.heard == [prompt("transfer.announced"), prompt("transfer.wait")]
    assert script.did(PassOn)
    assert script.is_over


def test_zero_leads_to_a_person_at_every_step() -> None:
    """In the middle of an answer as well."""
    assert Script().say("was kostet ein reisepass").key("0").did(PassOn)


def test_a_person_is_not_called_on_a_doubtful_word() -> None:
    """It is asked first; a no goes on."""
    script = Script().say("mitarbeiter", DOUBTFUL)
    assert script.heard == [prompt("transfer.confirm")]
    assert not script.did(FindPerson)
    script.say("nein")
    assert script.heard == [prompt("confirm.done"), prompt("turn.question_next")]
    assert Script().say("mitarbeiter", DOUBTFUL).key("1").did(PassOn)


def test_the_office_may_send_a_caller_to_a_person() -> None:
    """Its own connecting answer, and its button for it."""
    queued = answer("jemand", AnswerStatus.HANDOFF_QUEUED)
    assert Script(Book().add("jemand", FEE, queued)).say("jemand").did(PassOn)
    offered = spoken("Ein Mensch ist da.", choices=(("verbinden", "people:connect"),), asks=True)
    assert Script(Book().add("hm tja", offered)).say("hm tja").key("1").did(PassOn)


@pytest.mark.parametrize(
    ("payload", "key", "effect"),
    [("people:connect", "transfer.confirm", FindPerson), ("people:callback", "callback.offer", None)],
)
def test_what_the_office_offers_of_people_is_put_as_a_question(payload: str, key: str, effect: type | None) -> None:
    """A yes connects, or takes down the number for a call-back."""
    told = spoken("Da kann jemand helfen.", choices=(("egal", payload),), status=AnswerStatus.HANDOFF_OFFERED)
    script = Script(Book().add("beschwerde", told)).say("beschwerde")
    assert script.heard[-1] == prompt(key)
    script.say("ja bitte")
    if effect is None:
        assert script.heard[0].startswith("Sie rufen von dieser Nummer an")
    else:
        assert script.did(effect)


def test_an_answer_that_cannot_be_told_offers_a_person() -> None:
    """With a yes the caller is passed on."""
    script = Script(Book().add("schwierig", spoken("Das geht am Telefon nicht.", needs_person=True))).say("schwierig")
    assert script.heard[-1] == prompt("transfer.confirm")
    assert script.say("ja").did(PassOn)


@pytest.mark.parametrize(
    ("outcome", "key"),
    [
        (TransferOutcome.REFUSED, "transfer.refused"),
        (TransferOutcome.TIMED_OUT, "transfer.timed_out"),
        (TransferOutcome.UNSUPPORTED, "transfer.unsupported"),
    ],
)
def test_who_could_not_be_passed_on_is_offered_a_call_back(outcome: TransferOutcome, key: str) -> None:
    """With the reason; a no leads back to questions."""
    script = Script(outcome=outcome).key("0")
    assert script.heard[-2:] == [prompt(key), prompt("callback.offer")]
    assert script.say("nein").heard == [prompt("callback.declined"), prompt("turn.question_next")]


def test_where_nobody_is_there_a_call_back_is_offered_at_once() -> None:
    """No transfer is tried."""
    script = Script(target=NobodyThere()).key("0")
    assert script.heard == [prompt("transfer.nobody"), prompt("callback.offer")]
    assert not script.did(PassOn)


def test_outside_of_hours_it_is_said_when_somebody_is_there_again() -> None:
    """Before a call-back is offered."""
    script = Script(target=NobodyThere(DUE)).say("mitarbeiter")
    closed = prompt("transfer.closed_hours", next_opening="Dienstag um zwölf Uhr")
    assert script.heard == [closed, prompt("callback.offer")]


def test_an_office_that_knows_of_nobody_takes_no_call_back_either() -> None:
    """No number is dictated for nothing: the caller is asked to call again."""
    script = Script(target=None).say("mitarbeiter")
    assert script.heard == [prompt("trouble.call_again")]
    assert script.is_over


def test_a_call_that_comes_back_begins_with_an_apology() -> None:
    """Not with the opening."""
    script = Script(call=replace(CALL, returns_after=TransferOutcome.REFUSED))
    assert script.heard == [prompt("opening.returned"), prompt("transfer.refused"), prompt("callback.offer")]


# ── a call-back ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_call_back_to_the_number_of_the_call() -> None:
    """The number is read out, the matter taken down, the due date and the code are told."""
    script = Script().say("rufen sie mich zurück")
    assert script.heard == [prompt("callback.known_number", number="null vier zwei, eins drei sechs, eins null")]
    assert script.say("ja").heard == [prompt("callback.matter")]
    script.say("es geht um meinen reisepass")
    promise = next(effect for effect in script.done if isinstance(effect, Promise))
    assert promise == Promise("04213610", "es geht um meinen reisepass")
    assert script.heard[0] == prompt("callback.promised", due="Dienstag um zwölf Uhr")
    assert "Köln, sieben, Rostock, München" in script.heard[1]
    assert "Köln" in script.say("ja").last
    assert script.say("nein").heard == [prompt("turn.question_next")]


def test_a_matter_that_was_not_heard_well_is_confirmed() -> None:
    """A no asks again; then what was asked before stands for it."""
    script = Script().say("was kostet ein reisepass").say("rückruf").say("ja").say("mein pass ist weg", DOUBTFUL)
    assert script.heard == [prompt("callback.matter_heard", matter="mein pass ist weg")]
    script.say("nein").say("main fass ist weck", DOUBTFUL).say("nein")
    promise = next(effect for effect in script.done if isinstance(effect, Promise))
    assert promise.matter == "was kostet ein reisepass"


def test_a_withheld_number_is_dictated_in_blocks_and_corrected() -> None:
    """Blocks are noted one after the other, read back, and a block can be said anew."""
    script = Script(call=replace(CALL, caller=None)).say("rückruf")
    assert script.heard == [prompt("dictation.phone")]
    assert script.ask is not None
    assert script.ask.expected is Expected.DIGITS
    assert script.say("null vier zwei eins").heard[-1] == prompt("dictation.go_on")
    script.say("drei sechs eins")
    assert script.heard == [prompt("dictation.read_back", what="null vier zwei, eins drei sechs eins")]
    script.say("nein drei sieben eins")
    assert script.heard == [prompt("dictation.corrected", what="null vier zwei, eins drei sieben eins")]
    script.say("ja").key("#")
    assert next(effect for effect in script.done if isinstance(effect, Promise)).number == "0421371"


def test_a_call_back_that_cannot_be_promised_is_said_so() -> None:
    """The database may be dead."""
    script = Script(promise=None).say("rückruf").say("ja").say("es geht um den pass")
    assert script.heard == [prompt("callback.not_possible"), prompt("turn.question_next")]


# ── keys alone ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_keys_alone_reach_a_fee() -> None:
    """Hash, frequent questions, the first: without a word."""
    examples = answer("act:capabilities", quick_replies=replies({"Was kostet ein Reisepass?": "say:Reisepass"}))
    book = Book().add("act:capabilities", spoken(""), examples).add("say:Reisepass", FEE)
    script = Script(book).key("#")
    assert script.heard[0] == prompt("menu.lead")
    assert prompt("keys.choice", what=prompt("menu.frequent"), digit="Eins") in script.heard
    assert script.key("1").heard[0] == prompt("keys.frequent")
    assert script.key("1").heard == [FEE.sentences[0].text, "Auch die Unterlagen?"]
    assert script.key("1").heard[0] == "Ein Foto."
    assert script.key("2").is_over


def test_a_city_may_put_its_own_topics_into_the_menu() -> None:
    """Seven at a time; the eighth key leads to the others, and round."""
    topics = replies({f"Thema {letter}": f"service:{letter}" for letter in "abcdefghi"})
    script = Script(Book().add("service:i", FEE), directory=SmallDirectory(topics)).key("#1")
    assert prompt("keys.choice", what="Thema g", digit="Sieben") in script.heard
    assert script.key("8").heard[1] == prompt("keys.choice", what="Thema h", digit="Eins")
    assert script.key("2").consulted == ["service:i"]


def test_keys_alone_reach_every_service_by_its_situation() -> None:
    """First the situation, then its services, seven at a time."""
    moving = replies({f"Dienst {letter}": f"service:{letter}" for letter in "abcdefghi"})
    directory = SmallDirectory(sorted_by={"Reisen": (), "Umzug": moving})
    script = Script(Book().add("service:i", FEE), directory=directory).key("#2")
    assert script.heard[0] == prompt("keys.situations")
    assert script.key("2").heard[:2] == ["Umzug.", prompt("keys.choice", what="Dienst a", digit="Eins")]
    assert script.key("82").consulted == ["service:i"]


def test_a_catalogue_without_situations_does_not_offer_them() -> None:
    """The other entries keep their keys."""
    script = Script().key("#")
    assert prompt("menu.situations") not in script.last
    assert prompt("keys.choice", what=prompt("menu.letters"), digit="Drei") in script.heard


def test_keys_alone_find_a_service_by_its_first_letters() -> None:
    """R, E, I, S: one press each; what is found can be chosen."""
    directory = SmallDirectory(found={"7347": replies({"Reisepass": "service:reisepass"})})
    script = Script(Book().add("service:reisepass", FEE), directory=directory).key("#3")
    assert script.heard == [prompt("keys.letters")]
    script.key("7347#")
    assert script.heard[:2] == [prompt("keys.found"), prompt("keys.choice", what="Reisepass", digit="Eins")]
    assert script.key("1").consulted == ["service:reisepass"]


def test_a_letter_typed_by_mistake_is_taken_back() -> None:
    """By the star; a pause ends the word as # does."""
    directory = SmallDirectory(found={"7347": replies({"Reisepass": "service:reisepass"})})
    script = Script(directory=directory).key("#37349*7").silent()
    assert script.heard[0] == prompt("keys.found")


def test_too_few_letters_and_letters_that_lead_nowhere_are_said_so() -> None:
    """After three tries the main menu comes back; so it does where nothing was typed."""
    script = Script().key("#373#")
    assert script.heard == [prompt("keys.letters_more")]
    assert script.key("2222#").heard == [prompt("keys.letters_nothing")]
    assert script.key("2222#").heard[0] == prompt("menu.lead")
    assert script.key("3*").heard[0] == prompt("menu.lead")


def test_who_speaks_instead_of_typing_is_understood() -> None:
    """A question in words is a question everywhere."""
    assert Script().key("#3").say("was kostet ein reisepass").heard[0] == FEE.sentences[0].text


def test_keys_alone_reach_a_call_back() -> None:
    """The number by keys, the matter left out."""
    script = Script(call=replace(CALL, caller=None)).key("#5")
    assert script.heard == [prompt("dictation.phone")]
    script.key("04213619999#")
    number = "null vier zwei, eins drei sechs, eins neun neun, neun neun"
    assert script.heard == [prompt("dictation.read_back", what=number)]
    script.key("1")
    assert script.heard == [prompt("callback.matter")]
    script.key("#")
    promise = next(effect for effect in script.done if isinstance(effect, Promise))
    assert promise == Promise("04213619999", prompt("callback.matter_unknown"))


def test_keys_alone_change_the_voice() -> None:
    """Slower and louder are in the menu."""
    script = Script().key("#6")
    assert script.ask is not None
    assert script.ask.voice.speed < 1
    louder = script.key("7").ask
    assert louder is not None
    assert louder.voice.volume > 1


# ── codes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_state_of_a_ticket_by_a_spelled_code() -> None:
    """In blocks, letters as people spell them; what is no code is asked again."""
    script = Script(Book().add(CODE, spoken("Ihr Anliegen ist in Arbeit."))).say("ich habe einen code")
    assert script.heard == [prompt("ticket.ask_code"), prompt("dictation.code")]
    script.say("ka sieben er em").say("vier xanten quelle zwei neun theodor")
    script.say("paula anton berta")
    assert script.heard[0].startswith("Ich wiederhole: Köln, sieben, Rostock, München. vier")
    assert script.say("ja").heard[0] == "Ihr Anliegen ist in Arbeit."


def test_the_state_of_a_ticket_by_keys() -> None:
    """Two keys for each letter, a digit and a nought for each digit."""
    keys = "".join(keys_of(symbol) for symbol in CODE if symbol.isalnum())
    script = Script(Book().add(CODE, spoken("In Arbeit."))).key("#4").key(keys)
    assert script.key("1").heard[0] == "In Arbeit."


def test_a_wrong_code_is_noticed_before_the_office_is_asked() -> None:
    """Its last symbol checks the others."""
    script = Script().say("ich habe einen code").say("ka sieben er em vier ix ku zwei neun te pe a a").say("ja")
    assert script.heard == [prompt("dictation.wrong_code")]
    assert script.consulted == []


def test_a_form_is_gone_on_with_by_its_digits() -> None:
    """Ten digits, as they are told at leaving it."""
    digits = "572493162"
    code = digits + damm.calc_check_digit(digits)
    told = f"{code[:3]} {code[3:6]} {code[6:]}"
    script = Script(Book().add(told, spoken("Weiter im Formular."))).say("ich habe einen code")
    assert script.key(f"{code}#").key("1").heard[0] == "Weiter im Formular."


# ── trouble ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_dead_office_leads_to_a_person() -> None:
    """No answer at all: who can be reached otherwise is."""
    script = Script(office_is_dead=True).say("was kostet ein reisepass")
    assert script.did(PassOn)


def test_an_answer_of_error_is_told_once_then_a_person_comes() -> None:
    """The office's own apology first."""
    broken = spoken("Das hat nicht geklappt.", status=AnswerStatus.ERROR_INTERNAL)
    script = Script(Book().add("pass", broken)).say("pass")
    assert script.heard[0] == "Das hat nicht geklappt."
    assert script.say("pass").did(PassOn)


def test_a_dead_recogniser_leaves_the_keys() -> None:
    """Said once, then everything goes by keys; who has none, or does not press any, gets a person."""
    script = Script().deaf()
    assert script.heard == [prompt("trouble.again")]
    assert prompt("menu.lead") in script.deaf().heard
    assert script.deaf().heard[0] == prompt("trouble.keys_only")
    assert script.deaf().heard == [prompt("trouble.person")]
    assert script.did(PassOn)


def test_a_recogniser_that_is_back_is_used_again() -> None:
    """What went wrong before does not count any more."""
    script = Script().deaf().say("was kostet ein reisepass")
    assert script.heard[0] == "Der Reisepass kostet siebzig Euro."
    assert script.deaf().heard == [prompt("trouble.again")]


@pytest.mark.parametrize("target_is_there", [True, False])
def test_a_dead_speaker_leaves_the_sentences_made_before(*, target_is_there: bool) -> None:
    """The caller is passed on, or asked to call again."""
    script = MuteScript() if target_is_there else MuteScript(target=None)
    script.send(Mute())
    assert script.is_over
    assert script.last == prompt("trouble.person" if target_is_there else "trouble.call_again")
    assert script.did(PassOn) is target_is_there


@pytest.mark.parametrize(
    ("reason", "key"),
    [(EndReason.TOO_LONG, "trouble.longest_call"), (EndReason.CLOSING_DOWN, "trouble.closing_down")],
)
def test_a_talk_that_must_end_says_so(reason: EndReason, key: str) -> None:
    """In a sentence, at the next question."""
    script = Script().say("was kostet ein reisepass").must_end(reason)
    assert script.is_over
    assert script.heard[0] == prompt(key)
