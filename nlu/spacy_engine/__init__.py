"""The embedded engine: a spaCy pipeline trained from the Rasa project's sentences."""

import sys

# spaCy loads PyTorch wherever it is installed: seconds and 200 MB for every process, and our pipeline uses none of it.
# Hidden for this one import, it stays absent until something asks for it.
_IS_HIDDEN = sys.modules.setdefault("torch", None) is None  # type: ignore[arg-type]
import spacy  # noqa: E402, F401

if _IS_HIDDEN:
    del sys.modules["torch"]

from nlu.spacy_engine.engine import SpacyEngine  # noqa: E402

__all__ = ["SpacyEngine"]
