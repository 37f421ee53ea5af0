"""The guide through forms: what is said and pressed on the way, and what is shown."""

from assistant.dialogue.forms.guide import guide_form
from assistant.dialogue.forms.reminder import remind_of_form

__all__ = ["guide_form", "remind_of_form"]
