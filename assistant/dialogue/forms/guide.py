"""The guide through a form: takes what is said and pressed on the way, before anything else is made of it."""

from dataclasses import replace
from datetime import datetime

from assistant.calendar import describe_moment
from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.forms.commands import (
    Command,
    Move,
    asked_change,
    asked_entry,
    asked_meaning,
    asked_number,
    asked_where,
    names_a_form,
    read_command,
    read_form_payload,
    wishes_help,
)
from assistant.dialogue.forms.entries import FREE, Entries, asked
from assistant.dialogue.forms.find import (
    find_elements,
    find_form,
    find_named,
    find_named_term,
    find_term,
    without_german_names,
)
from assistant.dialogue.forms.moves import Moves
from assistant.dialogue.forms.telling import Telling
from assistant.dialogue.refer import foreign_words
from assistant.dialogue.say import answer as make_answer
from assistant.dialogue.say import human_reply
from assistant.dialogue.search import search
from assistant.dialogue.understand import settle_language
from assistant.errors import TooManyCodesError
from assistant.forms.codes import find_walk_code
from assistant.forms.walk import (
    begin,
    current,
    jump,
    step_at,
)
from assistant.model import (
    NAMING,
    Answer,
    AnswerStatus,
    Form,
    FormElement,
    FormTerm,
    Language,
    Walk,
    WalkMode,
    Wish,
)
from assistant.ports import FormLibrary

_LIKELY_LEAST = 0.1
_TERM_WORDS = 3
# How sure a wish must be: at a step; where it changes much, or one talks of other things; where it may mean another.
_SURE, _SURE_OF_MUCH, _SURER_THAN_ALL_ELSE = 0.5, 0.8, 0.8
_CHANGES_MUCH = frozenset({Wish.LEAVE, Wish.CODE, Wish.FILL, Wish.EXPLAIN})
_WHILE_PAUSED = frozenset({Move.GO_ON, Move.NEXT, Move.BACK, Move.LEAVE, Move.CODE})


async def guide_form(ctx: TurnContext, tools: DialogueTools) -> Answer | None:
    """Ends the turn with what it means for a form; leaves it to the other steps where it means nothing to one."""
    library = tools.forms
    if library is None:
        return None
    pressed = read_form_payload(ctx.utterance.choice) if ctx.utterance.choice else None
    if ctx.utterance.choice is not None and pressed is None:
        return None
    guide = _Guide.of(ctx, tools, library)
    told = await (guide.pressed(pressed) if pressed is not None else guide.said(ctx.utterance.text))
    ctx.is_guided = told is not None
    return told


