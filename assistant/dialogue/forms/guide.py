"""The guide through a form: takes what is said and pressed on the way, before anything else is made of it."""

from dataclasses import replace
from datetime import datetime

from assistant.calendar import describe_moment
from assistant.dialogue.cities import CatalogueMap
from assistant.dialogue.context import DialogueTools, TurnContext
from assistant.dialogue.forms.commands import (
    Command,
    Move,
    asked_entry,
    asked_meaning,
    asked_number,
    names_a_form,
    read_command,
    read_form_payload,
    wishes_help,
)
from assistant.dialogue.forms.entries import Entries, takes_any_text
from assistant.dialogue.forms.find import find_form, without_german_names
from assistant.dialogue.forms.lookup import Lookup
from assistant.dialogue.forms.moves import Moves
from assistant.dialogue.forms.telling import Telling
from assistant.dialogue.forms.wishes import heard_wish
from assistant.dialogue.say import answer as make_answer
from assistant.dialogue.search import search
from assistant.dialogue.topic import prefer_area
from assistant.dialogue.understand import settle_language
from assistant.errors import TooManyCodesError
from assistant.forms.codes import find_walk_code
from assistant.model import (
    NAMING,
    Answer,
    AnswerStatus,
    Form,
    FormTerm,
    Language,
    Walk,
    WalkMode,
    Wish,
)
from assistant.ports import FormLibrary

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
        self._lookup = Lookup(ctx, tools, library, self._telling, self._moves)

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
        is_entry = self._form is not None and takes_any_text(self._form, walk)
        if not is_entry and (other := await self._other_form(text)) is not None:
            return self._lookup.looked_up(text, other) or self._moves.begin(other)
        if self._form is None or walk is None:
            return self._lookup.looked_up(text, self._form_of_topic())
        command = read_command(text, messages, ctx.language)
        if command is not None and (not walk.is_paused or command.move in _WHILE_PAUSED or self._was_a_term()):
            return await self._told_to(self._form, walk, command)
        found = (
            self._lookup.looked_up(text, self._form)
            or await self._lookup.unknown_term(text)
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
        wish = await heard_wish(self._tools.wishes, self._entries, form, walk, text)
        if wish is Wish.OTHER:
            return None
        self._settle_language(text)
        if wish in NAMING:
            return self._lookup.wished_of(wish, form, walk, text)
        move = Move(wish)
        if walk.is_paused and move not in _WHILE_PAUSED and not self._was_a_term():
            return None
        return await self._told_to(form, walk, Command(move))

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
        if likely and not asks and form not in likely:
            form = likely[0]  # "die Anmeldung für die Hundesteuer": the search is sure of more than one word
        return form if form is not None and (self._form is None or form.id != self._form.id) else None

    async def _forms_found(self, text: str) -> tuple[Form, ...]:
        """The forms of the service that the words mean most likely."""
        found = await search(text, self._ctx, self._tools)
        found, _ = prefer_area(found, CatalogueMap(self._tools.catalogue), self._ctx.state.area, self._tools.city.area)
        sure = [one.service_id for one in found[:1] if one.probability >= self._tools.thresholds.switch]
        return tuple(form for service_id in sure for form in self._library.of_service(service_id))

    def _form_of_topic(self) -> Form | None:
        forms = self._library.of_service(self._ctx.state.service_id) if self._ctx.state.service_id else ()
        return forms[0] if forms else None

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

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._tools.calendar.start_of(self._telling.today()).tzinfo)
