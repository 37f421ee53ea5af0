"""What is said of a form's values, in words and small letters."""

from datetime import date

import pytest

from assistant.forms.dates import read_day
from assistant.forms.dictated import as_entered
from assistant.forms.numbers import in_figures, read_number

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("heard", "entered"),
    [
        ("osterdeich zwölf a", "Osterdeich 12a"),
        ("am breiten weg acht", "Am Breiten Weg 8"),
        ("jonas emil", "Jonas Emil"),
        ("von der heide", "Von der Heide"),
        ("mischling aus labrador und pudel", "Mischling aus Labrador und Pudel"),
        ("", ""),
    ],
)
def test_names_and_addresses_stand_as_on_a_form(heard: str, entered: str) -> None:
    """Names have capitals, house numbers are figures."""
    assert as_entered(heard) == entered


@pytest.mark.parametrize(
    ("heard", "day"),
    [
        ("erster november zweitausendsechsundzwanzig", "01.11.2026"),
        ("am einunddreißigsten märz neunzehnhundertfünfundachtzig", "31.03.1985"),
        ("zwölfter dritter neunzehnhundertsechsundfünfzig", "12.03.1956"),
        ("zwölf dreizehn neunzehnhundertsechsundfünfzig", "12.13.1956"),
        ("twenty second march twenty twenty six", "22.03.2026"),
        ("fifteenth of may nineteen eighty five", "15.05.1985"),
    ],
)
def test_days_are_read_in_words(heard: str, day: str) -> None:
    """Ordinals, months as numbers, and years, also of days that there are not."""
    assert str(read_day(heard, {}, TODAY)) == day


@pytest.mark.parametrize("heard", ["april zweitausendelf", "drei zimmer und zwei kinder", "erster und zweiter"])
def test_what_is_no_day_is_none(heard: str) -> None:
    """Numbers beside one another make no day."""
    assert read_day(heard, {}, TODAY) is None


@pytest.mark.parametrize(
    ("heard", "amount"),
    [("sechshundertzwölf euro fünfzig", "612.50"), ("zweihundert euro", "200"), ("six hundred euros", "600")],
)
def test_amounts_are_read_in_words(heard: str, amount: str) -> None:
    """Cents follow the euros."""
    assert str(read_number(heard, is_money=True)) == amount


@pytest.mark.parametrize(
    ("said", "figures"),
    [("Feld achtzehn", "Feld 18"), ("ein Hund", "ein Hund"), ("on the field", "on the field")],
)
def test_numbers_become_figures_where_they_are_nothing_else(said: str, figures: str) -> None:
    """Articles and little words of other languages stay."""
    assert in_figures(said) == figures
