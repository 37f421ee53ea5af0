"""Danger that was perhaps spoken of: nobody is left without the number because a word was misheard."""

from assistant.model import Heard
from assistant.ports import EmergencyDetector


def is_perhaps_danger(heard: Heard, emergency: EmergencyDetector) -> bool:
    """Whether what may have been said speaks of danger, but not the most probable words, which are answered anyway."""
    best, *others = [one.text for one in heard.hypotheses] or [""]
    return not emergency.is_emergency(best) and any(emergency.is_emergency(other) for other in others)
