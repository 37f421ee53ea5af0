"""The embedded engine: a spaCy pipeline trained from the Rasa project's sentences."""

from nlu.spacy_engine.engine import SpacyEngine

__all__ = ["SpacyEngine"]
