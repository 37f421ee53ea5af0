"""Telling questions to a town hall from all others."""

import numpy as np
import pytest

from knowledge.scope import ScopeModel

pytestmark = pytest.mark.slow  # trains or indexes

INSIDE = (
    "wo melde ich meine neue wohnung an",
    "was kostet die anmeldung vom hund",
    "antrag auf wohngeld wo abgeben",
    "ich muss meinen pass verlängern",
    "where do i register my new flat",
    "how much does it cost to register a dog",
)
OUTSIDE = (
    "wie backe ich einen apfelkuchen",
    "wie wird das wetter am wochenende",
    "erzähl mir einen witz",
    "wer hat das spiel gewonnen",
    "tell me a joke",
    "what will the weather be like",
)


def test_unseen_questions_are_told_apart_by_their_words_and_letters() -> None:
    """Questions nobody has learned lie on the right side, mistyped ones too; above nought means foreign."""
    model = ScopeModel.learn(INSIDE, OUTSIDE)
    assert model.foreignness("wohnung anmelden wo?") < 0
    assert model.foreignness("meinen hunt anmeldn") < 0
    assert model.foreignness("kuchen backen mit äpfeln") > 0
    assert model.foreignness("das weter morgen") > 0


def test_length_alone_says_nothing() -> None:
    """A question said twice is as foreign as said once; one without any known feature is as likely as not."""
    model = ScopeModel.learn(INSIDE, OUTSIDE)
    once = model.foreignness("apfelkuchen backen")
    assert np.isclose(model.foreignness("apfelkuchen backen apfelkuchen backen"), once, atol=0.2)
    assert model.foreignness("") == float(model.bias[0])


def test_questions_of_one_kind_teach_nothing() -> None:
    """With a lexicon that holds no question, no question is foreign."""
    assert ScopeModel.learn((), OUTSIDE).foreignness("apfelkuchen backen") == 0


def test_what_is_learned_is_the_same_every_time() -> None:
    """Two models of the same questions agree to the last weight."""
    first, second = ScopeModel.learn(INSIDE, OUTSIDE), ScopeModel.learn(INSIDE, OUTSIDE)
    assert np.array_equal(first.weights, second.weights)
    assert np.array_equal(first.bias, second.bias)
