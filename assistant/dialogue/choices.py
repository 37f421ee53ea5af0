"""Buttons that were offered, and words that choose among them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, utils

from assistant.model import Aspect, Intent, Language, QuickReply, Utterance
from assistant.ports import Messages

_SURE = 85
_CLEAR_LEAD = 8
CONNECT = "people:connect"
"""The payload of the button with which somebody begins to wait for a person."""
CALLBACK = "people:callback"
"""The choice of a caller to be rung back; whoever speaks with them asks for the number."""
_ORDINALS = ("first", "second", "third", "fourth", "last")


@dataclass(frozen=True, slots=True)
class Choice:
    """A quick reply's payload, read; exactly one of its ways is set (aspects only beside a service)."""

    service_id: str | None = None
    aspects: tuple[Aspect, ...] = ()
    situation_id: str | None = None
    act: Intent | None = None
    language: Language | None = None
    text: str | None = None
    connects: bool = False
    calls_back: bool = False


def read_payload(payload: str) -> Choice | None:
    """The choice a payload stands for; None for one that Roland never made."""
    kind, _, rest = payload.partition(":")
    reader = _READERS.get(kind)
    try:
        return reader(rest) if reader is not None and rest.strip() else None
    except ValueError:
        return None


def _read_service(rest: str) -> Choice:
    service_id, _, aspects = rest.partition("#")
    return Choice(service_id=service_id, aspects=tuple(Aspect(aspect) for aspect in aspects.split("+") if aspect))


_READERS: dict[str, Callable[[str], Choice]] = {
    "service": _read_service,
    "situation": lambda rest: Choice(situation_id=rest),
    "act": lambda rest: Choice(act=Intent(rest)),
    "language": lambda rest: Choice(language=Language(rest)),
    "people": lambda rest: Choice(connects=rest == "connect", calls_back=rest == "callback"),
    "say": lambda rest: Choice(text=rest),
}


def service_payload(service_id: str, aspects: tuple[Aspect, ...]) -> str:
    """The payload that asks for those aspects of a service."""
    return f"service:{service_id}" + (f"#{'+'.join(aspects)}" if aspects else "")


def said_label(utterance: Utterance, offered: tuple[QuickReply, ...]) -> Utterance:
    """The utterance as the choice that it names word for word, signs and capitals aside; else as it is."""
    words = utils.default_process(utterance.text)
    named = [reply.payload for reply in offered if words and words == utils.default_process(reply.label)]
    return replace(utterance, choice=named[0]) if utterance.choice is None and len(named) == 1 else utterance


def match_typed(
    text: str, offered: tuple[QuickReply, ...], messages: Messages, language: Language
) -> QuickReply | None:
    """The offered service a typed reply means ("das zweite", "den vorläufigen"); None where it is not clear."""
    services = [reply for reply in offered if reply.payload.startswith("service:")]
    if not services:
        return None
    return _by_ordinal(text, services, messages, language) or _by_words(text, services)


def _by_ordinal(text: str, services: list[QuickReply], messages: Messages, language: Language) -> QuickReply | None:
    words = set(utils.default_process(text).split())
    for index, name in enumerate(_ORDINALS):
        spellings = {spelling.strip() for spelling in messages.text(f"choose.{name}", language).split(",")}
        if words & spellings:
            position = -1 if name == "last" else index
            return services[position] if position < len(services) else None
    return None


def _by_words(text: str, services: list[QuickReply]) -> QuickReply | None:
    """The only service whose title shares the reply's words, endings aside ("vorläufigen" – "vorläufiger")."""
    scores = [fuzz.token_set_ratio(_stems(text), _stems(reply.label)) for reply in services]
    ranked = sorted(range(len(services)), key=lambda index: -scores[index])
    best = ranked[0]
    lead = scores[best] - (scores[ranked[1]] if len(ranked) > 1 else 0)
    return services[best] if scores[best] >= _SURE and lead >= _CLEAR_LEAD else None


def _stems(text: str) -> str:
    """Lower-case words without short endings and without little words."""
    words = utils.default_process(text).split()
    return " ".join(word[: max(4, len(word) - 2)] for word in words if len(word) > 3)
