"""Looking up what is asked about in a form: a word's meaning, or a field by its number or name."""

from dataclasses import replace

from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.forms.commands import (
    Command,
    Move,
    asked_change,
    asked_entry,
    asked_meaning,
    asked_number,
    asked_where,
)
from assistant.dialogue.forms.entries import takes_any_text
from assistant.dialogue.forms.find import find_elements, find_named, find_named_term, find_term
from assistant.dialogue.forms.moves import Moves
from assistant.dialogue.forms.telling import Telling
from assistant.dialogue.refer import foreign_words
from assistant.dialogue.say import answer as make_answer
from assistant.dialogue.say import human_reply
from assistant.dialogue.search import search
from assistant.forms.walk import begin, current, jump, step_at
from assistant.model import Answer, AnswerStatus, Form, FormElement, Language, Walk, Wish
from assistant.ports import FormLibrary

_LIKELY_LEAST = 0.1
_TERM_WORDS = 3


class Lookup:
    """What one turn asks about."""

    def __init__(
        self, ctx: TurnContext, tools: DialogueTools, library: FormLibrary, telling: Telling, moves: Moves
    ) -> None:
        self._ctx = ctx
        self._tools = tools
        self._library = library
        self._telling = telling
        self._moves = moves

    def looked_up(self, text: str, form: Form | None) -> Answer | None:
        """A term or a field that is asked about."""
        ctx, messages = self._ctx, self._tools.messages
        word = asked_meaning(text, messages, ctx.language)
        if word is not None and (told := self._term(word, form)) is not None:
            return told
        if form is None:
            return None
        walk = ctx.state.walk if ctx.state.walk and ctx.state.walk.form_id == form.id else None
        number = asked_number(text, messages, ctx.language, alone=takes_any_text(form, walk))
        if number is None and (sought := asked_where(text, messages, ctx.language)) is not None:
            return self._at_field(form, walk, sought, Command(Move.WHERE))
        changed = asked_change(text, messages, ctx.language) if walk is not None else None
        named = number or asked_entry(text, messages, ctx.language) or changed or word
        if named is not None and (there := self._at_field(form, walk, named, Command(Move.AGAIN))) is not None:
            return there
        if number is not None:
            return self._telling.told(form, walk, "no_such_field", number=number)
        return None

    def _term(self, word: str, form: Form | None) -> Answer | None:
        """What a word means; what was gone through waits meanwhile."""
        ctx = self._ctx
        near = (form,) if form is not None else ()
        everywhere = (*near, *(other for other in self._library.forms() if other is not form))
        found = find_term(word, everywhere, ctx.language, ctx.state.register)
        if found is None:
            return None
        if ctx.state.walk is not None:
            ctx.state = replace(ctx.state, walk=replace(ctx.state.walk, is_paused=True))
        teller = self._telling.teller(found[0])
        return self._telling.answered(found[0], (*self._telling.notes(found[0]), teller.term(found[1])), ())

    async def unknown_term(self, text: str) -> Answer | None:
        """The admission that a word is in no form, where the catalogue does not speak of it either."""
        word = asked_meaning(text, self._tools.messages, self._ctx.language)
        if word is None or len(word.split()) > _TERM_WORDS or await self._is_spoken_of(word, text):
            return None
        note = self._telling.canned("unknown_term", word=word)
        replies = (self._telling.go_on(), human_reply(self._tools, self._ctx.language))
        return make_answer(self._ctx, AnswerStatus.UNANSWERABLE_NOT_FOUND, (note,), replies)

    async def _is_spoken_of(self, word: str, text: str) -> bool:
        """Whether a word stands in the texts of a service that a question likely means."""
        for found in await search(text, self._ctx, self._tools):
            service = self._tools.catalogue.service(found.service_id)
            if service is None or found.probability < _LIKELY_LEAST:
                continue
            languages = dict.fromkeys((self._ctx.language, Language.DE))
            if any(foreign_words(word, service, self._tools, one) == () for one in languages):
                return True
        return False

    def _at_field(self, form: Form, walk: Walk | None, named: str, command: Command) -> Answer | None:
        """The field of that number or name, and what is asked of it; None where there is none."""
        return self._at_one_of(self._elements(named, form), form, walk or begin(form), command)

    def _at_one_of(self, elements: tuple[FormElement, ...], form: Form, walk: Walk, command: Command) -> Answer | None:
        """The one of some fields that is meant, and what is asked of it; None where there is none."""
        here = current(form, walk)
        if here.element in elements:
            return self._moves.moved(form, walk, command)  # of several alike, the one that is being asked
        if not elements:
            return None
        near = [one for one in elements if here.part is not None and one.path.startswith(f"{here.part.path}/")]
        element = (near or elements)[0]
        step = step_at(form, walk, element.path)
        there = jump(form, walk, step.key) if step is not None else None
        if there is None:
            return self._telling.told(form, walk, "not_asked", label=self._telling.teller(form).label(element.path))
        return self._moves.moved(form, there, command)

    def _elements(self, named: str, form: Form) -> tuple[FormElement, ...]:
        """The fields and parts of that number or name, or of another word for the same."""
        language, register = self._ctx.language, self._ctx.state.register
        term = find_term(named, (form,), language, register)
        words = (named, *(term[1].words if term is not None else ()))
        found = (find_elements(word, form, language, register) for word in words)
        return tuple(dict.fromkeys(element for elements in found for element in elements))

    def wished_of(self, wish: Wish, form: Form, walk: Walk, text: str) -> Answer | None:
        """What is wished for of something that is named; None where nothing of the form is."""
        language, register = self._ctx.language, self._ctx.state.register
        if wish is Wish.MEANING:
            term = find_named_term(text, (form,), language, register)
            return self._term(term[1].words[0], form) if term is not None else None
        elements = find_named(text, form, language, register)
        return self._at_one_of(elements, form, walk, Command(Move.WHERE if wish is Wish.WHERE_OF else Move.AGAIN))
