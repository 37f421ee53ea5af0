"""Blocks quote the catalogue: every address once and in its order, tables with every cell."""

import pytest

from assistant.model import (
    Fact,
    Facts,
    FormLink,
    Language,
    OnlineService,
    Register,
    Section,
    SectionKind,
    Service,
    ServiceText,
    Steps,
)
from knowledge.compose import CatalogueComposer
from knowledge.markdown import Listing, Part, Prose, Table, parse
from tests.fakes import SmallCatalogue

COMPOSER = CatalogueComposer(SmallCatalogue())


def test_steps_keep_their_order_and_each_address_comes_once() -> None:
    """An address that serves several purposes stays where its first purpose stands."""
    service = Service(
        "pass",
        (ServiceText(Language.DE, "Pass"),),
        url="https://a.example",
        online_services=(OnlineService("Online", "https://a.example"),),
        forms=(FormLink("Antrag", "https://b.example"), FormLink("Nur am Schalter", "")),
        appointment_url="https://c.example",
    )
    steps = COMPOSER.next_steps(service, Language.DE)
    assert [step.url for step in steps] == ["https://a.example", "https://c.example", "https://b.example"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ein Satz,\nzwei Zeilen.", (Prose("Ein Satz, zwei Zeilen."),)),
        ("1. eins\n2. zwei\n   - drin", (Listing(("eins", "zwei", "drin"), ordered=True),)),
        ("| a | b |\n|---|---|\n| c | d |", (Table(("a", "b"), (("c", "d"),)),)),
        ("| | |\n|---|---|\n| c | d |", (Table((), (("c", "d"),)),)),
        ("| a | b |\n|---|---|", ()),
        ("---", ()),
        ("", ()),
    ],
)
def test_markdown_becomes_parts(text: str, parts: tuple[Part, ...]) -> None:
    """Paragraphs, lists and tables are told apart; what holds nothing is left out."""
    assert parse(text) == parts


@pytest.mark.parametrize(
    ("table", "block"),
    [
        ("| Alter | Preis |\n|---|---|\n| ab 24 | 70 Euro |", Facts),
        ("| Alter | Preis | Dauer |\n|---|---|---|\n| ab 24 | 70 Euro | |", Steps),
    ],
)
def test_tables_become_facts_or_lines(table: str, block: type) -> None:
    """Two columns are facts under their names; a wide row is a line with each cell under its column's name."""
    text = ServiceText(Language.DE, "Pass", sections=(Section(SectionKind.FEE, table),))
    (made,) = COMPOSER.section(Service("pass", (text,)), SectionKind.FEE, Language.DE, Register.STANDARD)
    assert isinstance(made, block)
    if isinstance(made, Facts):
        assert made.rows == (Fact("Alter", "Preis"), Fact("ab 24", "70 Euro"))
    if isinstance(made, Steps):
        assert made.items == ("ab 24 – Preis: 70 Euro",)
