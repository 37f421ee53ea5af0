"""What can be chosen after an answer, by voice or by a key, and the questions that offer it."""

import re
from collections.abc import Sequence

from assistant.model import Answer, Aspect, QuickReply
from voice.spoken.answer import Offer, SpokenChoice
from voice.spoken.form_blocks import either
from voice.spoken.script import Pen
from voice.spoken.told import Told
from voice.spoken.verbalise import is_speakable, verbalise

MOST_BY_KEY = 8
"""Keys one to eight; nine is kept for the line."""
_ASKED_AT_ONCE = 3
_ASPECT = re.compile(r"service:[^#]+#(\w+)")
_BEGIN_FORM = "form:begin:"


def choices_of(answer: Answer, pen: Pen) -> tuple[SpokenChoice, ...]:
    """The quick replies with what a caller says for them; the first eight have a key."""
    spoken = [(phrase, reply.payload) for reply in answer.quick_replies if (phrase := _phrase(reply, pen))]
    return tuple(
        SpokenChoice(phrase, payload, str(at) if at <= MOST_BY_KEY else "")
        for at, (phrase, payload) in enumerate(spoken, start=1)
    )


def offers_of(answer: Answer, pen: Pen) -> tuple[Offer, ...]:
    """The questions that offer what else can be asked of the dialogue: other aspects, a form. The first is asked."""
    offers: list[Offer] = []
    forms = sum(reply.payload.startswith(_BEGIN_FORM) for reply in answer.quick_replies)
    for reply in answer.quick_replies:
        key = _offer_key(reply)
        if key is not None:
            label = verbalise(reply.label, pen.language).rstrip("?!.")
            is_one_of_forms = key == "form" and forms > 1
            told = pen.frame("offer.form_named", title=label) if is_one_of_forms else pen.frame(f"offer.{key}")
            question = told[0].sentence
            phrases = (label.lower(), *pen.prompts.words(f"asks.{key}", pen.language))
            offers.append(Offer(key, question, payload=reply.payload, phrases=phrases, is_asked=not offers))
    return tuple(offers)


def asking(choices: Sequence[SpokenChoice], pen: Pen) -> tuple[Told, ...]:
    """The question between a few choices: "Meinen Sie A oder B?"; a longer list is read out item by item."""
    phrases = [choice.phrase.rstrip("?!.") for choice in choices]
    if not phrases:
        return ()
    if len(phrases) <= _ASKED_AT_ONCE:
        return pen.frame("confirm.which", options=either(phrases, pen))
    return (*pen.frame("answer.choose"), *pen.items(phrases))


def _phrase(reply: QuickReply, pen: Pen) -> str:
    """The short name of an aspect, else the button's own words; empty where they cannot be read out."""
    match = _ASPECT.fullmatch(reply.payload)
    if match is not None and match[1] in set(Aspect):
        return pen.prompts.text(f"aspect.{match[1]}", pen.language)
    phrase = verbalise(reply.label, pen.language)
    return phrase if is_speakable(phrase) else ""


def _offer_key(reply: QuickReply) -> str | None:
    if reply.payload.startswith(_BEGIN_FORM):
        return "form"
    match = _ASPECT.fullmatch(reply.payload)
    return match[1] if match is not None and match[1] in set(Aspect) else None
