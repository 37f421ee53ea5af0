"""What makes a good password, how passwords are kept, and how addresses are shortened."""

import unicodedata
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from assistant.accounts import Passwords
from assistant.accounts.audit import shortened
from assistant.accounts.passwords import LONGEST, SHORTEST, require_good
from assistant.errors import WeakPasswordError
from assistant.model import Throttle
from assistant.storage.accounts import SqlAccountStore
from tests.desk_site import PASSWORD, CountingHasher, DeskSite, desk_site


@pytest.mark.parametrize(
    "password",
    [
        "elf Zeichen",
        "Passwort2026!",
        "PASSWORT123456",
        "123456789012",
        "__Sommer__2026__",
        "qwertzuiop2026",
        "aabbaabbaabb",
        "Bürgeramt-2026",
        "ayse.kaya.amt",
        "...Ayse.Kaya.Amt",
        "x" * 257,
    ],
)
def test_bad_passwords(password: str) -> None:
    """Too short, too long, few letters, the login itself, or a common word with something around it."""
    with pytest.raises(WeakPasswordError) as refused:
        require_good(password, "ayse.kaya.amt")
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password", ["drei möwen im wind", "8427 1930 5566 21", "ключ от города 7", "sommerregen im moor"]
)
def test_good_passwords(password: str) -> None:
    """Length is enough: no capitals, figures or signs are asked for, and any script will do."""
    require_good(password, "kaya")


@given(st.text(max_size=400))
def test_no_password_breaks_the_rule(password: str) -> None:
    """Whatever is typed is either refused in words or long enough."""
    try:
        require_good(password, "kaya")
    except WeakPasswordError:
        return
    assert SHORTEST <= len(unicodedata.normalize("NFKC", password)) <= LONGEST


async def test_passwords_are_verified() -> None:
    """The password opens its hash, however its umlauts were typed; nothing else does, and nothing opens no hash."""
    passwords = Passwords(CountingHasher())
    kept = await passwords.hash("Möwe über Vegesack")
    assert kept.startswith("$argon2id$")
    assert await passwords.matches(kept, "Mo\u0308we u\u0308ber Vegesack")
    for password_hash, password in ((kept, "Möwe"), (kept, ""), (None, "Möwe über Vegesack"), ("no hash", "x")):
        assert not await passwords.matches(password_hash, password)
    assert kept != await passwords.hash("Möwe über Vegesack")


async def test_the_parameters_in_force() -> None:
    """Without others, passwords are kept with those of RFC 9106 for little memory: 64 MiB, three rounds."""
    assert "m=65536,t=3,p=4" in await Passwords().hash("x")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[DeskSite]:
    """A desk with one agent."""
    async with desk_site(tmp_path) as running:
        await running.add()
        yield running


@pytest.mark.slow
async def test_other_parameters_come_with_the_next_sign_in(site: DeskSite) -> None:
    """A password that was kept with parameters of before is kept anew when it is used; nobody notices."""
    account = await site.accounts.directory.find("kaya")
    older = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1).hash(PASSWORD)
    await SqlAccountStore(site.database).rehash(account.agent.id, str(account.password_hash), older)
    for _ in range(2):
        assert (await site.browser().sign_in()).status_code == 303
    kept = str((await site.accounts.directory.find("kaya")).password_hash)
    assert ("t=2" in older, "t=1" in kept) == (True, True)


@given(st.integers(0, 1000), st.integers(1, 50))
def test_pauses_grow_and_end(failures: int, free: int) -> None:
    """No pause before the free tries are used up, never a shorter one after more tries, never more than the longest."""
    throttle = Throttle(free, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=1))
    pause = throttle.pause(failures)
    assert (pause > timedelta()) is (failures >= free)
    assert pause <= throttle.pause(failures + 1) <= timedelta(minutes=15)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("testclient", ""),
        ("", ""),
    ],
)
def test_addresses_are_shortened(address: str, network: str) -> None:
    """The log names the network, never the machine."""
    assert shortened(address) == network


async def test_what_is_over_is_swept(site: DeskSite) -> None:
    """Sessions past their end and forgotten tries go; what holds stays."""
    browser = site.browser()
    await browser.sign_in(password="falsch geraten")
    await browser.sign_in()
    assert await site.accounts.upkeep.sweep() == 0
    site.clock.advance(timedelta(hours=13))
    assert await site.accounts.upkeep.sweep() == 2
    assert len(await site.log()) == 3


async def test_a_server_sweeps_by_itself(site: DeskSite) -> None:
    """While the upkeep runs it sweeps without being told to."""
    await site.browser().sign_in()
    site.clock.advance(timedelta(hours=13))
    async with site.accounts.upkeep.running():
        while await site.rows("desk_session"):
            await site.accounts.directory.all()
