"""What is written as the value of a step, told from what is said to Roland meanwhile."""

import re

from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.forms.commands import (
    Command,
    Move,
    asked_meaning,
    is_talk,
    without_fillers,
)
from assistant.dialogue.forms.moves import Moves
from assistant.dialogue.forms.telling import Telling
from assistant.dialogue.search import search
from assistant.forms.dictated import as_entered
from assistant.forms.values import Fault, read_value
from assistant.forms.walk import (
    StepKind,
    current,
    decides,
)
from assistant.model import (
    Answer,
    Aspect,
    Channel,
    Field,
    FieldKind,
    Form,
    Intent,
    Walk,
    WalkMode,
)

_MASKED = re.compile(r"\[[A-Z_]+\]")
_QUESTION = re.compile(r"[?؟]\s*$")
_SENTENCE, _NAME = 3, 4
_ACT_SURE, _CALL_SURE = 0.8, 0.95
_CALLS = frozenset({Intent.HUMAN, Intent.CAPABILITIES, Intent.EMERGENCY})
# What may be said to Roland while a free text is asked for.
_ACTS = frozenset({
    Intent.HUMAN, Intent.COMPLAINT, Intent.EMERGENCY, Intent.CHANGE_LANGUAGE, Intent.WHO_ARE_YOU, Intent.NOT_HELPFUL,
    Intent.CAPABILITIES, Intent.RESTART, Intent.SIMPLIFY, Intent.REPEAT,
})  # fmt: skip
_COURTESIES = frozenset({Intent.GREET, Intent.THANKS, Intent.BYE, Intent.HOW_ARE_YOU, Intent.ABUSE})
_ABOUT_THE_STEP = frozenset({Intent.RESTART, Intent.SIMPLIFY, Intent.REPEAT})
FREE = frozenset({FieldKind.TEXT})
CHOSEN = frozenset({FieldKind.YES_NO, FieldKind.CHOICE})
_COUNTED = frozenset({FieldKind.AMOUNT, FieldKind.INTEGER, FieldKind.NUMBER})


