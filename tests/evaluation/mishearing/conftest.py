"""The dialogue core over the sample catalogue, scripted as in its own tests."""

from tests.dialogue.conftest import catalogue, nlu, retriever, tools

__all__ = ["catalogue", "nlu", "retriever", "tools"]
