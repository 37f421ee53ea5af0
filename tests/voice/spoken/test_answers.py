"""An answer is told shortly and truly; what does not fit is offered."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from assistant.model import (
    Address,
    Answer,
    AnswerStatus,
    Aspect,
    Block,
    Canned,
    ClosingReason,
    ContactWays,
    Fact,
    Facts,
    FormHelp,
    Language,
    LinkOut,
    LinkPurpose,
    Office,
    OfficeCard,
    OpeningHours,
    Paragraph,
    QuickReply,
    SectionKind,
    Source,
    SourceKind,
    Steps,
    TicketStanding,
    TicketState,
    Translated,
    Weekday,
)
from tests.voice.spoken.checks import assert_for_the_ear
from voice.spoken import Offer, SpokenAnswer, SpokenAnswers

FEE = Source(SourceKind.SERVICE, "reisepass", "Reisepass beantragen", SectionKind.FEE, updated_on=date(2025, 5, 1))
PLACE = Source(SourceKind.OFFICE, "amt", "Amt")
CANNED = Canned("dialogue.clarify")
OFFICE = Office(
    "amt",
    "Bürgeramt Mitte",
    aliases=("Stadtamt",),
    address=Address("Steinweg", "5", "28195", "Bremen"),
    phone="0421 361-0",
    opening_hours=(
        OpeningHours((Weekday.MO, Weekday.TU, Weekday.FR), time(8), time(12)),
        OpeningHours((Weekday.FR,), time(14), time(16, 30), "nur mit Termin"),
    ),
    hours_note="Im August geschlossen.",
    transport="Linie 4, Haltestelle Domsheide",
)


def answer(*blocks: Block, language: Language = Language.DE, **values: object) -> Answer:
    """An answer of these blocks."""
    given = Answer(AnswerStatus.ANSWERED, language, blocks)
    return replace(given, **values)  # type: ignore[arg-type]  # a test's shorthand


def said(spoken: SpokenAnswer) -> list[str]:
    """What is said now."""
    return [sentence.text for sentence in spoken.sentences]


def offered(spoken: SpokenAnswer, key: str) -> Offer:
    """The offer of that key."""
    return next(offer for offer in spoken.offers if offer.key == key)


def texts(offer: Offer) -> list[list[str]]:
    """What an offer says, portion by portion."""
    return [[sentence.text for sentence in portion] for portion in offer.portions]


def test_the_first_two_sentences_are_said_and_the_rest_is_offered(teller: SpokenAnswers) -> None:
    """A condition stays in the sentence of its fee."""
    text = "Er kostet **70,00 Euro**, unter 24 Jahren 37,50 Euro. Das gilt seit 2024. Nur bar. Kein Scheck."
    spoken = teller.answer(answer(Paragraph(text, FEE), aspects=(Aspect.FEE,)))
    assert said(spoken) == [
        "Er kostet siebzig Euro, unter vierundzwanzig Jahren siebenunddreißig Euro fünfzig.",
        "Das gilt seit zweitausendvierundzwanzig.",
    ]
    rest = offered(spoken, "rest")
    assert texts(rest) == [["Nur bar.", "Kein Scheck."]]
    assert rest.is_asked
    assert rest.question.text == "Soll ich weiterlesen?"
    assert "weiter" in rest.phrases


def test_a_list_is_counted_before_it_is_read(teller: SpokenAnswers) -> None:
    """Who hears the first of three things knows that two are to come."""
    items = Steps(("Ausweis", "Foto", "Urkunde"), FEE)
    assert said(teller.answer(answer(items, aspects=(Aspect.DOCUMENTS,)))) == [
        "Sie brauchen drei Dinge:",
        "Ausweis.",
        "Foto.",
        "Urkunde.",
    ]
    intro = Paragraph("Eines davon genügt:", FEE)
    assert said(teller.answer(answer(intro, items, aspects=(Aspect.DOCUMENTS,))))[1] == "Es sind drei Punkte:"
    ordered = said(teller.answer(answer(replace(items, ordered=True))))
    assert ordered[:2] == ["Es sind drei Schritte:", "Erster Schritt: Ausweis."]


def test_a_table_says_that_it_goes_on_where_it_is_cut(teller: SpokenAnswers) -> None:
    """Its headings give bare figures their unit, and nobody takes a part of it for the whole."""
    rows = tuple(Fact(f"Tonne mit {size} Litern und einem Deckel", f"{size},50") for size in range(60, 100, 5))
    spoken = teller.answer(answer(Facts((Fact("Größe", "Euro im Jahr"), *rows), FEE)))
    assert said(spoken)[:2] == [
        "Größe und Euro im Jahr:",
        "Tonne mit sechzig Litern und einem Deckel: sechzig Euro fünfzig.",
    ]
    assert said(spoken)[-1] == "Das ist noch nicht alles."
    portions = texts(offered(spoken, "rest"))
    assert all(portion[-1] == "Das ist noch nicht alles." for portion in portions[:-1])
    assert portions[-1][-1] == "Tonne mit fünfundneunzig Litern und einem Deckel: fünfundneunzig Euro fünfzig."
    assert_for_the_ear(spoken)


def test_what_announces_is_never_left_alone(teller: SpokenAnswers) -> None:
    """A sentence with a colon goes together with what follows it."""
    long = f"Das ist ein langer erster Satz, der ganz allein schon {'fast ' * 17}alle Zeit braucht."
    spoken = teller.answer(answer(Paragraph(f"{long} Dazu kommen:", FEE), Steps(("Foto", "Pass"), FEE)))
    assert said(spoken) == [" ".join(long.split())]
    assert texts(offered(spoken, "rest"))[0] == ["Dazu kommen:", "Foto.", "Pass."]


def test_a_sentence_that_is_too_long_is_cut_between_its_parts(teller: SpokenAnswers) -> None:
    """At a semicolon, at a comma, and only then between words; nothing is lost."""
    text = "; ".join(["Der Antrag braucht Zeit, weil viele Stellen daran beteiligt sind und gefragt werden"] * 5)
    spoken = teller.answer(answer(Paragraph(text, FEE)))
    assert_for_the_ear(spoken)
    whole = [*said(spoken), *(one for portion in texts(offered(spoken, "rest")) for one in portion)]
    assert " ".join(whole).lower() == f"{text}.".lower()
    assert all(one.endswith((";", ".")) for one in whole)
    endless = teller.answer(answer(Paragraph("Wort " * 200, FEE)))
    assert_for_the_ear(endless)


def test_an_emergency_is_told_whole(teller: SpokenAnswers) -> None:
    """No sentence of it is held back for an offer."""
    text = "Sind Sie in Gefahr? Rufen Sie 112 an. Polizei: 110. Ich kann nicht helfen."
    spoken = teller.answer(answer(Paragraph(text, CANNED), status=AnswerStatus.HANDOFF_EMERGENCY))
    assert said(spoken)[1] == "Rufen Sie eins eins zwei an."
    assert len(said(spoken)) == 4


def test_help_lines_are_named_with_their_numbers_at_once(teller: SpokenAnswers) -> None:
    """Who is in need hears who helps, in its place, however long that takes; an office without a number is none."""
    comfort = Paragraph("Das tut mir leid. " * 12 + "Hier bekommen Sie Hilfe:", CANNED)
    mute = OfficeCard(replace(OFFICE, phone=None, name="Stumm"), PLACE)
    asks = Paragraph("Sollen wir Sie zurückrufen?", CANNED)
    blocks = (comfort, OfficeCard(OFFICE, PLACE), mute, asks)
    spoken = teller.answer(answer(*blocks, status=AnswerStatus.HANDOFF_DISTRESS))
    assert said(spoken)[-3:] == [
        "Hier bekommen Sie Hilfe:",
        "Bürgeramt Mitte hat die Nummer: null vier zwei eins, drei sechs eins, null.",
        "Sollen wir Sie zurückrufen?",
    ]
    assert "rest" not in {offer.key for offer in spoken.offers}


def test_what_roland_says_himself_takes_no_place_of_an_answer(teller: SpokenAnswers) -> None:
    """A question of his own is not put off behind "Soll ich weiterlesen?"."""
    closed = Paragraph("Gerade ist niemand da. Es geht wieder morgen. Sollen wir Sie zurückrufen?", CANNED)
    spoken = teller.answer(answer(closed, status=AnswerStatus.HANDOFF_OFFERED))
    assert said(spoken)[-1] == "Sollen wir Sie zurückrufen?"


def test_an_office_is_told_with_todays_hours(teller: SpokenAnswers) -> None:
    """Name, street and city, and what is open this Friday with its condition; the rest is offered."""
    spoken = teller.answer(answer(OfficeCard(OFFICE, PLACE), aspects=(Aspect.WHERE,)))
    heard = [*said(spoken), *(one for portion in texts(offered(spoken, "rest")) for one in portion)]
    assert heard == [
        "Zuständig ist: Bürgeramt Mitte.",
        "Die Adresse ist: Steinweg fünf, Bremen.",
        "Heute ist dort geöffnet von acht bis zwölf Uhr und von vierzehn bis sechzehn Uhr dreißig, nur mit Termin.",
    ]
    assert texts(offered(spoken, "hours")) == [
        [
            "Montag bis Dienstag von acht bis zwölf Uhr.",
            "Freitag von acht bis zwölf Uhr und von vierzehn bis sechzehn Uhr dreißig, nur mit Termin.",
            "Im August geschlossen.",
        ]
    ]
    assert offered(spoken, "phone").portions[0][0].text.endswith("null vier zwei eins, drei sechs eins, null.")


def test_a_closed_office_tells_when_it_opens_again(teller: SpokenAnswers) -> None:
    """From the next day on which it is open."""
    monday = replace(OFFICE, opening_hours=OFFICE.opening_hours[:1])
    monday = replace(monday, opening_hours=(replace(monday.opening_hours[0], days=(Weekday.MO,)),))
    spoken = teller.answer(answer(OfficeCard(monday, PLACE), aspects=(Aspect.OPENING_HOURS,)))
    assert "Heute ist dort geschlossen." in said(spoken) + texts(offered(spoken, "rest"))[0]
    assert "Wieder geöffnet ist am Montag von acht bis zwölf Uhr." in texts(offered(spoken, "rest"))[0]


def test_several_offices_are_named_and_asked_for_by_name(teller: SpokenAnswers) -> None:
    """Nobody is told that one of them is the only one."""
    other = replace(OFFICE, id="nord", name="Bürgeramt Nord", aliases=())
    cards = (OfficeCard(OFFICE, PLACE), OfficeCard(other, PLACE))
    spoken = teller.answer(answer(*cards, aspects=(Aspect.WHERE,)))
    assert said(spoken) == ["Zuständig sind zwei Stellen:", "Bürgeramt Mitte.", "Bürgeramt Nord."]
    assert offered(spoken, "office:amt").phrases == ("bürgeramt mitte", "stadtamt")
    assert offered(spoken, "office:nord").portions


def test_an_office_that_was_not_asked_for_is_offered(teller: SpokenAnswers) -> None:
    """The answer comes first."""
    spoken = teller.answer(answer(Paragraph("Kommen Sie selbst.", FEE), OfficeCard(OFFICE, PLACE)))
    assert said(spoken) == ["Kommen Sie selbst."]
    assert offered(spoken, "office").is_asked


def test_links_and_forms_are_told_without_addresses(teller: SpokenAnswers) -> None:
    """What can be done online is said where it belongs to the question."""
    link = LinkOut("Pass online", "https://bremen.de/pass", LinkPurpose.ONLINE_SERVICE, FEE)
    date_link = LinkOut("Pass", "https://bremen.de/termin", LinkPurpose.APPOINTMENT, FEE)
    page = LinkOut("Pass", "https://bremen.de", LinkPurpose.OFFICIAL_PAGE, FEE)
    form = FormHelp("Antrag auf Pass", "https://bremen.de/a.pdf", FEE)
    blocks = (Paragraph("So geht es.", FEE), link, date_link, page, form)
    assert said(teller.answer(answer(*blocks, aspects=(Aspect.FEE,)))) == ["So geht es."]
    assert said(teller.answer(answer(*blocks, aspects=(Aspect.ONLINE,))))[1] == "Online geht es mit: Pass online."
    assert (
        said(teller.answer(answer(*blocks, aspects=(Aspect.FORM,))))[1]
        == "Dafür gibt es ein Formular: Antrag auf Pass."
    )
    spoken = teller.answer(answer(*blocks, aspects=(Aspect.APPOINTMENT,)))
    assert said(spoken)[1] == "Einen Termin können Sie online vereinbaren."


def test_a_message_is_offered_only_where_it_can_be_sent(teller: SpokenAnswers, writing_teller: SpokenAnswers) -> None:
    """Nothing is promised that the city cannot do."""
    told = answer(Paragraph("So geht es.", FEE))
    assert "message" not in {offer.key for offer in teller.answer(told).offers}
    assert offered(writing_teller.answer(told), "message").is_asked


def test_quick_replies_become_choices_and_offers(teller: SpokenAnswers) -> None:
    """An aspect is offered by its question and named by a noun; eight have a key."""
    replies = [QuickReply("Welche Unterlagen?", "service:reisepass#documents")]
    replies += [QuickReply(f"Thema {at}", f"service:{at}") for at in range(1, 10)]
    spoken = teller.answer(answer(Paragraph("So geht es.", FEE), quick_replies=tuple(replies)))
    first = spoken.choices[0]
    assert (first.phrase, first.payload, first.digit) == ("Unterlagen", "service:reisepass#documents", "1")
    assert spoken.choices[1].phrase == "Thema eins"
    assert [choice.digit for choice in spoken.choices[7:]] == ["8", "", ""]
    offer = offered(spoken, "documents")
    assert offer.question.text == "Möchten Sie auch die Unterlagen hören?"
    assert offer.payload == "service:reisepass#documents"
    assert not spoken.asks


def test_several_forms_are_offered_by_name(teller: SpokenAnswers) -> None:
    """Who may have two explained hears which; the only one needs no name."""
    replies = tuple(QuickReply(f"Formular {name}", f"form:begin:{name}") for name in ("Anmeldung", "Bestätigung"))
    both, one = (
        [offer.question.text for offer in teller.answer(answer(Paragraph("Ja.", FEE), quick_replies=some)).offers]
        for some in (replies, replies[:1])
    )
    assert both[:2] == [f"Soll ich Ihnen das Formular {name} erklären?" for name in ("Anmeldung", "Bestätigung")]
    assert one[0] == "Soll ich Ihnen das Formular erklären?"


@pytest.mark.parametrize(
    ("labels", "question"),
    [
        (("Reisepass", "Personalausweis"), "Meinen Sie Reisepass oder Personalausweis?"),
        (("A-Klasse", "Boot", "Bus"), "Meinen Sie A-Klasse, Boot oder Bus?"),
    ],
)
def test_a_clarification_asks_between_its_candidates(
    teller: SpokenAnswers, labels: tuple[str, ...], question: str
) -> None:
    """One question, and what is expected are the choices."""
    replies = tuple(QuickReply(label, f"service:{label}") for label in labels)
    asked = answer(Paragraph("Worum geht es?", CANNED), status=AnswerStatus.CLARIFICATION, quick_replies=replies)
    spoken = teller.answer(asked)
    assert said(spoken)[-1] == question
    assert spoken.asks
    assert [choice.digit for choice in spoken.choices] == [str(at) for at in range(1, len(labels) + 1)]


def test_the_source_is_told_when_asked(teller: SpokenAnswers) -> None:
    """Where it stands and of which day; nobody has to hear it unasked."""
    offer = offered(teller.answer(answer(Paragraph("So geht es.", FEE))), "source")
    assert not offer.is_asked
    assert texts(offer) == [
        [
            "Das steht bei Reisepass beantragen im Verzeichnis der Leistungen.",
            "Der Stand ist vom ersten Mai zweitausendfünfundzwanzig.",
        ]
    ]
    assert "woher wissen sie das" in offer.phrases


@pytest.mark.parametrize(
    "text",
    ["Es kostet ☃ Euro.", "Цена высокая.", "Das gilt ungef. immer.", "   "],
    ids=["sign", "script", "short", "empty"],
)
def test_what_cannot_be_told_truly_is_admitted(teller: SpokenAnswers, text: str) -> None:
    """One honest sentence and a person, never a guess or silence."""
    spoken = teller.answer(answer(Paragraph(text, FEE)))
    assert len(spoken.sentences) == 1
    assert spoken.needs_person
    assert_for_the_ear(spoken)


def test_a_part_that_cannot_be_told_is_not_offered(teller: SpokenAnswers) -> None:
    """The rest of the answer stands."""
    odd = replace(OFFICE, name="Büro ☃")
    spoken = teller.answer(answer(Paragraph("So geht es.", FEE), OfficeCard(odd, PLACE)))
    assert not spoken.needs_person
    assert "office" not in {offer.key for offer in spoken.offers}


def test_a_language_the_line_does_not_speak_is_admitted(teller: SpokenAnswers) -> None:
    """In German, with a person."""
    spoken = teller.answer(answer(Paragraph("Pasaport 70 avro.", FEE), language=Language.TR))
    assert said(spoken) == ["Am Telefon spreche ich nur Deutsch und Englisch."]
    assert spoken.language is Language.DE
    assert spoken.needs_person


def test_quoted_german_stays_german_for_an_english_caller(teller: SpokenAnswers) -> None:
    """The German voice reads it; a translation is read by the English one."""
    german = Paragraph("Es kostet 70 Euro.", FEE, Language.DE)
    english = Paragraph("It costs 70 euros.", FEE)
    quoted = teller.answer(answer(german, language=Language.EN)).sentences[0]
    assert (quoted.text, quoted.language) == ("Es kostet siebzig Euro.", Language.DE)
    told = teller.answer(answer(Translated(english, german), language=Language.EN)).sentences[0]
    assert (told.text, told.language) == ("It costs seventy euros.", Language.EN)


@pytest.mark.parametrize(
    ("status", "needs"),
    [
        (AnswerStatus.ERROR_TIMEOUT, True),
        (AnswerStatus.UNANSWERABLE_NOT_FOUND, True),
        (AnswerStatus.SMALLTALK, False),
        (AnswerStatus.HANDOFF_OFFERED, False),
    ],
)
def test_who_got_no_answer_is_offered_a_person(teller: SpokenAnswers, status: AnswerStatus, needs: bool) -> None:
    """After failures and where nothing was found."""
    assert teller.answer(answer(Paragraph("Das tut mir leid.", CANNED), status=status)).needs_person is needs


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        (ContactWays(CANNED, waiting=0), "Sie können jetzt mit einem Menschen sprechen."),
        (ContactWays(CANNED, waiting=1, wait_minutes=1), "Vor Ihnen wartet eine Person."),
        (ContactWays(CANNED, waiting=3, wait_minutes=5), "Vor Ihnen warten drei Personen."),
        (ContactWays(CANNED, phone_is_open=True), "Ein Mensch ist am Bürgertelefon erreichbar."),
        (ContactWays(CANNED, answer_due=date(2026, 12, 1)), "spätestens am Dienstag, dem ersten Dezember."),
        (ContactWays(CANNED), "Gerade ist leider niemand da."),
    ],
)
def test_the_ways_to_a_person_are_told(teller: SpokenAnswers, ways: ContactWays, expected: str) -> None:
    """Who is there, how many wait, or until when somebody calls."""
    assert expected in " ".join(said(teller.answer(answer(ways))))


DUE = datetime(2026, 12, 1, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (
            TicketStanding(CANNED, TicketState.OPEN, datetime(2026, 12, 1, 16, tzinfo=UTC)),
            "um siebzehn Uhr eine Antwort.",
        ),
        (TicketStanding(CANNED, TicketState.OPEN, DUE), "um siebzehn Uhr eine Antwort."),
        (TicketStanding(CANNED, TicketState.OPEN, DUE, is_late=True), "länger dauert."),
        (TicketStanding(CANNED, TicketState.ANSWERED, DUE), "ist beantwortet."),
        (TicketStanding(CANNED, TicketState.CLOSED, DUE), "ist abgeschlossen."),
    ],
)
def test_the_state_of_a_ticket_is_told_in_local_time(
    teller: SpokenAnswers, standing: TicketStanding, expected: str
) -> None:
    """And that it is late, where it is."""
    spoken = teller.answer(answer(standing))
    rest = next((texts(offer) for offer in spoken.offers if offer.key == "rest"), [])
    assert expected in " ".join([*said(spoken), *(one for portion in rest for one in portion)])


@pytest.mark.parametrize("language", [Language.DE, Language.EN])
@pytest.mark.parametrize("reason", list(ClosingReason))
def test_every_reason_for_closing_has_its_sentence(
    teller: SpokenAnswers, reason: ClosingReason, language: Language
) -> None:
    """Nobody hears a key."""
    standing = TicketStanding(CANNED, TicketState.CLOSED, datetime(2026, 12, 1, tzinfo=UTC), closing_reason=reason)
    assert said(teller.answer(answer(standing, language=language)))


@pytest.mark.parametrize("language", [Language.DE, Language.EN])
@pytest.mark.parametrize("aspect", list(Aspect))
def test_every_aspect_has_its_question_and_its_name(teller: SpokenAnswers, aspect: Aspect, language: Language) -> None:
    """Whatever the dialogue offers can be offered by voice and by key."""
    reply = QuickReply("Etwas", f"service:pass#{aspect}")
    spoken = teller.answer(answer(Paragraph("Gut.", FEE), language=language, quick_replies=(reply,)))
    assert offered(spoken, aspect).question.text.endswith("?")
    assert spoken.choices[0].phrase != "Etwas"


def test_moments_and_names_are_read_too(teller: SpokenAnswers) -> None:
    """For the sentences that the talk makes itself."""
    moment = datetime(2026, 12, 1, 16, tzinfo=UTC)
    assert teller.moment(moment, Language.DE) == "am Dienstag, dem ersten Dezember, um siebzehn Uhr"
    assert teller.text("Wohngeld (§ 3 WoGG)", Language.DE) == "Wohngeld, Paragraf drei Wohngeldgesetz"
