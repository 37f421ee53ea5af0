"""What people answer to the forms of Bremen, in nine languages, is read as what they mean, or asked again."""

from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest

from assistant.dialogue.forms.show import Teller
from assistant.forms import spoken
from assistant.forms.values import Fault, Words, read_value
from assistant.messages import TomlMessages
from assistant.model import NO, YES, Field, FieldKind, Form, Language, Register
from tests.sample_forms import FORMS, forms_of_bremen

FORM_IDS = sorted(file.stem for file in FORMS.glob("*.yaml"))
TODAY = date(2026, 11, 20)
STATUS = "antragsteller/familienstand"
PARTNER = "antragsteller/hat-partner"
WORK = "beschaeftigung/situation"


@cache
def form(form_id: str) -> Form:
    """A form of the sample data."""
    found = forms_of_bremen().form(form_id)
    assert found is not None
    return found


@cache
def messages() -> TomlMessages:
    """The catalogue as it is."""
    return TomlMessages()


def field_of(form_id: str, path: str) -> Field:
    """A field of a form."""
    return next(one for one in form(form_id).walk() if isinstance(one, Field) and one.path == path)


@cache
def words_of(language: Language, form_id: str, path: str) -> Words:
    """The words that the dialogue gives to the reader."""
    teller = Teller(form(form_id), language, Register.STANDARD, messages())
    return teller.words(field_of(form_id, path))


def read(language: str, form_id: str, path: str, text: str) -> str | Fault:
    """What is read of an answer."""
    return read_value(field_of(form_id, path), text, words_of(Language(language), form_id, path), TODAY)


def choices(form_id: str) -> Iterator[Field]:
    """Every field of the form that is answered with an option."""
    return (field for field in form(form_id).walk() if isinstance(field, Field) and field.options)


