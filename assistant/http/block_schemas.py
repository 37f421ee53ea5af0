"""The blocks of an answer, as the API shows them; those of forms stand beside, in ``form_schemas``."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.model import Language, LinkPurpose, TicketState


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class BlockBase(_Out):
    """A block: complete HTML, and where it comes from."""

    html: str
    """The block as safe, complete HTML."""
    source: int | None = None
    """Place in the answer's ``sources``; null for words of Roland's own."""
    language: Language | None = None
    """Set where the block is in another language than the answer."""
    dir: Literal["ltr", "rtl"] | None = None
    """Writing direction, set together with ``language``."""


class OriginalOut(_Out):
    """What a machine translation was made from; this is what counts."""

    language: Language
    dir: Literal["ltr", "rtl"]
    html: str
    """The original as safe, complete HTML."""
    text: str
    """The original as plain text."""


class _TextBlock(BlockBase):
    machine_translated: bool = False
    """Whether this is a machine translation; then say so, and show the original."""
    original: OriginalOut | None = None
    """Set for a machine translation."""


class ParagraphOut(_TextBlock):
    """Running text (Markdown)."""

    type: Literal["paragraph"] = "paragraph"
    text: str
    is_fault: bool = False
    """Whether it says what is wrong with what was entered into a form."""


class StepsOut(_TextBlock):
    """A list of items (inline Markdown), numbered where the order matters."""

    type: Literal["steps"] = "steps"
    items: tuple[str, ...]
    items_html: tuple[str, ...]
    ordered: bool


class FactOut(_Out):
    """A row of facts (inline Markdown)."""

    label: str
    value: str
    label_html: str
    value_html: str


class FactsOut(_TextBlock):
    """A table of two columns."""

    type: Literal["facts"] = "facts"
    rows: tuple[FactOut, ...]


TextBlockOut = ParagraphOut | StepsOut | FactsOut


class HoursOut(_Out):
    """A span of opening hours, the days in words."""

    days: str
    opens: str
    closes: str
    note: str | None
    note_language: Language | None
    """Set where it differs from the answer's."""


class OfficeOut(BlockBase):
    """The responsible office."""

    type: Literal["office"] = "office"
    id: str
    name: str
    short_name: str | None
    address: str | None
    """The address on one line."""
    street: str | None
    postal_code: str | None
    city: str | None
    district: str | None
    addition: str | None
    phone: str | None
    phone_href: str | None
    email: str | None
    url: str | None
    appointment_url: str | None
    hours: tuple[HoursOut, ...]
    hours_note: str | None
    transport: str | None
    accessibility: str | None
    note_languages: dict[str, Language]
    """Those of ``addition``, ``hours_note``, ``transport``, ``accessibility`` in another language than the answer."""


class FormOut(BlockBase):
    """A form that belongs to the service."""

    type: Literal["form"] = "form"
    title: str
    url: str
    description: str | None
    form_id: str | None


class LinkOutOut(BlockBase):
    """A link to the next step."""

    type: Literal["link"] = "link"
    label: str
    url: str
    purpose: LinkPurpose


CatalogueBlockOut = OfficeOut | FormOut | LinkOutOut


class ContactOut(BlockBase):
    """The ways to a person, each with what it promises."""

    type: Literal["contact"] = "contact"
    text: str
    waiting: int | None
    """How many people wait in the chat; null where nobody is there."""
    wait_minutes: int | None
    """How long one more would wait about; null where nobody can say."""
    phone_is_open: bool
    answer_due: date | None
    """Until when what is written down now is answered."""


class TicketStandingOut(BlockBase):
    """How the ticket of a code stands; the answer itself is read at `POST /api/v1/tickets/status` or on the page."""

    type: Literal["ticket"] = "ticket"
    text: str
    state: TicketState
    due_at: datetime
    is_late: bool


ToldJustNowOut = ContactOut | TicketStandingOut
"""What was counted or looked up just now."""
