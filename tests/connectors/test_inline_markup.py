"""Marks, links and addresses come through a translation, or the text is known to be damaged."""

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from assistant.http.markup import to_html, to_inline_html
from connectors.inline_markup import protect

LETTERS = st.sampled_from(list("ab <>&\"'()[]!*_`#|-\\:/.@1")) | st.characters(codec="utf-8")


def marks(text: str) -> list[str]:
    """The elements a page would show for a text, in no order."""
    return sorted(re.findall(r"<(?:a |strong|em|code)", to_inline_html(text)))


@pytest.mark.parametrize(
    "text",
    [
        "Ein Reisepass kostet 70,00 Euro.",
        "Kosten: **70,00 Euro** und *mehr* für Groß & Klein",
        "Siehe [die Seite](https://example.org/a_(b)?c=1&d=ü) oder **[hier](tel:115)**.",
        "An info@example.org, [info@example.org](mailto:info@example.org), <https://a.b/> oder https://c.d/e.",
        "Das Feld `Name` bleibt.",
        "",
    ],
)
def test_what_is_not_changed_comes_back_as_it_was(text: str) -> None:
    """A translator that gives the HTML back unchanged gives the Markdown back unchanged."""
    protected = protect(text)
    assert protected.restored(protected.html) == text


def test_addresses_are_not_sent() -> None:
    """The machine sees neither where a link leads nor anything it could change in an address."""
    protected = protect("[Antrag](https://example.org/antrag?nr=1) an amt@example.org")
    assert protected.html == '<a id="k0">Antrag</a> an <span id="k1" translate="no">amt@example.org</span>'
    changed = protected.html.replace("amt@example.org", "office@example.org").replace("Antrag", "Application")
    assert protected.restored(changed) == "[Application](https://example.org/antrag?nr=1) an amt@example.org"


def test_words_may_change_places() -> None:
    """Another language has another order; elements move with their words, and spaces inside them move out."""
    protected = protect("Bringen Sie **das Foto** zum [Termin](https://a.b/) mit.")
    html = 'Bring <a id="k1">to the appointment</a><b id="k0"> the photo </b>.'
    assert protected.restored(html) == "Bring [to the appointment](https://a.b/) **the photo** ."


@pytest.mark.parametrize(
    "html",
    [
        "a b c",
        'a <b id="k0">b</b> c',
        'a <b id="k0">b</b> c <a id="k1">d',
        'a <b id="k0">b <a id="k1">d</b></a>',
        'a <b id="k0">b</b> <b id="k0">b</b> <a id="k1">d</a>',
        'a <b id="k0"> </b> c <a id="k1">d</a>',
        'a <i id="k0">b</i> c <a id="k1">d</a>',
        'a <b id="k0">b</b> c <a id="k1">d</a> <b id="k7">e</b>',
        'a <b id="k0">b</b> c <a id="k1">d</a></b>',
        'a <b id="k0">b</b> c <a id="k1">d</a> <script>x</script>',
        'a <b id="k0">b</b> c <a id="k1">d</a> <!-- e -->',
        'a <b id="k0">b.</b>c <a id="k1">d</a>',
        'a <b id="k0">b</b> c <a id="k1">d</a> _e_',
    ],
)
def test_damage_is_noticed(html: str) -> None:
    """A lost, doubled, open, empty, invented or entangled element makes the translation void."""
    assert protect("a **b** c [d](https://a.b/)").restored(html) is None


@pytest.mark.parametrize("said", ["*b*", "[b](https://evil.example)", "`b`", "1. b", "# b", "- b", "> b", "\\", "<b"])
def test_the_machine_makes_no_marks(said: str) -> None:
    """What looks like Markdown in a translation is shown as it stands, and makes neither link nor list."""
    restored = protect("a").restored(said.replace("<", "&lt;"))
    assert restored is not None
    assert BeautifulSoup(to_html(restored), "html.parser").get_text() == said
    assert marks(restored) == []


@given(st.text(LETTERS, max_size=60), st.text(LETTERS, max_size=60))
def test_no_text_is_too_strange(text: str, said: str) -> None:
    """Whatever stands in a text and whatever comes back for it, the outcome has the same marks or there is none."""
    protected = protect(text)
    for html in (protected.html, said, protected.html + said):
        restored = protected.restored(html)
        assert restored is None or marks(restored) == marks(text)
