"""The one who tells answers, on a Friday at noon in Bremen."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.fakes import FixedClock
from voice.prompts import Prompts
from voice.spoken import SpokenAnswers, SpokenOptions

BREMEN = ZoneInfo("Europe/Berlin")
FRIDAY_NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


@pytest.fixture(scope="session")
def teller() -> SpokenAnswers:
    """Tells answers as usual."""
    return SpokenAnswers(Prompts(), FixedClock(FRIDAY_NOON), SpokenOptions(BREMEN))


@pytest.fixture(scope="session")
def writing_teller() -> SpokenAnswers:
    """Tells answers where they can be sent as a message too."""
    return SpokenAnswers(Prompts(), FixedClock(FRIDAY_NOON), SpokenOptions(BREMEN, can_message=True))
