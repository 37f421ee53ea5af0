"""What the page templates are given, and the Jinja environment that renders them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.calendar import describe_hours, describe_opening
from assistant.http.asked import Asked, is_in_form
from assistant.http.assets import Assets
from assistant.http.bidi import isolate, isolated_html
from assistant.http.catalogue_blocks import phone_href
from assistant.http.markup import to_html, to_inline_html
from assistant.http.presenter import Presenter
from assistant.http.schemas import TranscriptEntryOut, TurnEntryOut
from assistant.http.services import AppServices
from assistant.http.standing import WITH_ROLAND, Standing
from assistant.model import Conversation, Feedback, Language, Register, TranscriptEntry, Turn

EXAMPLES = ("one", "two", "three", "four")


@dataclass(frozen=True, slots=True)
class ContactView:
    """How to reach a human, and whether somebody is there right now."""

    phone: str
    phone_href: str | None
    short_number: str
    is_open: bool
    hours: str
    next_opening: str | None


@dataclass(frozen=True, slots=True)
class LinksView:
    """The city's own pages, or None."""

    imprint: str | None
    privacy: str | None
    accessibility: str | None
    portal: str | None


@dataclass(frozen=True, slots=True)
class SituationView:
    """A life situation as a way in."""

    id: str
    title: str
    description: str
    payload: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """One thing of the conversation on the page; ``helpful`` is the feedback given on a turn's answer.

    ``key`` names it within the page, ``at`` is in local time. ``form``: a step of a form that leads on (``open``), or
    one that lies behind (``past``); empty for anything else.
    """

    key: str
    at: datetime
    time: str
    shown: TranscriptEntryOut
    helpful: bool | None = None
    form: Literal["", "open", "past"] = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """What is known of this browser's conversation: nothing, or everything."""

    conversation: Conversation | None = None
    transcript: tuple[TranscriptEntry, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    standing: Standing = WITH_ROLAND
    asked: Asked | None = None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What the person said, each with its answer."""
        return tuple(entry.content for entry in self.transcript if isinstance(entry.content, Turn))

    @property
    def revision(self) -> int:
        """That of the latest change; 0 where nothing has happened."""
        return max((entry.revision for entry in self.transcript), default=0)


class Views:
    """Renders templates in a language."""

    def __init__(self, services: AppServices, presenter: Presenter, assets: Assets) -> None:
        self._services = services
        self._presenter = presenter
        self._jinja = page_environment(services, presenter, assets)

    def page(self, template: str, view: str, language: Language, talk: Talk | None = None, **extra: object) -> str:
        """A whole page."""
        return self._jinja.get_template(template).render(self._context(view, language, talk or Talk()) | extra)

    def entry(self, view: str, conversation: Conversation, entry: TranscriptEntry) -> str:
        """One thing of a conversation, to be put into a page that is already there."""
        context = self._context(view, conversation.state.language, Talk(conversation))
        shown = self._entry(entry, conversation, ())
        return self._jinja.get_template("_entry.html").render(context | {"entry": shown})

    def standing(self, view: str, conversation: Conversation, standing: Standing) -> str:
        """How a conversation stands with people, to be put into a page that is already there."""
        context = self._context(view, conversation.state.language, Talk(conversation, standing=standing))
        return self._jinja.get_template("_standing.html").render(context)

    def _context(self, view: str, language: Language, talk: Talk) -> dict[str, Any]:
        settings = self._services.settings
        messages = self._services.messages
        return {
            "t": lambda key, **values: messages.text(key, language, **values),
            "t_in": lambda other, key, **values: messages.text(key, other, **values),
            "language": language,
            "dir": language.direction,
            "register": talk.conversation.state.register if talk.conversation else Register.STANDARD,
            "languages": settings.city.languages,
            "view": view,
            "city": settings.city.name,
            "contact": self._contact(language),
            "links": _links(self._services),
            "greeting": self._presenter.greeting(language),
            "examples": tuple(messages.text(f"examples.{name}", language) for name in EXAMPLES),
            "situations": self._situations(language) if view == "portal" else (),
            "entries": self._entries(talk),
            "revision": talk.revision,
            "standing": talk.standing,
            "asked": talk.asked,
            "still": False,
            "has_tickets": self._services.tickets is not None,
            "has_conversation": talk.conversation is not None,
            "next_id": secrets.token_urlsafe(16),
            "pending": any(turn.is_pending for turn in talk.turns),
            "error": None,
            "draft": "",
            "notice": None,
            "max_length": settings.http.max_message_chars,
            "trace_id": "",
        }

    def _entries(self, talk: Talk) -> tuple[EntryView, ...]:
        if talk.conversation is None:
            return ()
        entries = [self._entry(entry, talk.conversation, talk.feedback) for entry in talk.transcript]
        latest = next((entry for entry in reversed(entries) if entry.form), None)
        return tuple(replace(entry, form="past") if entry.form and entry is not latest else entry for entry in entries)

    def _entry(self, entry: TranscriptEntry, conversation: Conversation, feedback: Sequence[Feedback]) -> EntryView:
        shown = self._presenter.entry(entry, conversation)
        at = shown.at.astimezone(self._services.zone)
        helpful = next((given.helpful for given in feedback if given.utterance_id == shown.id), None)
        return EntryView(f"{shown.type}-{shown.id}", at, f"{at:%H:%M}", shown, helpful, _form(shown, conversation))

    def _contact(self, language: Language) -> ContactView:
        contact, calendar, messages = self._services.settings.contact, self._services.calendar, self._services.messages
        now = self._services.clock.now().astimezone(self._services.zone)
        is_open = calendar.is_open(now)
        opening = None if is_open else calendar.next_opening(now)
        return ContactView(
            contact.phone,
            phone_href(contact.phone),
            contact.short_number,
            is_open,
            describe_hours(calendar.hours, messages, language),
            describe_opening(opening, now, messages, language) if opening else None,
        )

    def _situations(self, language: Language) -> tuple[SituationView, ...]:
        return tuple(
            SituationView(
                situation.id,
                situation.title(language),
                situation.descriptions.get(language) or situation.descriptions.get(Language.DE, ""),
                f"situation:{situation.id}",
            )
            for situation in self._services.catalogue.life_situations()
        )


def _form(shown: TranscriptEntryOut, conversation: Conversation) -> Literal["", "open", "past"]:
    if not isinstance(shown, TurnEntryOut) or shown.answer is None or shown.answer.form is None:
        return ""
    return "open" if is_in_form(conversation) else "past"


def _links(services: AppServices) -> LinksView:
    texts = services.settings.texts
    addresses = (texts.imprint_url, texts.privacy_url, texts.accessibility_url, texts.portal_url)
    return LinksView(*(str(address) if address else None for address in addresses))


def _apart(text: str, language: Language) -> str:
    """Plain text for an element of that language, what runs the other way set apart."""
    return Markup(isolated_html(text)) if language.direction == "rtl" else text  # noqa: S704 - it is escaped there


def page_environment(services: AppServices, presenter: Presenter, assets: Assets) -> Environment:
    """The templates with their filters; a name that no template is given is an error."""
    environment = Environment(
        loader=FileSystemLoader(services.templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = assets.url
    environment.filters["markdown"] = lambda text: Markup(to_html(text))  # noqa: S704 - HTML in the text is escaped
    environment.filters["markdown_inline"] = lambda text: Markup(to_inline_html(text))  # noqa: S704
    environment.filters["tel"] = phone_href
    environment.filters["apart"] = _apart
    environment.filters["isolated"] = lambda text, language: isolate(text) if language.direction == "rtl" else text
    environment.filters["day"] = presenter.date
    return environment
