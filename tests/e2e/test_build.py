"""What is built is small, and every word on the pages stands in the message catalogues."""

import gzip
import re

import pytest

from assistant.http.services import WEB
from assistant.messages import TomlMessages
from assistant.model import Language

TEMPLATES = sorted((WEB / "templates").glob("*.html"))
SERVER = (*sorted((WEB.parent / "http").glob("*.py")), WEB.parent / "calendar.py")
GUIDE = sorted((WEB.parent / "dialogue" / "forms").glob("*.py"))
KEY = re.compile(r"(?<![\w.])(?:page|waiting|ways)\.[a-z_]+(?:\.[a-z_]+)?")
# Keys put together from a prefix and a value.
COMPOSED = ("page.section.", "page.notice_", "page.yes", "page.no", "page.online_service", "page.appointment")
COMPOSED_TOO = ("page.official_page", "page.widget_", "ways.callback", "ways.concern")


@pytest.mark.browser
@pytest.mark.parametrize(("name", "kilobytes"), [("app.js", 30), ("app.css", 60), ("widget.js", 5), ("theme.js", 1)])
def test_assets_are_small(name: str, kilobytes: int) -> None:
    """Compressed, what a visitor loads stays within its budget."""
    assert len(gzip.compress((WEB / "dist" / name).read_bytes())) < kilobytes * 1000


@pytest.mark.parametrize("language", [Language.DE, Language.EN])
def test_every_word_on_the_pages_is_there(language: Language) -> None:
    """Templates name only messages that exist, in German and in English."""
    used = {key for template in TEMPLATES for key in KEY.findall(template.read_text(encoding="utf-8"))}
    used -= {"page.section", "page.notice_"}
    assert used <= TomlMessages().keys(language)


def test_no_word_is_left_over() -> None:
    """Every message of the pages is used by a template, the server or the widget."""
    used = {key for file in (*TEMPLATES, *SERVER) for key in KEY.findall(file.read_text(encoding="utf-8"))}
    kept = {key for key in TomlMessages().keys(Language.DE) if key.startswith(("page.", "waiting.", "ways."))}
    assert {key for key in kept - used if not key.startswith(COMPOSED + COMPOSED_TOO)} == set()


def test_no_inline_style_or_script() -> None:
    """Templates have nothing that the content security policy forbids."""
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", text), template.name


def test_templates_hold_no_words() -> None:
    """Text between tags comes from the message catalogues alone."""
    for template in TEMPLATES:
        text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        words = [part.strip() for part in re.findall(r">([^<]*)<", text) if re.search(r"[A-Za-zÄÖÜäöü]{2,}", part)]
        assert words == [], template.name


def test_no_word_of_forms_is_left_over() -> None:
    """Every message of the pages about forms is used, in whole or put together from a prefix and a value."""
    texts = [file.read_text(encoding="utf-8") for file in (*TEMPLATES, *SERVER, *GUIDE)]
    used = {key for text in texts for key in re.findall(r"forms\.page\.([a-z_]+)", text)}
    kept = {
        key.removeprefix("forms.page.") for key in TomlMessages().keys(Language.DE) if key.startswith("forms.page.")
    }
    composed = {"entry", "entry_answer", "fill_in", "change"}
    assert {key for key in kept - used if not key.startswith("part_")} <= composed
