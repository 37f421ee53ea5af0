"""What is said on the telephone: answers made for the ear."""

from voice.spoken.answer import Offer, Portion, Sentence, SpokenAnswer, SpokenChoice
from voice.spoken.render import SpokenAnswers, SpokenOptions

__all__ = ["Offer", "Portion", "Sentence", "SpokenAnswer", "SpokenAnswers", "SpokenChoice", "SpokenOptions"]
