"""What a way in counts is told, and nothing where there is nothing to tell."""

import asyncio
from collections import Counter

from structlog.testing import capture_logs

from connectors.telephony.tally import told
from tests.voice.session.virtual import run


def test_each_minute_is_told_that_had_something_to_tell() -> None:
    """Only what was counted in it; the last one when the way in is closed."""
    counts = Counter(refused=7)

    async def main() -> None:
        async with told("sip", lambda: counts):
            await asyncio.sleep(90)
            counts["refused"] += 2
            counts["strangers"] += 1
            await asyncio.sleep(120)
            counts["refused"] += 1

    with capture_logs() as lines:
        run(main())
    assert [(line["event"], line["trunk"], line["kind"], line["count"]) for line in lines] == [
        ("line count", "sip", "refused", 2),
        ("line count", "sip", "strangers", 1),
        ("line count", "sip", "refused", 1),
    ]
