"""The guide through forms: what is said and pressed on the way, and what is shown."""

from assistant.dialogue.forms.guide import guide_form
from assistant.dialogue.forms.offer import offer_forms
from assistant.dialogue.forms.reminder import remind_of_form

__all__ = ["guide_form", "offer_forms", "remind_of_form"]
