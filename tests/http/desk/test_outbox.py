"""What was given up, shown to those who can do something about it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.model import AuditAction, Errand
from tests.fakes import NOON
from tests.workplace import KAYA, LUND, Floor, open_floor, send

LETTER = Errand("zammad-ticket-abc-open", "zammad-ticket", NOON, NOON, {"case": "secret-id"})


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Floor]:
    """The desk, with a dead letter."""
    with open_floor(tmp_path) as opened:
        outbox = opened.services.outbox
        assert outbox is not None
        opened.run(outbox.put(LETTER))
        opened.run(outbox.give_up(LETTER.id, "zammad refuses: 422", NOON))
        yield opened


def dead(site: Floor) -> list[str]:
    """The ids of what was given up."""
    assert site.services.outbox is not None
    return [errand.id for errand in site.run(site.services.outbox.dead())]


def audited(site: Floor) -> list[tuple[AuditAction, str, str]]:
    """What was written down of it."""
    assert site.services.accounts is not None
    entries = site.run(site.services.accounts.audit.entries(1, thing_id=LETTER.id))
    return [(entry.action, entry.login, entry.thing_id) for entry in entries]


@pytest.mark.slow
def test_a_dead_letter_is_shown_without_what_is_in_it(site: Floor) -> None:
    """Kind and reason are there, the payload is not."""
    with site.client(LUND) as client:
        page = client.get("/desk/outbox")
    assert page.status_code == 200
    assert "zammad refuses: 422" in page.text
    assert "secret-id" not in page.text


@pytest.mark.slow
@pytest.mark.parametrize(("way", "action"), [("retry", AuditAction.TRIED_AGAIN), ("drop", AuditAction.DROPPED)])
def test_it_is_tried_again_or_dropped_and_written_down(site: Floor, way: str, action: AuditAction) -> None:
    """Who did it stands in the audit log; a second press finds nothing and writes nothing."""
    with site.client(LUND) as client:
        assert send(client, f"/desk/outbox/{way}", errand=LETTER.id).status_code == 303
        assert dead(site) == []
        assert send(client, f"/desk/outbox/{way}", errand=LETTER.id).headers["location"].endswith("notice=gone")
    assert audited(site) == [(action, LUND.login, LETTER.id)]


@pytest.mark.slow
def test_only_supervisors_see_it(site: Floor) -> None:
    """An agent neither looks nor drops, and nobody does without the session's token."""
    with site.client(KAYA) as agent, site.client(LUND) as supervisor:
        assert agent.get("/desk/outbox").status_code == 403
        assert send(agent, "/desk/outbox/drop", errand=LETTER.id).status_code == 403
        assert send(supervisor, "/desk/outbox/drop", errand=LETTER.id, csrf="guessed").status_code == 403
    assert dead(site) == [LETTER.id]
