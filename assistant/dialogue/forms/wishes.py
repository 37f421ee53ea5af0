"""What somebody wishes for at a step in words of their own, weighed with what else they may mean."""

from assistant.dialogue.forms.entries import Entries
from assistant.model import Form, Walk, Wish
from assistant.ports import WishReader

# How sure a wish must be: at a step; where it changes much, or one talks of other things; where it may mean another.
_SURE, _SURE_OF_MUCH, _SURER_THAN_ALL_ELSE = 0.5, 0.8, 0.8
_CHANGES_MUCH = frozenset({Wish.LEAVE, Wish.CODE, Wish.FILL, Wish.EXPLAIN})


async def heard_wish(reader: WishReader | None, entries: Entries, form: Form, walk: Walk, text: str) -> Wish:
    """What is wished for, where that is surer than anything else that may be meant; else OTHER."""
    if reader is None:
        return Wish.OTHER
    read = reader.read(text)
    needed = _SURE_OF_MUCH if walk.is_paused or read.wish in _CHANGES_MUCH else _SURE
    if read.wish is Wish.OTHER or read.probability < needed:
        return Wish.OTHER
    is_sure = read.probability >= _SURER_THAN_ALL_ELSE
    if not walk.is_paused and entries.may_be_value(form, walk, text, is_wish=is_sure):
        return Wish.OTHER
    return read.wish if is_sure or not await entries.is_another_matter(form, text) else Wish.OTHER