@pytest.mark.parametrize(
    ("language", "form_id", "path", "text", "value"),
    [
        ("de", "kindergeld-antrag", STATUS, "wir sind verheiratet seit 2019", "verheiratet"),
        ("de", "kindergeld-antrag", STATUS, "verheiratet, aber getrennt lebend", None),
        ("de", "kindergeld-antrag", STATUS, "ich bin nicht verheiratet", None),
        ("de", "kindergeld-antrag", STATUS, "unverheiratet", None),
        ("de", "kindergeld-antrag", STATUS, "nicht verheiratet, sondern geschieden", "geschieden"),
        ("de", "kindergeld-antrag", STATUS, "ledig oder geschieden", None),
        ("de", "kindergeld-antrag", STATUS, "ich war verheiratet", None),
        ("de", "kindergeld-antrag", STATUS, "vielleicht verheiratet", None),
        ("de", "kindergeld-antrag", STATUS, "was ist wenn ich verheiratet bin", None),
        ("de", "kindergeld-antrag", STATUS, "verheirated", "verheiratet"),
        ("en", "kindergeld-antrag", STATUS, "I'm married", "verheiratet"),
        ("en", "kindergeld-antrag", STATUS, "I am not married", None),
        ("en", "kindergeld-antrag", STATUS, "unmarried", None),
        ("tr", "kindergeld-antrag", STATUS, "bekar", "ledig"),
        ("tr", "kindergeld-antrag", STATUS, "evliyim", "verheiratet"),
        ("tr", "kindergeld-antrag", STATUS, "evli değilim", None),
        ("ru", "kindergeld-antrag", STATUS, "замужем с 2015 года", "verheiratet"),
        ("ru", "kindergeld-antrag", STATUS, "не замужем", None),
        ("ru", "kindergeld-antrag", STATUS, "незамужем", None),
        ("ru", "kindergeld-antrag", STATUS, "не замужем, разведена", "geschieden"),
        ("uk", "wohngeld-mietzuschuss", "person/familienstand", "розлучена", "geschieden"),
        ("uk", "kindergeld-antrag", STATUS, "я не одружена", None),
        ("pl", "kindergeld-antrag", STATUS, "jestem mężatką", "verheiratet"),
        ("pl", "kindergeld-antrag", STATUS, "nie jestem żonaty", None),
        ("fr", "kindergeld-antrag", STATUS, "je suis mariée depuis 2019", "verheiratet"),
        ("fr", "kindergeld-antrag", STATUS, "je ne suis plus marié", None),
        ("fr", "kindergeld-antrag", STATUS, "je suis pas mariée", None),
        ("ar", "kindergeld-antrag", STATUS, "انا متجوزة من خمس سنين", "verheiratet"),
        ("ar", "kindergeld-antrag", STATUS, "مو متزوج", None),
        ("ar", "kindergeld-antrag", STATUS, "غير متزوج", None),
        ("fa", "kindergeld-antrag", STATUS, "من متأهل هستم", "verheiratet"),
        ("fa", "kindergeld-antrag", STATUS, "متاهل نیستم", None),
        ("tr", "kita-anmeldung", WORK, "çalışan", "angestellt"),
        ("tr", "kita-anmeldung", WORK, "çalışıyorum", "angestellt"),
        ("tr", "kita-anmeldung", WORK, "çalışmıyorum", None),
        ("tr", "kita-anmeldung", WORK, "iş arıyorum", "arbeitsuchend"),
        ("ru", "kita-anmeldung", WORK, "ищу работу", "arbeitsuchend"),
        ("ru", "kita-anmeldung", WORK, "работаю продавцом", "angestellt"),
        ("fa", "kita-anmeldung", WORK, "کار نمی‌کنم", None),
        ("fa", "kita-anmeldung", WORK, "کار نمی کنم", None),
        ("fa", "kita-anmeldung", WORK, "کار می کنم", "angestellt"),
        ("de", "kita-anmeldung", WORK, "ich mache gerade einen Deutschkurs", "ausbildung"),
        ("pl", "elterngeld-antrag", "eltern/alleinerziehend", "samotna matka", "alleinerziehend"),
        ("ru", "elterngeld-antrag", "eltern/alleinerziehend", "я мать-одиночка", "alleinerziehend"),
        ("de", "elterngeld-antrag", "antragsteller/krankenversicherung#1", "nicht privat versichert", None),
        ("de", "wohngeld-mietzuschuss", "haushalt/personen/verhaeltnis", "das Kind meiner Schwester", None),
        ("de", "gewerbeanmeldung", "person/staatsangehoerigkeit", "deutsch und türkisch", None),
        ("uk", "wohngeld-mietzuschuss", "wohnung/nutzung", "оренда (Hauptmiete)", "hauptmiete"),
        ("ar", "wohngeld-mietzuschuss", "wohnung/nutzung", "Untermiete", "untermiete"),
        ("de", "kindergeld-antrag", "zahlung/kontoinhaber", "ich gebe das Konto meiner Frau an", None),
        ("fr", "wohngeld-mietzuschuss", "einkommen/einnahmen/turnus", "une fois par an", "jaehrlich"),
    ],
)
def test_an_option_is_taken_where_only_it_is_meant(
    language: str, form_id: str, path: str, text: str, value: str | None
) -> None:
    """One option is read out of a sentence; what is denied, doubted, past or one of several is asked again."""
    read_so = read(language, form_id, path.partition("#")[0], text)
    assert read_so == (value if value is not None else Fault("choice"))


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("de", "ja, seit drei Jahren", YES),
        ("de", "ja seit drei jahren", YES),
        ("de", "nein wir bekommen nichts", NO),
        ("de", "wir bekommen kein Wohngeld", NO),
        ("de", "ja, wir wohnen nicht zusammen", None),
        ("de", "wir bekommen Wohngeld, aber kein Bürgergeld", None),
        ("de", "das weiß ich nicht", None),
        ("de", "ja nein", None),
        ("de", "nicht nur ich", None),
        ("de", "nicht dass ich wüsste, also nein", NO),
        ("de", "schön wärs, nein", NO),
        ("de", "hab ich nicht, nein", NO),
        ("de", "weiß nicht genau", None),
        ("en", "yes since 2019", YES),
        ("en", "nope, we don't get any", NO),
        ("en", "I'm not sure", None),
        ("tr", "evet çalışıyorum çünkü", YES),
        ("tr", "yok öyle bir belge", NO),
        ("tr", "almıyoruz", NO),
        ("tr", "hayır ilk çocuğum", NO),
        ("tr", "ne bileyim", None),
        ("tr", "bilmiyorum ki", None),
        ("ru", "да нет, не получаем", NO),
        ("ru", "да нет не получаем", NO),
        ("ru", "не получаем", NO),
        ("ru", "нет, он так не живёт", NO),
        ("ru", "да, старший сын", YES),
        ("ru", "да, не получаем", None),
        ("ru", "не знаю", None),
        ("ru", "хочу поговорить с сотрудником", None),
        ("uk", "та де там, ні", NO),
        ("uk", "так, двоє дітей", YES),
        ("uk", "не отримуємо", NO),
        ("uk", "та ні", NO),
        ("pl", "no nie", NO),
        ("pl", "no tak", YES),
        ("pl", "nie, nie mamy", NO),
        ("pl", "nie wiem", None),
        ("pl", "mam pytanie", None),
        ("fr", "mais non", NO),
        ("fr", "on ne touche rien", NO),
        ("fr", "oui depuis deux ans", YES),
        ("fr", "je ne sais pas", None),
        ("ar", "لا ما بناخد شي", NO),
        ("ar", "ما بناخد شي", NO),
        ("ar", "لا الحمد لله", NO),
        ("ar", "لا، بس نحنا", NO),
        ("ar", "اي، مرتي كمان", YES),
        ("ar", "نعم، مرتي وولدين", YES),
        ("ar", "ما بعرف والله", None),
        ("ar", "مو متأكد", None),
        ("fa", "نه بابا", NO),
        ("fa", "نمی‌گیریم", NO),
        ("fa", "آره سه ساله", YES),
        ("fa", "مطمئن نیستم", None),
    ],
)
def test_yes_and_no_are_heard_as_people_say_them(language: str, text: str, value: str | None) -> None:
    """Yes and no are told by how an answer begins or by what it denies; doubt and contradiction are asked again."""
    read_so = read(language, "wohngeld-mietzuschuss", "leistungen/bezug", text)
    assert read_so == (value if value is not None else Fault("yes_or_no"))


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [("tr", "bekar", NO), ("pl", "samotna matka", NO), ("de", "verheiratet", YES), ("de", "nicht verheiratet", NO),
     ("de", "ja, allein", None)],
)  # fmt: skip
def test_a_question_may_have_words_of_its_own(language: str, text: str, value: str | None) -> None:
    """What people say for yes and no at one question stands with the form."""
    assert read(language, "kindergeld-antrag", PARTNER, text) == (value or Fault("yes_or_no"))


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_no_two_options_are_called_the_same(form_id: str) -> None:
    """A word that people use for an option means only that one, in whichever language."""
    for field in choices(form_id):
        meant: dict[tuple[str, ...], str] = {}
        for code, names in field.said.items():
            for name in names:
                assert meant.setdefault(spoken.tokens(name), code) == code, (field.path, name)


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_every_name_of_an_option_is_read_in_every_language(form_id: str) -> None:
    """The names on the buttons, and what else people call an option, lead to it in all nine languages."""
    for field in choices(form_id):
        for language in Language:
            labels = form(form_id).text(language).options[field.path]
            for code in field.options:
                for name in (labels[code], *field.said.get(code, ())):
                    assert read(language, form_id, field.path, name) == code, (field.path, language, name)


@pytest.mark.parametrize("language", Language)
def test_a_no_of_the_catalogue_is_no_yes(language: Language) -> None:
    """Each phrase for yes and no, of the catalogue and of what is said around it, is read as what it is."""
    field = Field("f", FieldKind.YES_NO)
    words = Teller(form("kindergeld-antrag"), language, Register.STANDARD, messages()).words(field)
    for code, phrases in ((YES, words.yes), (NO, words.no)):
        for phrase in phrases:
            assert read_value(field, phrase, words, TODAY) == code, phrase
