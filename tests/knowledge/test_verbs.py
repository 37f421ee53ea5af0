"""German verbs that come apart are put together; everything else stays as it was said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.verbs import join_separable


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Wie melde ich mein Auto um?", "Wie ich mein Auto ummelden?"),
        ("Wo melde ich meinen Hund an und was kostet das?", "Wo ich meinen Hund anmelden und was kostet das?"),
        ("Ich ziehe um", "Ich umziehen"),
        ("wie tausche ich meinen Führerschein um", "wie ich meinen Führerschein umtauschen"),
        ("Was kostet es, ein Auto abzumelden?", "Was kostet es, ein Auto abmelden?"),
        ("Was muss ich anmelden?", "Was muss ich anmelden?"),
        ("Ich melde mich bei Ihnen, weil ich umziehe", "Ich melde mich bei Ihnen, weil ich umziehe"),
        ("Ich gehe zum Amt", "Ich gehe zum Amt"),
    ],
)
def test_the_verb_is_found_where_its_particle_stands(text: str, joined: str) -> None:
    """What is asked is the verb as it stands in the services' names."""
    assert " ".join(join_separable(text).split()) == joined


@given(st.text(max_size=200))
def test_any_text_is_borne(text: str) -> None:
    """No text breaks it, and nothing is put together twice."""
    once = join_separable(text)
    assert isinstance(once, str)