class Entries:
    """The entries of one turn."""

    def __init__(self, ctx: TurnContext, tools: DialogueTools, telling: Telling, moves: Moves) -> None:
        self._ctx = ctx
        self._tools = tools
        self._telling = telling
        self._moves = moves

    def may_be_value(self, form: Form, walk: Walk, text: str, *, is_wish: bool) -> bool:
        """Whether a text is rather meant as the value that is asked for now; ``is_wish``: it surely sounds like a wish.

        A few words always are; while a form is filled in, so is a sentence that does not surely sound like a wish.
        """
        field = asked(form, walk)
        if field is None or _QUESTION.search(text) or (field.kind in FREE and walk.mode is WalkMode.EXPLAIN):
            return False
        if len(text.split()) < _SENTENCE:
            return True
        if field.kind in FREE and len(text.split()) < _NAME:
            return not (is_wish and is_talk(text, self._tools.messages, self._ctx.language))
        if walk.mode is WalkMode.FILL and not is_wish:
            return True
        if field.kind in FREE:
            return False
        words = self._telling.teller(form).words(field)
        is_valid = isinstance(read_value(field, text, words, self._telling.today()), str)
        return is_valid or (field.kind not in CHOSEN and _has_digits(text))

    async def entered(self, form: Form, walk: Walk, text: str) -> Answer | None:
        """What was written as the value of the step, where it can be one."""
        field = asked(form, walk)
        if field is None or _QUESTION.search(text) or asked_meaning(text, self._tools.messages, self._ctx.language):
            return None
        words = self._telling.teller(form).words(field)
        is_dictated = self._ctx.utterance.channel is Channel.PHONE and field.kind in FREE
        value = read_value(field, as_entered(text) if is_dictated else text, words, self._telling.today())
        if walk.mode is WalkMode.EXPLAIN:
            is_named = isinstance(value, str) and field.kind in CHOSEN and len(text.split()) <= _NAME
            asks = not is_named and await self._is_question(text)
            return None if asks else await self._explained(form, walk, field, text, value)
        if (
            without_fillers(text, self._tools.messages, self._ctx.language) in words.nothing
            and field.kind not in CHOSEN
        ):
            return self._nothing(form, walk, field)
        if await self._is_about_something_else(field, text, value):
            return None
        if _MASKED.search(text):
            value = Fault("lost")
        return self._moves.kept(form, walk, value)

    def _nothing(self, form: Form, walk: Walk, field: Field) -> Answer:
        """There is none: a nought where a number is wanted, else the field stays empty."""
        if field.kind in _COUNTED and not field.limits.minimum:
            return self._moves.kept(form, walk, "0")
        return self._moves.moved(form, walk, Command(Move.NEXT))

    async def _explained(self, form: Form, walk: Walk, field: Field, text: str, value: str | Fault) -> Answer | None:
        """An answer while a form is only explained: taken where it decides what else is asked."""
        if isinstance(value, Fault):
            return self._moves.kept(form, walk, value) if await self._is_attempt(form, field, text) else None
        if field.kind in FREE:
            return None
        if not decides(form, field.path):
            return self._telling.shown(form, walk, notes=(self._telling.canned("explains_only"),))
        return self._moves.kept(form, walk, value)

    async def _is_about_something_else(self, field: Field, text: str, value: str | Fault) -> bool:
        """Whether a text is said to Roland rather than entered: a wish, or a question without its mark.

        One or two words are an entry, unless they call for a person or for help.
        """
        if isinstance(value, str) and field.kind not in FREE:
            return False
        understood = await self._tools.nlu.parse(text, self._ctx.language)
        if len(text.split()) < _SENTENCE:
            return understood.intent in _CALLS and understood.confidence >= _CALL_SURE
        if understood.intent in _ACTS and understood.confidence >= _ACT_SURE:
            return True
        return field.kind in FREE and is_talk(text, self._tools.messages, self._ctx.language)

    async def _is_question(self, text: str) -> bool:
        """Whether several words ask for something, rather than answer."""
        if len(text.split()) < _SENTENCE:
            return False
        understood = await self._tools.nlu.parse(text, self._ctx.language)
        is_question = understood.intent.aspect not in {None, Aspect.NEED} or understood.intent in _ACTS
        return is_question and understood.confidence >= _ACT_SURE

    async def _is_attempt(self, form: Form, field: Field, text: str) -> bool:
        """Whether words that are no value were meant as one, rather than about another matter."""
        if field.kind not in CHOSEN:
            return _has_digits(text)
        is_short = len(text.split()) < _SENTENCE
        if not (is_short or is_talk(text, self._tools.messages, self._ctx.language)):
            return False
        return not await self.is_another_matter(form, text)

    async def is_another_matter(self, form: Form, text: str) -> bool:
        """Whether words are said to Roland rather than to the form, or most likely mean a service it is not of."""
        understood = await self._tools.nlu.parse(text, self._ctx.language)
        needed = _CALL_SURE if len(text.split()) < _SENTENCE else _ACT_SURE
        if understood.intent in (_ACTS | _COURTESIES) - _ABOUT_THE_STEP and understood.confidence >= needed:
            return True
        found = await search(text, self._ctx, self._tools)
        other = [one.probability for one in found[:1] if one.service_id not in form.service_ids]
        return bool(other) and other[0] >= self._tools.thresholds.switch


def _has_digits(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def asked(form: Form, walk: Walk) -> Field | None:
    """The field whose value can be said now; "is there another?" is one of yes and no."""
    step = current(form, walk)
    if step.kind in {StepKind.WANTED, StepKind.ANOTHER} and step.element is not None:
        return Field(step.element.path, FieldKind.YES_NO)
    return step.element if isinstance(step.element, Field) and step.element.kind.is_entered else None


def takes_any_text(form: Form, walk: Walk | None) -> bool:
    """Whether any words may be entered now."""
    field = asked(form, walk) if walk is not None and walk.mode is WalkMode.FILL and not walk.is_paused else None
    return field is not None and field.kind in FREE
