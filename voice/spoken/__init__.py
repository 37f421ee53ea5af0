"""What is said on the telephone: answers made for the ear."""

from voice.spoken.answer import Offer, Sentence, SpokenAnswer, SpokenChoice

__all__ = ["Offer", "Sentence", "SpokenAnswer", "SpokenChoice"]
