"""A line to call."""

from collections.abc import Iterator

import pytest

from tests.connectors.telephony.sip.phone import Line


@pytest.fixture
def line() -> Iterator[Line]:
    """One without a network."""
    line = Line()
    yield line
    line.close()
