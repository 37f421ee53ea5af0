"""Where the talk goes when it leaves the step it is in."""

from enum import StrEnum

from assistant.model import Language
from voice.session.moves import EndReason


class Way(StrEnum):
    """What comes next instead."""

    PERSON = "person"
    MENU = "menu"
    CALLBACK = "callback"
    STATUS = "status"
    BACK = "back"
    GOODBYE = "goodbye"
    LANGUAGE = "language"
    NOT_UNDERSTOOD = "not_understood"
    """Words came again and again, and none that fit."""
    NO_ONE = "no_one"
    """Nothing came again and again."""
    BY_KEYS = "by_keys"
    """Nothing is there to hear: only the keys are left."""
    TROUBLE = "trouble"
    CALL_AGAIN = "call_again"
    """Nothing can be done for the caller at this moment."""
    END = "end"


class Elsewhere(Exception):  # noqa: N818  # no error: a jump
    """The talk goes on elsewhere. ``is_sure``: the wish for it was heard clearly."""

    def __init__(
        self, way: Way, *, is_sure: bool = True, language: Language | None = None, reason: EndReason | None = None
    ) -> None:
        super().__init__(way)
        self.way = way
        self.is_sure = is_sure
        self.language = language
        self.reason = reason
