"""Markdown as HTML that cannot do harm, and as plain text."""

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.http.markup import link_html, to_html, to_inline_html, to_plain

LETTERS = st.sampled_from(list("ab <>&\"'()[]!*_`#|-\n:/=\\javscript")) | st.characters(codec="utf-8")
MARKUP = st.text(LETTERS, max_size=80)

HARMLESS = {"p", "br", "hr", "strong", "em", "a", "ul", "ol", "li", "code", "pre", "blockquote"} | {
    *("table", "thead", "tbody", "tr", "th", "td"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
}


@given(MARKUP)
@example(".HTM")
def test_no_markup_can_do_harm(text: str) -> None:
    """Whatever a text holds, its HTML has only harmless elements and links to the web, mail and telephone."""
    for html in (to_html(text), to_inline_html(text), link_html(text, text)):
        # Within an element, since Beautiful Soup warns of a text alone that looks like the name of a file.
        for element in BeautifulSoup(f"<p>{html}</p>", "html.parser").find_all(True):
            assert isinstance(element, Tag)
            assert element.name in HARMLESS
            assert set(element.attrs) <= {"href", "rel", "target", "title", "start", "class"}
            if element.name == "a":
                assert str(element["href"]).lower().startswith(("http://", "https://", "mailto:", "tel:"))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "file:///etc/passwd"])
def test_addresses_that_lead_nowhere_good(address: str) -> None:
    """A link to anything but the web, mail or telephone stays text."""
    assert "<a" not in to_html(f"[hier]({address})")
    assert link_html("hier", address) == "hier"


def test_links_cannot_reach_back() -> None:
    """Links open beside the conversation and cannot reach back into it; mail and telephone stay where they are."""
    assert to_inline_html("[hier](https://a.b)") == '<a href="https://a.b" rel="noopener" target="_blank">hier</a>'
    assert to_inline_html("[wir](tel:115)") == '<a href="tel:115">wir</a>'


def test_lists_and_tables_survive() -> None:
    """Lists and tables of the catalogue stay lists and tables."""
    assert "<li>Foto</li>" in to_html("- Foto\n- Ausweis")
    assert "<td>70 Euro</td>" in to_html("| Pass | Gebühr |\n|---|---|\n| neu | 70 Euro |")


def test_no_inline_style() -> None:
    """Aligned columns bring no inline style, which the page's content security policy would block."""
    assert "style" not in to_html("| a |\n|--:|\n| 1 |")


def test_plain_text_reads_well() -> None:
    """Plain text has one line for each paragraph, item and row, and names the addresses of links."""
    text = "Ein **Pass** ([mehr](https://a.b)).\n\n1. Foto\n2. Ausweis\n   - alt\n\n| a | b |\n|---|---|\n| c | d |"
    assert to_plain(text).splitlines() == [
        "Ein Pass (mehr (https://a.b)).",
        "1. Foto",
        "2. Ausweis",
        "- alt",
        "a | b",
        "c | d",
    ]
    assert to_plain("[a@b.de](mailto:a@b.de)") == "a@b.de"
