"""Latin letters and figures keep their order in right-to-left text."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.http.bidi import first_strong, isolate, isolate_lines, isolated_html, isolated_line_html
from assistant.http.markup import link_html, to_html, to_inline_html
from assistant.http.presenter import Presenter
from assistant.messages import TomlMessages
from assistant.model import (
    Address,
    Answer,
    AnswerStatus,
    Language,
    LinkOut,
    LinkPurpose,
    Office,
    OfficeCard,
    Paragraph,
    Source,
    SourceKind,
    Steps,
)

OPEN, CLOSE = "\u2066", "\u2069"
PARTS = [*"abZßé019٠۷ابپی،. ,:;-–/()+&@_§%<>'\"\n\u200f", "0421 361-0", "7:30–15:00", " (0)", "https://"]
MARKS = ["\u2066", "\u2067", "\u2068", "\u2069"]
TEXT = st.lists(st.sampled_from(PARTS), max_size=40).map("".join)
MARKED = st.lists(st.sampled_from(PARTS + MARKS), max_size=40).map("".join)
LINK = "اتصلوا [0421 361-0](tel:+494213610) أو [انظر bremen.de/a/](https://bremen.de/a/)"

SOURCE = Source(SourceKind.SERVICE, "reisepass", "جواز (Reisepass 24-b)", None, "https://a.b/")


def shown(text: str) -> str:
    """The text with marks one can read."""
    return isolate(text).replace(OPEN, "⟦").replace(CLOSE, "⟧")


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("اتصلوا بالرقم 0421 361-6021 أو 115.", "اتصلوا بالرقم ⟦0421 361-6021⟧ أو 115."),
        ("115 0421 361-0", "115 ⟦0421 361-0⟧"),
        ("هاتف: +49 (0)421 361-0", "هاتف: ⟦+49 (0)421 361-0⟧"),
        ("تلفن ۰۴۲۱ ۳۶۱-۰ است", "تلفن ⟦۰۴۲۱ ۳۶۱-۰⟧ است"),
        ("من 7:30–15:00 أو 7:30 – 15:00", "من ⟦7:30–15:00⟧ أو ⟦7:30 – 15:00⟧"),
        ("في Pelzerstraße 40, 28195 Bremen.", "في ⟦Pelzerstraße 40, 28195 Bremen⟧."),
        ("28195 Bremen-Mitte", "⟦28195 Bremen-Mitte⟧"),
        ("(St. Jürgen-Str. 1)", "(⟦St. Jürgen-Str. 1⟧)"),
        ("bsc@buergeramt.bremen.de.", "⟦bsc@buergeramt.bremen.de⟧."),
        ("(https://a.b/c/)", "(⟦https://a.b/c/⟧)"),
        ("§ 5 PassG", "⟦§ 5 PassG⟧"),
        ("شهادة Führungszeugnis (behördlich)، ثم", "شهادة ⟦Führungszeugnis (behördlich)⟧، ثم"),
    ],
)
def test_what_is_set_apart(text: str, marked: str) -> None:
    """Numbers of telephones, times, addresses, e-mail, links and German terms are set apart, each as a whole."""
    assert shown(text) == marked


@pytest.mark.parametrize(
    "text",
    [
        "يكلف 70,00 يورو، ودون 24 سنة 37,50 يورو",
        "في 2026 27,60 يورو",
        "24, 37",
        "في 1/5/2025",
        "مكتب المواطنين (Bürgeramt)",
        "",
    ],
)
def test_what_needs_no_mark(text: str) -> None:
    """Single words and numbers stand as they are; figures side by side stay several numbers."""
    assert isolate(text) == text


@given(TEXT)
def test_nothing_but_marks_is_added(text: str) -> None:
    """Without the marks the text is the same, in plain text and in HTML."""
    for marked in (isolate(text), isolate_lines(text)):
        assert marked.replace(OPEN, "").replace(CLOSE, "") == text
    for html in (isolated_html(text), isolated_line_html(text)):
        assert unescape(html.replace('<bdi dir="ltr">', "").replace("</bdi>", "")) == text


@given(TEXT)
def test_marks_come_in_pairs_within_a_line(text: str) -> None:
    """Every mark is closed in its line, and none stands within another."""
    for line in (isolate(text) + "\n" + isolate_lines(text)).split("\n"):
        assert re.fullmatch(rf"[^{OPEN}{CLOSE}]*(?:{OPEN}[^{OPEN}{CLOSE}]+{CLOSE}[^{OPEN}{CLOSE}]*)*", line)
    assert re.fullmatch(r'[^<]*(?:<bdi dir="ltr">[^<]+</bdi>[^<]*)*', isolated_html(text))


@given(MARKED)
def test_nothing_is_set_apart_twice(text: str) -> None:
    """What is set apart already, by the catalogue or by an earlier pass, is left alone."""
    assert isolate(isolate(text)) == isolate(text)
    assert isolate_lines(isolate_lines(text)) == isolate_lines(text)


def test_words_of_people() -> None:
    """What somebody wrote may be in any language: each line takes its direction from itself."""
    assert first_strong("Pass?\nجواز") == "\u2068Pass?\u2069\n\u2068جواز\u2069"


@given(TEXT)
def test_markdown_reads_the_same(text: str) -> None:
    """The HTML of a right-to-left text differs from the usual one in its marks alone."""
    for render in (to_html, to_inline_html):
        assert render(text, rtl=True).replace('<bdi dir="ltr">', "").replace("</bdi>", "") == render(text)


def test_links_stay() -> None:
    """A link keeps its address; only the words it is shown with are set apart."""
    html = to_inline_html(LINK, rtl=True)
    assert '<a href="tel:+494213610"><bdi dir="ltr">0421 361-0</bdi></a>' in html
    assert (
        '<a href="https://bremen.de/a/" rel="noopener" target="_blank">انظر <bdi dir="ltr">bremen.de/a/</bdi></a>'
        in html
    )
    assert "bdi" not in to_inline_html(LINK)
    assert '><bdi dir="ltr">Termin 24-h</bdi></a>' in link_html("Termin 24-h", "tel:115", rtl=True)


def test_a_whole_answer() -> None:
    """An Arabic answer sets runs apart in HTML and plain text, German lines as a whole; a German one has no marks."""
    office = Office(
        "bsc", "BürgerServiceCenter", address=Address("Am Wall", "1", "28195", "Bremen"), phone="0421 361-0"
    )
    blocks = (
        Paragraph("اتصلوا **0421 361-0**", SOURCE),
        Steps(("احجزوا 7:30–15:00",), SOURCE, ordered=True),
        Paragraph("Rufen Sie an: 115.", SOURCE, Language.DE),
        OfficeCard(office, Source(SourceKind.OFFICE, "bsc", "BürgerServiceCenter")),
        LinkOut("موعد 24-h", "https://a.b/", LinkPurpose.APPOINTMENT, SOURCE),
    )
    presenter = Presenter(TomlMessages(), "Bremen")
    arabic = presenter.answer(Answer(AnswerStatus.ANSWERED, Language.AR, blocks))
    assert arabic.text.replace(OPEN, "⟦").replace(CLOSE, "⟧").split("\n\n") == [
        "اتصلوا ⟦0421 361-0⟧",
        "1. احجزوا ⟦7:30–15:00⟧",
        "⟦Rufen Sie an: 115.⟧",
        "⟦BürgerServiceCenter⟧\n⟦Am Wall 1, 28195 Bremen⟧\n⟦0421 361-0⟧",
        "موعد ⟦24-h⟧: ⟦https://a.b/⟧",
    ]
    assert [block.html.count('<bdi dir="ltr">') for block in arabic.blocks] == [1, 1, 0, 3, 1]
    assert presenter.source_lines(arabic)[0].endswith(f"({OPEN}Reisepass 24-b{CLOSE}), {OPEN}https://a.b/{CLOSE}")
    german = presenter.answer(Answer(AnswerStatus.ANSWERED, Language.DE, blocks))
    assert OPEN not in german.text + "".join(presenter.source_lines(german))
