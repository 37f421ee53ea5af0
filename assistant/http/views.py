"""What the page templates are given, and the Jinja environment that renders them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.calendar import describe_hours, describe_opening
from assistant.http.assets import Assets
from assistant.http.bidi import isolated_html
from assistant.http.markup import to_html, to_inline_html
from assistant.http.presenter import Presenter, phone_href
from assistant.http.schemas import AnswerOut
from assistant.http.services import AppServices
from assistant.model import Conversation, Feedback, Language, Register, Turn

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
class TurnView:
    """A turn on the page; ``helpful`` is the feedback given on it."""

    id: str
    text: str
    choice: bool
    at: datetime
    time: str
    masked: bool
    helpful: bool | None
    answer: AnswerOut | None


@dataclass(frozen=True, slots=True)
class Talk:
    """What is known of this browser's conversation: nothing, or everything."""

    conversation: Conversation | None = None
    turns: tuple[Turn, ...] = ()
    feedback: tuple[Feedback, ...] = ()


class Views:
    """Renders templates in a language."""

    def __init__(self, services: AppServices, presenter: Presenter, assets: Assets) -> None:
        self._services = services
        self._presenter = presenter
        self._jinja = page_environment(services, assets)

    def page(self, template: str, view: str, language: Language, talk: Talk | None = None, **extra: object) -> str:
        """A whole page."""
        return self._jinja.get_template(template).render(self._context(view, language, talk or Talk()) | extra)

    def turn(self, view: str, language: Language, turn: Turn, talk: Talk | None = None) -> str:
        """One turn, to be put into a page that is already there."""
        context = self._context(view, language, talk or Talk())
        return self._jinja.get_template("_turn.html").render(context | {"turn": self._turn(turn, {})})

    def _context(self, view: str, language: Language, talk: Talk) -> dict[str, Any]:
        settings = self._services.settings
        messages = self._services.messages
        ratings = {given.utterance_id: given.helpful for given in talk.feedback}
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
            "turns": tuple(self._turn(turn, ratings) for turn in talk.turns),
            "has_conversation": talk.conversation is not None,
            "next_id": secrets.token_urlsafe(16),
            "pending": any(turn.is_pending for turn in talk.turns),
            "error": None,
            "draft": "",
            "notice": None,
            "max_length": settings.http.max_message_chars,
            "trace_id": "",
        }

    def _turn(self, turn: Turn, ratings: Mapping[str, bool]) -> TurnView:
        shown = self._presenter.turn(turn)
        at = turn.utterance.at.astimezone(self._services.zone)
        return TurnView(
            shown.id,
            shown.text,
            shown.choice is not None,
            at,
            f"{at:%H:%M}",
            shown.masked,
            ratings.get(shown.id),
            shown.answer,
        )

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


def _links(services: AppServices) -> LinksView:
    texts = services.settings.texts
    addresses = (texts.imprint_url, texts.privacy_url, texts.accessibility_url, texts.portal_url)
    return LinksView(*(str(address) if address else None for address in addresses))


def _apart(text: str, language: Language) -> str:
    """Plain text for an element of that language, what runs the other way set apart."""
    return Markup(isolated_html(text)) if language.direction == "rtl" else text  # noqa: S704 - it is escaped there


def page_environment(services: AppServices, assets: Assets) -> Environment:
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
    return environment