class _Guide:
    """One turn of the guide."""

    def __init__(self, ctx: TurnContext, tools: DialogueTools, library: FormLibrary, form: Form | None) -> None:
        self._ctx = ctx
        self._tools = tools
        self._library = library
        self._form = form
        self._telling = Telling(ctx, tools)
        self._moves = Moves(ctx, tools, self._telling)
        self._entries = Entries(ctx, tools, self._telling, self._moves)

    @classmethod
    def of(cls, ctx: TurnContext, tools: DialogueTools, library: FormLibrary) -> "_Guide":
        """The guide at where the conversation stands; a walk through a form that is gone is over."""
        walk = ctx.state.walk
        form = library.form(walk.form_id) if walk is not None else None
        if walk is not None and form is None:
            ctx.state = replace(ctx.state, walk=None)
        return cls(ctx, tools, library, form)

    async def pressed(self, command: Command) -> Answer | None:
        """The answer to a button."""
        if command.move is Move.BEGIN:
            form = self._library.form(command.value)
            return self._moves.begin(form) if form is not None else self._gone()
        if self._form is None or self._ctx.state.walk is None:
            return self._gone()
        return await self._told_to(self._form, self._ctx.state.walk, command)

    async def said(self, text: str) -> Answer | None:
        """The answer to words, where they are meant for a form."""
        ctx, messages = self._ctx, self._tools.messages
        walk = ctx.state.walk
        is_filling = walk is not None and walk.mode is WalkMode.FILL and not walk.is_paused
        if not is_filling:
            self._settle_language(text)
            if (digits := find_walk_code(text)) is not None and (brought := await self._brought(digits)) is not None:
                return brought
        is_entry = self._form is not None and self._is_free_text(self._form, walk)
        if not is_entry and (other := await self._other_form(text)) is not None:
            return self._look_up(text, other) or self._moves.begin(other)
        if self._form is None or walk is None:
            return self._look_up(text, self._form_of_topic())
        command = read_command(text, messages, ctx.language)
        if command is not None and (not walk.is_paused or command.move in _WHILE_PAUSED or self._was_a_term()):
            return await self._told_to(self._form, walk, command)
        found = (
            self._look_up(text, self._form)
            or await self._unknown_term(text)
            or await self._wished(self._form, walk, text)
        )
        if found is None and not walk.is_paused:
            found = await self._entries.entered(self._form, walk, text)
        if found is None:
            self._settle_language(text)
        return found

    def _settle_language(self, text: str) -> None:
        """A word that is asked about, and the German words of a form, say nothing of the language they are said in."""
        word = asked_meaning(text, self._tools.messages, self._ctx.language)
        own = text.replace(word, " ") if word else text
        if self._form is not None and self._ctx.language is not Language.DE:
            own = without_german_names(own, self._form)
        settle_language(self._ctx, self._tools, own)

    async def _wished(self, form: Form, walk: Walk, text: str) -> Answer | None:
        """What is wished for in words of one's own."""
        wish = await self._wish(form, walk, text)
        if wish is Wish.OTHER:
            return None
        self._settle_language(text)
        if wish in NAMING:
            return self._wished_of(wish, form, walk, text)
        move = Move(wish)
        if walk.is_paused and move not in _WHILE_PAUSED and not self._was_a_term():
            return None
        return await self._told_to(form, walk, Command(move))

    async def _wish(self, form: Form, walk: Walk, text: str) -> Wish:
        """What is wished for, where that is surer than anything else that may be meant."""
        if self._tools.wishes is None:
            return Wish.OTHER
        read = self._tools.wishes.read(text)
        needed = _SURE_OF_MUCH if walk.is_paused or read.wish in _CHANGES_MUCH else _SURE
        if read.wish is Wish.OTHER or read.probability < needed:
            return Wish.OTHER
        is_sure = read.probability >= _SURER_THAN_ALL_ELSE
        if not walk.is_paused and self._entries.may_be_value(form, walk, text, is_wish=is_sure):
            return Wish.OTHER
        return read.wish if is_sure or not await self._entries.is_another_matter(form, text) else Wish.OTHER

    def _wished_of(self, wish: Wish, form: Form, walk: Walk, text: str) -> Answer | None:
        """What is wished for of something that is named; None where nothing of the form is."""
        language, register = self._ctx.language, self._ctx.state.register
        if wish is Wish.MEANING:
            term = find_named_term(text, (form,), language, register)
            return self._term(term[1].words[0], form) if term is not None else None
        elements = find_named(text, form, language, register)
        return self._at_one_of(elements, form, walk, Command(Move.WHERE if wish is Wish.WHERE_OF else Move.AGAIN))

    def _was_a_term(self) -> bool:
        """Whether a word of the form was explained just now, so that one is still in it."""
        answer = self._ctx.last_answer
        return answer is not None and any(isinstance(block, FormTerm) for block in answer.blocks)

    async def _other_form(self, text: str) -> Form | None:
        """The form that somebody wants help with, or asks about a field of, where it is not the one they are in."""
        ctx, messages = self._ctx, self._tools.messages
        asks = asked_number(text, messages, ctx.language) or asked_entry(text, messages, ctx.language)
        if not (asks or wishes_help(text, messages, ctx.language)):
            return None
        likely = await self._forms_found(text) if names_a_form(text, messages, ctx.language) else ()
        form = find_form(text, self._library, ctx.language, [one.id for one in likely])
        if form is None and not asks:
            form = next(iter(likely), None)
        return form if form is not None and (self._form is None or form.id != self._form.id) else None

    async def _forms_found(self, text: str) -> tuple[Form, ...]:
        """The forms of the service that the words mean most likely."""
        found = await search(text, self._ctx, self._tools)
        sure = [one.service_id for one in found[:1] if one.probability >= self._tools.thresholds.switch]
        return tuple(form for service_id in sure for form in self._library.of_service(service_id))

    def _form_of_topic(self) -> Form | None:
        forms = self._library.of_service(self._ctx.state.service_id) if self._ctx.state.service_id else ()
        return forms[0] if forms else None

    def _look_up(self, text: str, form: Form | None) -> Answer | None:
        """A term or a field that is asked about."""
        ctx, messages = self._ctx, self._tools.messages
        word = asked_meaning(text, messages, ctx.language)
        if word is not None and (told := self._term(word, form)) is not None:
            return told
        if form is None:
            return None
        walk = ctx.state.walk if ctx.state.walk and ctx.state.walk.form_id == form.id else None
        number = asked_number(text, messages, ctx.language, alone=self._is_free_text(form, walk))
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

    async def _unknown_term(self, text: str) -> Answer | None:
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
        return (
            self._moves.moved(form, there, command) if there is not None else self._not_asked(form, walk, element.path)
        )

    def _elements(self, named: str, form: Form) -> tuple[FormElement, ...]:
        """The fields and parts of that number or name, or of another word for the same."""
        language, register = self._ctx.language, self._ctx.state.register
        term = find_term(named, (form,), language, register)
        words = (named, *(term[1].words if term is not None else ()))
        found = (find_elements(word, form, language, register) for word in words)
        return tuple(dict.fromkeys(element for elements in found for element in elements))

    def _is_free_text(self, form: Form, walk: Walk | None) -> bool:
        """Whether any words may be entered now."""
        field = asked(form, walk) if walk is not None and walk.mode is WalkMode.FILL and not walk.is_paused else None
        return field is not None and field.kind in FREE

    async def _told_to(self, form: Form, walk: Walk, command: Command) -> Answer:
        return await self._coded(form, walk) if command.move is Move.CODE else self._moves.moved(form, walk, command)

    async def _coded(self, form: Form, walk: Walk) -> Answer:
        """A code to go on with elsewhere."""
        if self._tools.luggage is None:
            return self._telling.shown(form, walk)
        code = await self._tools.luggage.issue(walk)
        until = describe_moment(self._local(code.expires_at), self._tools.messages, self._ctx.language)
        note = self._telling.canned("code", code=code, until=until)
        return make_answer(self._ctx, AnswerStatus.SMALLTALK, (note,), (self._telling.go_on(),))

    async def _brought(self, digits: str) -> Answer | None:
        """The walk of a code, gone on with here; None where codes are not given out."""
        if self._tools.luggage is None:
            return None
        try:
            walk = await self._tools.luggage.redeem(digits, (self._ctx.conversation.id,))
        except TooManyCodesError:
            return self._telling.refused("too_many_codes")
        form = self._library.form(walk.form_id) if walk is not None else None
        return (
            self._telling.shown(form, walk)
            if form is not None and walk is not None
            else self._telling.refused("unknown_code")
        )

    def _gone(self) -> Answer:
        return self._telling.refused("gone")

    def _not_asked(self, form: Form, walk: Walk, path: str) -> Answer:
        return self._telling.told(form, walk, "not_asked", label=self._telling.teller(form).label(path))

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._tools.calendar.start_of(self._telling.today()).tzinfo)
