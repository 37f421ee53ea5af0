"""Where other systems send word."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from assistant.bus import topic_of
from assistant.http.app import create_app
from assistant.model import Mode
from assistant.ports import SignalReader
from connectors.chatwoot import ChatwootSignals
from connectors.zammad import ZammadSignals
from tests import fakes_chatwoot, fakes_zammad
from tests.casework.conftest import MARA, Bridged, bridged
from tests.server import make_services, settings_for

pytestmark = pytest.mark.slow

SECRET = "only-we-know"


@dataclass
class Door:
    """The application with its webhooks, and the world behind it."""

    client: httpx.AsyncClient
    world: Bridged

    async def knock(self, body: bytes, *, secret: str = SECRET, delivery: str = "d-1") -> httpx.Response:
        """A webhook as the system signs it."""
        if self.world.server_name == "zammad":
            headers = fakes_zammad.signed(body, secret, delivery)
        else:
            at = int(self.world.house.clock.now().timestamp())
            headers = fakes_chatwoot.signed(body, secret, at, delivery)
        return await self.client.post(f"/webhooks/{self.world.server_name}", content=body, headers=headers)

    def news(self, ref: str, name: str = "message_created") -> bytes:
        """That a case has changed, as the system says it."""
        if self.world.server_name == "zammad":
            payload = fakes_zammad.payload("webhook_default")
            payload["ticket"]["id"] = int(ref)
        else:
            payload = fakes_chatwoot.payload(f"webhook_{name}")
            source, _, number = ref.partition("/")
            place = payload.get("conversation", payload)
            place["id"], place["contact_inbox"]["source_id"] = int(number), source
        return json.dumps(payload).encode()


@pytest.fixture(params=["chatwoot", "zammad"])
async def door(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Door]:
    """The application beside a system of each kind."""
    async with bridged(tmp_path / "house.db", request.param) as world:
        services, _ = make_services(settings_for(tmp_path))
        readers: tuple[SignalReader, ...] = (ChatwootSignals(SECRET), ZammadSignals(SECRET))
        services = replace(services, casework=world.casework, readers=readers, clock=world.house.clock)
        transport = httpx.ASGITransport(create_app(services))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield Door(client, world)


async def test_an_answer_comes_by_a_webhook(door: Door) -> None:
    """From there through the door to the person; the response says nothing and sets nothing."""
    handoff = await door.world.wait()
    ref = await door.world.ref(handoff.id)
    door.world.server.answer(ref, *MARA, "Guten Tag")
    response = await door.knock(door.news(ref))
    assert (response.status_code, response.content) == (204, b"")
    assert "set-cookie" not in response.headers
    await door.world.sync()
    assert await door.world.heard(handoff) == [("Frau Lindner", "Guten Tag")]
    assert await door.world.mode(handoff) is Mode.WITH_AGENT


async def test_a_webhook_is_kept_before_it_is_confirmed(door: Door) -> None:
    """Whoever has got 204 need not send it again: what is to be done survives the process."""
    handoff = await door.world.wait()
    await door.knock(door.news(await door.world.ref(handoff.id)))
    assert len(await door.world.tools.outbox.undone()) == 1


async def test_the_same_delivery_again_is_confirmed_and_does_nothing(door: Door) -> None:
    """Also after it was worked off."""
    handoff = await door.world.wait()
    body = door.news(await door.world.ref(handoff.id))
    for _ in range(3):
        assert (await door.knock(body)).status_code == 204
        await door.world.sync()
    asked = len(door.world.server.requests)
    await door.knock(body)
    await door.world.sync()
    assert len(door.world.server.requests) == asked


async def test_a_stranger_is_not_believed(door: Door) -> None:
    """401 for another secret, none, or a changed body; nothing is kept."""
    handoff = await door.world.wait()
    body = door.news(await door.world.ref(handoff.id))
    assert (await door.knock(body, secret="guessed")).status_code == 401
    assert (await door.client.post(f"/webhooks/{door.world.server_name}", content=body)).status_code == 401
    assert await door.world.tools.outbox.undone() == ()


async def test_a_case_of_somebody_elses_is_passed_over(door: Door) -> None:
    """The city may have other cases there."""
    foreign = "9999" if door.world.server_name == "zammad" else "stranger/9999"
    assert (await door.knock(door.news(foreign))).status_code == 204
    assert await door.world.tools.outbox.undone() == ()


async def test_what_cannot_be_read_is_refused(door: Door) -> None:
    """400 for nonsense, 413 for too much, 404 for a system that is not there, 405 for looking."""
    assert (await door.knock(b"{}")).status_code == 400
    assert (await door.knock(b'{"event": "x", "filler": "' + b"x" * 100_000 + b'"}')).status_code == 413
    assert (await door.client.post("/webhooks/unknown", content=b"{}")).status_code == 404
    assert (await door.client.get(f"/webhooks/{door.world.server_name}")).status_code == 405


@pytest.mark.parametrize("door", ["chatwoot"], indirect=True)
async def test_typing_is_shown_at_once_and_not_kept(door: Door) -> None:
    """Chatwoot says who writes; the person sees that somebody does."""
    handoff = await door.world.wait()
    ref = await door.world.ref(handoff.id)
    door.world.server.assign(ref, *MARA)
    await door.world.sync_from_there(handoff)
    bus = door.world.house.tools.bus
    async with bus.subscribe(topic_of(handoff.conversation_id)) as events:
        assert (await door.knock(door.news(ref, "conversation_typing_on"))).status_code == 204
        assert await anext(aiter(events)) == {"type": "typing", "who": "agent"}
    assert await door.world.tools.outbox.undone() == ()


async def test_without_a_system_there_is_no_door(tmp_path: Path) -> None:
    """A city that has configured none gives nobody anything to knock at."""
    services, _ = make_services(settings_for(tmp_path))
    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert (await client.post("/webhooks/zammad", content=b"{}")).status_code == 404
