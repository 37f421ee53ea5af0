"""HTML becomes the Markdown subset, whatever it is."""

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from knowledge.importers.html import Heading, Listing, Paragraph, Table, parse_html, to_markdown
from knowledge.importers.subset import problems

TAGS = (
    "p",
    "div",
    "b",
    "strong",
    "em",
    "span",
    "ul",
    "ol",
    "li",
    "a",
    "h2",
    "h4",
    "table",
    "tr",
    "td",
    "th",
    "u",
    "dl",
)
TEXTS = st.text(st.sampled_from('aB1 .*_-+#>|[]()`~\\&<;:=!"\n\t\u200b\u00ad\u00a0äß€سلам'), max_size=12)


def elements(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """HTML with one tag around other HTML, sometimes left open."""
    attributes = st.sampled_from(["", ' href="https://x.de/a b"', ' href="/b"', ' style="x"', ' href="javascript:c"'])
    inner = st.lists(children, max_size=4).map("".join)
    return st.builds(
        lambda tag, attribute, content, closing: f"<{tag}{attribute}>{content}" + (f"</{tag}>" if closing else ""),
        st.sampled_from(TAGS),
        attributes,
        inner,
        st.booleans(),
    )


HTML = st.recursive(TEXTS | st.just("<br>") | st.just("<img src=x>"), elements, max_leaves=25)


def words(markdown: str) -> str:
    """What a reader sees of Markdown, without white space."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    seen = "".join(child.content for token in tokens for child in token.children or ())
    return re.sub(r"\s", "", seen)


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(HTML)
@example("<ul><li>1. Januar</ul><ul><li>- a</ul>")
@example("<b>a</b><b>*</b>c")
@example("<ol><li><ol><li>x</ol><p>y</ol><ol><li>z</ol>")
@example("<td>a|b<td>\\|")
def test_any_html_ends_in_the_subset(html: str) -> None:
    """The result holds nothing but the subset: no HTML, headings, images, code, or links that lead nowhere."""
    assert problems(to_markdown(html)) == ()


@pytest.mark.slow
@settings(max_examples=300)
@given(TEXTS.filter(lambda text: "<" not in text and "&" not in text))
def test_plain_text_keeps_its_words(text: str) -> None:
    """No sign of a plain text is lost, added or taken for markup."""
    expected = re.sub(r"[\s\u200b\u00ad]", "", text)
    assert words(to_markdown(text)) == expected


@pytest.mark.slow
@settings(max_examples=200)
@given(st.lists(TEXTS.map(lambda text: text.replace("<", "").replace("&", "")), min_size=1, max_size=5))
def test_formatted_text_keeps_its_words(texts: list[str]) -> None:
    """The same holds inside bold, links and list items."""
    html = "".join(f'<p>{text}<b>{text}</b> <a href="https://x.de">{text}</a></p><ul><li>{text}</ul>' for text in texts)
    expected = re.sub(r"[\s\u200b\u00ad]", "", "".join(text * 4 for text in texts))
    # A colon that only announces goes with the heading it made.
    assert words(to_markdown(html)).replace(":", "") == expected.replace(":", "")


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>Ein <strong>Pass </strong>kostet</p>", "Ein **Pass** kostet"),
        ("<p>a<b>b</b><b>c</b></p>", "a**bc**"),
        ("un<b>(ver)</b>bindlich", "un(ver)bindlich"),
        ("<p>Bürger*innen</p>", "Bürger*innen"),
        ("<p>Bürger*innen und Gäste*innen</p>", "Bürger\\*innen und Gäste\\*innen"),
        ("1. Januar 2025", "1\\. Januar 2025"),
        ("Ge\u00adbühr\u200b:\u00a05 €", "Gebühr: 5 €"),
        ("<p>a<br>b:</p>", "a\n\nb:"),
        ("<p>Pass: 70 Euro<br/>Ausweis: 46 Euro</p>", "- Pass: 70 Euro\n- Ausweis: 46 Euro"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n\n  - b"),
        ('<a href="https://x.de/a (1)">Seite</a>', "[Seite](https://x.de/a%20%281%29)"),
        ('<a href="mailto:amt@x.de">Mail</a>', "[Mail](mailto:amt@x.de)"),
        ('<a href="javascript:alert(1)">hier</a>', "hier"),
        ('<a href="/seite.html">hier</a>', "hier"),
        ('<a href="www.x.de">hier</a>', "hier"),
        ("a<script>alert(1)</script><style>p{}</style><img src=x onerror=y>b", "ab"),
        ("<h2>Kosten</h2><p>5 Euro</p>", "**Kosten**\n\n5 Euro"),
        ("<table><tr><td>nur ein Rahmen</td></tr></table>", "nur ein Rahmen"),
        ("<table><tr><th>Art<th>Preis<tr><td>a|b<td>5</table>", "| Art | Preis |\n| --- | --- |\n| a\\|b | 5 |"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "| a | b |\n| --- | --- |\n| c |  |"),
        ("5 &lt; 6 &amp;amp; &lt;b&gt;", "5 < 6 \\&amp; \\<b>"),
        ("erste Zeile\n\nzweite", "erste Zeile\n\nzweite"),
        ("", ""),
        ("<p>\u200b</p>", ""),
    ],
)
def test_typical_pieces(html: str, markdown: str) -> None:
    """What authorities write comes out as one would write it in Markdown."""
    assert to_markdown(html) == markdown


def test_finds_headings_in_disguise() -> None:
    """Heading tags, accordions and short bold lines announce what follows; bold sentences do not."""
    html = (
        "<h3>Ablauf</h3><p>a</p><details><summary>Fristen</summary>b</details>"
        "<p><strong>Kosten:</strong></p><p>c</p><p><b>Hinweis</b><br>d</p><p><b>Nur mit Termin.</b></p>"
    )
    blocks = parse_html(html)
    headings = [(block.text, block.level) for block in blocks if isinstance(block, Heading)]
    assert headings == [("Ablauf", 3), ("Fristen", 7), ("Kosten", 8), ("Hinweis", 8)]
    assert blocks[-1] == Paragraph("**Nur mit Termin.**")


def test_keeps_structure() -> None:
    """Lists and tables are blocks of their own, with their items and rows."""
    blocks = parse_html("<p>a</p><ul><li>b<li>c</ul><table><tr><td>d<td>e</table>")
    assert blocks == (
        Paragraph("a"),
        Listing(((Paragraph("b"),), (Paragraph("c"),))),
        Table((("d", "e"),)),
    )


def test_survives_deep_nesting() -> None:
    """Thousands of nested elements neither overflow the stack nor lose their text."""
    assert "tief" in to_markdown("<div>" * 5000 + "tief" + "</div>" * 5000)
    assert "tief" in to_markdown("<ul><li>" * 200 + "tief")
