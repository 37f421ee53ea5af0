"""The filled form on paper: a sheet to copy from or to hand in, which says of itself that it is no official form.

Its texts are told in German; names stay in the letters in which they were written. The fonts are those that matplotlib
brings along, embedded as far as they are used.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from unicodedata import bidirectional

from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from fpdf.fonts import Glyph, TTFFont
from fpdf.prefs import ViewerPreferences

from assistant.calendar import describe_date
from assistant.forms.filled import FilledField, FilledForm, FilledPart
from assistant.model import Language
from assistant.ports import Messages

_FAMILY = "dejavusans"
_FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
_LABEL_WIDTH = 70
_GREY, _BLACK = 90, 0
_BOX = "\N{BALLOT BOX}"
_NOTHING_TO_SEE = 0x200B


@dataclass(frozen=True, slots=True)
class _Look:
    """How a paragraph is set (size in points, line in millimetres), and what it is to who hears it."""

    size: float
    line: float
    style: str = ""
    tag: str = "P"
    grey: int = _BLACK
    border: Literal[0, 1] = 0


_TITLE, _HEADING = _Look(15, 7.5, "B", "H1"), _Look(12, 6.5, "B", "H2")
_TEXT, _STRONG, _SMALL = _Look(10, 5.5), _Look(10, 5.5, "B"), _Look(8, 4.2, grey=_GREY)
_BOXED = _Look(10, 5.5, "B", border=1)


def draw(filled: FilledForm, messages: Messages, made_on: date) -> bytes:
    """The sheet as PDF."""
    sheet = _Sheet(filled, messages)
    sheet.head(made_on)
    for part in filled.parts:
        sheet.part(part)
    if not filled.is_signed:
        sheet.signature()
    sheet.lists()
    return bytes(sheet.output())


class _Font(TTFFont):
    """A font whose ligatures can be read out again.

    A ligature of a right-to-left script stands for several letters, which readers of PDF put in different orders. Here
    it stands for its first letter alone; the others are drawn beside it, with nothing to see and no width.
    """

    def shape_text(
        self, text: str, font_size_pt: float, text_shaping_params: dict[str, Any] | None
    ) -> Sequence[dict[str, Any]]:
        shaped: list[dict[str, Any]] = []
        known = super().shape_text(text, font_size_pt, text_shaping_params)
        glyphs = {number: glyph for glyph, number in self.subset.items()}
        for drawn in known:
            glyph = glyphs.get(drawn["mapped_char"])
            letters = glyph.unicode if glyph is not None and isinstance(glyph.unicode, tuple) else ()
            if glyph is None or len(letters) < 2 or bidirectional(chr(letters[0])) not in {"R", "AL"}:
                shaped.append(drawn)
                continue
            first, *others = letters
            shaped += [self._hidden(letter) for letter in reversed(others)]
            alone = Glyph(glyph.glyph_id, (first,), glyph.glyph_name, glyph.glyph_width)
            shaped.append(drawn | {"mapped_char": self.subset.pick_glyph(alone)})
        return shaped

    def _hidden(self, letter: int) -> dict[str, Any]:
        blank = Glyph(self.glyph_ids[_NOTHING_TO_SEE], (letter,), self.cmap[_NOTHING_TO_SEE], 0)
        still = dict.fromkeys(("x_advance", "y_advance", "x_offset", "y_offset"), 0)
        return {"mapped_char": self.subset.pick_glyph(blank), "force_positioning": False, **still}


class _Sheet(FPDF):
    """The pages."""

    def __init__(self, filled: FilledForm, messages: Messages) -> None:
        super().__init__(format="A4")
        self._filled = filled
        self._messages = messages
        for style, file in _FILES.items():
            self.fonts[f"{_FAMILY}{style}"] = _Font(self, _fonts() / file, f"{_FAMILY}{style}", style)
        self.set_lang(Language.DE)
        self.set_title(filled.title)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_creator("Roland")
        self.set_text_shaping(True)
        self.set_margin(20)
        self.set_auto_page_break(True, margin=22)
        self.alias_nb_pages("{pages}")
        self.add_page()

    # ── the parts of the sheet ─────────────────────────────────────────────────────────────────────────────────────

    def head(self, made_on: date) -> None:
        """What this is, of what form, and of when."""
        form = self._filled.form
        self._write(self._filled.title, _TITLE)
        self._write(self._say("made", date=self._day(made_on)), _SMALL)
        if form.edition:
            self._write(self._say("edition", edition=form.edition), _SMALL)
        if form.updated_on is not None:
            self._write(self._say("checked", date=self._day(form.updated_on)), _SMALL)
        self.ln(2)
        self._write(self._say("aid"), _BOXED)
        if address := (form.acro_form.url if form.acro_form is not None else form.url):
            self._write(self._say("official", url=address), _SMALL, link=address)

    def part(self, part: FilledPart) -> None:
        """A part with its fields."""
        self._heading(part.label)
        for field in part.fields:
            if field.is_signature:
                self.signature(field.label)
            else:
                self._field(field)

    def signature(self, label: str = "") -> None:
        """A line to sign on."""
        self._keep_together(24)
        self.ln(14)
        self._rule(110)
        self._write(self._say("sign", label=label or self._say("signature")), _SMALL)

    def lists(self) -> None:
        """What is to be enclosed, with boxes to tick."""
        for key, texts in (("enclosed", self._filled.enclosed), ("perhaps", self._filled.perhaps)):
            if texts:
                self._heading(self._say(key))
                for text in texts:
                    self._write(f"{_BOX} {text}")

    def footer(self) -> None:
        """Which page of which sheet."""
        self.set_y(-15)
        self.set_font(_FAMILY, "", _SMALL.size)
        told = self._say("page", title=self._filled.title, page=self.page_no(), pages="{pages}")
        with self._artifact():
            self.cell(0, _SMALL.line, told, align="C")

    # ── drawing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _field(self, field: FilledField) -> None:
        """Its names on the left, what was entered on the right."""
        self._keep_together(16)
        top, page = self.get_y() + 1.5, self.page
        number = self._say("field", number=field.number) if field.number else ""
        self.set_y(top)
        self._write(" · ".join(filter(None, (number, field.label))), width=_LABEL_WIDTH)
        if field.own_label:
            self._write(field.own_label, _SMALL, width=_LABEL_WIDTH, language=self._filled.language)
        below = (self.page, self.get_y())
        self.page = page
        self.set_xy(self.l_margin + _LABEL_WIDTH + 4, top)
        if field.value:
            self._write(field.value, _STRONG)
        else:
            self._write(self._say("open" if field.is_required else "left_empty"), _SMALL)
        self.page, bottom = max(below, (self.page, self.get_y()))
        self.set_y(bottom + 1)
        self._rule(self.epw)

    def _heading(self, text: str) -> None:
        self._keep_together(30)
        self.ln(5)
        self.start_section(text)
        self._write(text, _HEADING)

    def _write(
        self, text: str, look: _Look = _TEXT, *, width: float = 0, link: str = "", language: Language = Language.DE
    ) -> None:
        self.set_font(_FAMILY, look.style, look.size)
        self.set_text_color(look.grey)
        padding = 2 if look.border else 0
        lines = self.multi_cell(width, look.line, text, dry_run=True, output=MethodReturnValue.LINES)
        # A paragraph that is marked must not go over a page.
        count = len(lines) if isinstance(lines, list) else 1
        self._keep_together(look.line * count + 2 * padding)
        with self._marked(look.tag, language):
            self.multi_cell(
                width, look.line, text, border=look.border, align="L", link=link, padding=padding, new_x="LMARGIN",
                new_y="NEXT",
            )  # fmt: skip

    def _rule(self, width: float) -> None:
        with self._artifact():
            self.line(self.l_margin, self.get_y(), self.l_margin + width, self.get_y())

    # ── what reads it aloud ────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def _marked(self, tag: str, language: Language) -> Iterator[None]:
        """Text in the order in which it is read, as a heading or a paragraph."""
        place = self.struct_builder.next_mcid_for_page(self.page)
        _, parent = self.struct_builder.add_marked_content(page_number=self.page, struct_type=f"/{tag}", mcid=place)
        self.pages[self.page].struct_parents = parent
        self._out(f"/{tag} <</MCID {place} /Lang ({language})>> BDC")
        yield
        self._out("EMC")

    @contextmanager
    def _artifact(self) -> Iterator[None]:
        """What is seen and not read."""
        self._out("/Artifact BMC")
        yield
        self._out("EMC")

    def _keep_together(self, height: float) -> None:
        """Go on on a new page where so much room is no longer left."""
        if self.will_page_break(height):
            self.add_page()

    def _say(self, key: str, **values: object) -> str:
        return self._messages.text(f"desk.form_pdf.{key}", Language.DE, **values)

    def _day(self, day: date) -> str:
        return describe_date(day, self._messages, Language.DE)


@cache
def _fonts() -> Path:
    """The folder of the fonts; matplotlib itself, which takes its time, is not loaded for it."""
    found = find_spec("matplotlib")
    places = found.submodule_search_locations if found is not None else None
    if not places:
        raise FileNotFoundError("matplotlib, whose fonts are used, is not installed")
    return Path(places[0]) / "mpl-data" / "fonts" / "ttf"
