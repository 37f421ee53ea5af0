"""The bridges beside a running server, in several workers, wired from a city's settings."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from assistant.bootstrap.casework import open_case_systems
from assistant.bootstrap.upkeep import examine
from assistant.bus import topic_of
from assistant.casework.chats import ChatBridge
from assistant.casework.service import Casework
from assistant.errors import CaseSystemUnavailableError
from assistant.model import CaseAgent, CaseSignal, Handoff
from tests import fakes_zammad
from tests.casework.conftest import MARA, Bridged, chatwoot
from tests.fakes_chatwoot import FakeChatwoot
from tests.fakes_zammad import FakeZammad
from tests.server import settings_for

pytestmark = pytest.mark.slow

ZAMMAD = {"token": fakes_zammad.TOKEN, "customer": fakes_zammad.GUEST, "group": fakes_zammad.GROUP}


async def until_heard(chats: Bridged, handoff: Handoff, text: str) -> None:
    """Return as soon as the person is told that."""
    async with chats.house.tools.bus.subscribe(topic_of(handoff.conversation_id)) as events:
        while text not in [said for _, said in await chats.heard(handoff)]:
            await anext(aiter(events))


async def test_everything_goes_by_itself(chats: Bridged) -> None:
    """While the server runs, a wait goes there and an answer comes back, without anybody asking for it."""
    async with chats.casework.running():
        handoff = await chats.house.wait_in_queue()
        await chats.say(handoff, "Hallo?")
        await chats.server.until(lambda: said_there(chats) == ["Hallo?"])
        ref = await chats.ref(handoff.id)
        chats.server.answer(ref, *MARA, "Guten Tag")
        await chats.casework.heard(chats.server_name, CaseSignal("d-1", ref))
        async with asyncio.timeout(20):
            await until_heard(chats, handoff, "Guten Tag")


def said_there(chats: Bridged) -> list[str]:
    """What has come from persons, whatever the case is called."""
    if isinstance(chats.server, FakeZammad):
        return [article["body"] for article in chats.server.articles if article["sender"] == "Customer"]
    messages = [message for one in chats.server.conversations for message in one.messages]
    return [message["content"] for message in messages if message["message_type"] == 0]


async def test_several_workers_send_everything_once_and_in_order(chats: Bridged) -> None:
    """Four workers look at the same time, again and again, while the person writes and staff answers."""
    bridges = [bridge for bridge in chats.casework._bridges.values() if isinstance(bridge, ChatBridge)]
    workers = [Casework(bridges, chats.tools) for _ in range(4)]
    handoff = await chats.house.wait_in_queue()
    for number in range(12):
        await chats.say(handoff, f"Frage {number}")
        if (link := await chats.tools.links.get(chats.server_name, handoff.id)) and link.ref:
            chats.server.answer(link.ref, *MARA, f"Antwort {number}")
            await workers[0].heard(chats.server_name, CaseSignal(f"d-{number}", link.ref))
        await asyncio.gather(*(worker.look() for worker in workers))
        chats.house.clock.advance(timedelta(seconds=3))
    chats.house.clock.advance(timedelta(minutes=5))
    await chats.sync()
    assert chats.server.said(await chats.ref(handoff.id)) == [f"Frage {number}" for number in range(12)]
    heard = [text for _, text in await chats.heard(handoff)]
    assert heard == sorted(set(heard), key=lambda text: int(text.split()[1]))
    assert len(heard) >= 10


async def test_a_process_that_dies_leaves_its_case_to_others(chats: Bridged) -> None:
    """What was in hand is done by another worker, as soon as the time for it has passed; nothing is doubled."""
    handoff = await chats.house.wait_in_queue()
    await chats.say(handoff, "Hallo?")
    chats.server.delay_s = 5
    dying = asyncio.create_task(chats.casework.look())
    await chats.server.until(lambda: chats.server.connections)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    chats.server.delay_s = 0
    chats.house.clock.advance(timedelta(minutes=5))
    await chats.sync()
    assert chats.server.said(await chats.ref(handoff.id)) == ["Hallo?"]
    assert [one for one in await chats.tools.outbox.undone() if one.last_error] == []


async def test_one_agent_without_a_staff_account(tmp_path: Path) -> None:
    """Where Chatwoot tells Roland nothing of its staff, the team is there as long as Chatwoot answers."""
    async with FakeChatwoot().running() as server:
        async with chatwoot(server, staff_token="") as platform:
            assert await platform.agents() == (CaseAgent("team", "Bürgertelefon"),)
            server.status = 502
            with pytest.raises(CaseSystemUnavailableError):
                await platform.agents()
        assert all("agents" not in request for request in server.requests)


@pytest.mark.parametrize("section", ["zammad", "chatwoot"])
def test_half_a_configuration_is_refused(tmp_path: Path, section: str) -> None:
    """An address without token and account is a mistake that shows at the start."""
    with pytest.raises(ValidationError, match="must be set where"):
        settings_for(tmp_path, **{section: {"url": "https://elsewhere.example"}})


def test_nothing_configured_is_nothing_opened(tmp_path: Path) -> None:
    """Both are off by default."""
    systems = open_case_systems(settings_for(tmp_path))
    assert (systems.all, systems.readers) == ((), ())


async def test_the_doctor_looks_at_them(tmp_path: Path) -> None:
    """A system that works is told so, one that does not is absent, and Roland works without."""
    async with FakeZammad().running() as server:
        settings = settings_for(tmp_path, zammad={**ZAMMAD, "url": server.url})
        assert [(check.ok, check.required) for check in await examined(settings)] == [(True, False)]
        server.status = 500
        assert [(check.ok, check.required) for check in await examined(settings)] == [(False, False)]


async def examined(settings: Any) -> list[Any]:
    """What the doctor says of Zammad."""
    return [check for check in await examine(settings) if check.part == "zammad"]
