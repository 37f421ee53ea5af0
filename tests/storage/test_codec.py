"""Values survive being stored."""

import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import StorageError
from assistant.model import (
    Answer,
    AnswerStatus,
    Candidate,
    Canned,
    Channel,
    Conversation,
    DialogueState,
    Feedback,
    Language,
    LifeSituation,
    Office,
    OpeningHours,
    Paragraph,
    Service,
    ServiceText,
    Source,
    SourceKind,
    Turn,
    Utterance,
    Weekday,
)
from assistant.storage.codec import decode, encode

# Types whose values are narrower than their annotations say.
st.register_type_strategy(Candidate, st.builds(Candidate, score=st.floats(0, 1)))
st.register_type_strategy(
    Service, st.builds(Service, texts=st.lists(st.from_type(ServiceText), min_size=1, max_size=3).map(tuple))
)

STORED = (Answer, DialogueState, Conversation, Turn, Utterance, Feedback, Service, Office, LifeSituation)


@pytest.mark.slow
@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_values_come_back_equal(kind: type[Any], data: st.DataObject) -> None:
    """Any value of a stored class is equal, and of the same class, after it was written and read."""
    value = data.draw(st.from_type(kind))
    text = encode(value)
    back = decode(text, kind)
    assert back == value
    assert type(back) is kind
    assert encode(back) == text


def test_members_of_a_union_keep_their_class() -> None:
    """A block and its origin say of which class they are, so that they are read as what they were."""
    source = Source(SourceKind.SERVICE, "pass", "Reisepass", updated_on=date(2025, 9, 1))
    answer = Answer(
        AnswerStatus.ANSWERED, Language.DE, (Paragraph("Ja.", source), Paragraph("Guten Tag", Canned("greeting")))
    )
    text = encode(answer)
    blocks = json.loads(text)["blocks"]
    assert [(block["type"], block["origin"]["type"]) for block in blocks] == [
        ("Paragraph", "Source"),
        ("Paragraph", "Canned"),
    ]
    assert decode(text, Answer) == answer


def test_dates_times_and_enums_are_readable() -> None:
    """Stored text is plain JSON: ISO 8601 for dates and times, values for enums, letters as they are."""
    office = Office("amt", "Bürgeramt", opening_hours=(OpeningHours((Weekday.MO,), time(7, 30), time(15)),))
    assert json.loads(encode(office)) == {
        "id": "amt",
        "name": "Bürgeramt",
        "opening_hours": [{"days": ["mo"], "opens": "07:30:00", "closes": "15:00:00"}],
    }
    assert "Bürgeramt" in encode(office)
    utterance = Utterance("ja", Channel.WEB, datetime(2026, 11, 21, 9, 0, tzinfo=UTC), "u1")
    assert json.loads(encode(utterance))["at"] == "2026-11-21T09:00:00+00:00"


def test_reads_what_a_newer_version_wrote() -> None:
    """An unknown field is passed over, a missing optional one takes its default."""
    assert decode('{"id": "amt", "name": "Amt", "mood": "good"}', Office) == Office("amt", "Amt")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"id": "amt"}',
        '{"id": "amt", "name": "Amt", "opening_hours": [{"days": ["xx"], "opens": "7", "closes": "8"}]}',
    ],
)
def test_refuses_what_is_no_such_value(text: str) -> None:
    """Text that is not such a value raises an error of the storage that names the class."""
    with pytest.raises(StorageError, match="Office"):
        decode(text, Office)


def test_refuses_an_unknown_member_of_a_union() -> None:
    """A block of a class that does not exist is an error, not something else."""
    with pytest.raises(StorageError, match="blocks"):
        decode('{"status": "answered", "language": "de", "blocks": [{"type": "Trick", "text": "x"}]}', Answer)
