"""A running desk for the tests of a module, and the browser of an agent."""

from collections.abc import Iterator

import httpx
import pytest

from tests.fakes_translator import FakeTranslator
from tests.server import quiet_log
from tests.workplace import KAYA, Floor, open_floor


@pytest.fixture(scope="module")
def translator() -> FakeTranslator:
    """The translator beside the chats of this module."""
    return FakeTranslator()


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory, translator: FakeTranslator) -> Iterator[Floor]:
    """A running desk."""
    with quiet_log(), open_floor(tmp_path_factory.mktemp("desk"), translator=translator) as running:
        yield running


@pytest.fixture
def kaya(floor: Floor) -> Iterator[httpx.Client]:
    """The browser of an agent who has no chats; nobody waits before or after."""
    with floor.client(KAYA) as client:
        yield client
    floor.run(_empty(floor))


async def _empty(floor: Floor) -> None:
    for handoff in (*await floor.workplace.desk.claimed(), *await floor.workplace.desk.waiting()):
        await floor.services.conversations.delete(handoff.conversation_id)
