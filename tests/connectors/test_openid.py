"""The OpenID Connect client before a real provider on loopback, and before answers that somebody has forged."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from assistant.errors import IdentityProviderUnavailableError, SignInRefusedError
from assistant.model import AgentRole, Identity
from connectors.openid import OpenIdProvider, Registration
from tests.fake_openid import (
    CLIENT,
    SECRET,
    Claims,
    FakeOpenId,
    running,
    with_another_key,
    with_the_public_key_as_a_secret,
    without_signature,
)
from tests.fakes import FixedClock

pytestmark = pytest.mark.slow

BACK = "https://desk.example/desk/login/city/return"
BROWSER = "s" * 43
KAYA: Claims = {"sub": "7", "preferred_username": "Kaya", "name": "Frau  Kaya", "groups": ["agents", "choir"]}


@pytest.fixture
def clock() -> FixedClock:
    """The time of both sides."""
    return FixedClock()


@pytest.fixture
def provider(clock: FixedClock) -> Iterator[FakeOpenId]:
    """The city's provider, where Frau Kaya is signed in."""
    with running(FakeOpenId(clock, {BACK}, person=KAYA)) as fake:
        yield fake


def registration(provider: FakeOpenId) -> Registration:
    """Roland's registration there."""
    roles = {"agents": (AgentRole.AGENT,), "leads": (AgentRole.AGENT, AgentRole.SUPERVISOR)}
    return Registration(provider.url, CLIENT, SECRET, roles=roles)


@pytest.fixture
async def client(provider: FakeOpenId, clock: FixedClock) -> AsyncIterator[OpenIdProvider]:
    """Roland's side."""
    async with OpenIdProvider(registration(provider), clock) as opened:
        yield opened


async def answered(client: OpenIdProvider, browser: str = BROWSER) -> dict[str, str]:
    """What a browser brings back that was sent to the provider."""
    async with httpx.AsyncClient(timeout=60) as http:
        sent_back = await http.get(await client.invitation(browser, BACK))
    assert sent_back.status_code == 303, sent_back.text
    assert sent_back.headers["location"].startswith(BACK)
    return dict(parse_qsl(urlsplit(sent_back.headers["location"]).query))


async def test_who_somebody_is(client: OpenIdProvider, provider: FakeOpenId) -> None:
    """The provider's word becomes an identity: subject, login, name, and those roles that the city has mapped."""
    await client.ping()
    identity = await client.welcome(BROWSER, BACK, await answered(client))
    assert identity == Identity(provider.url, "7", "Kaya", "Frau Kaya", frozenset({AgentRole.AGENT}))
    assert identity.proof
    assert identity.proof not in repr(identity)


async def test_the_invitation_gives_nothing_away(client: OpenIdProvider) -> None:
    """Neither the browser's secret nor the verifier stands in the address, and no two browsers get the same."""
    first, second = [await client.invitation(secret, BACK) for secret in (BROWSER, "t" * 43)]
    assert BROWSER not in first
    queries = [dict(parse_qsl(urlsplit(address).query)) for address in (first, second)]
    for name in ("state", "nonce", "code_challenge"):
        assert queries[0][name] != queries[1][name]
    assert queries[0]["code_challenge_method"] == "S256"
    assert "verifier" not in first


@pytest.mark.parametrize(
    ("claim", "value", "roles"),
    [
        ("groups", "leads", {AgentRole.AGENT, AgentRole.SUPERVISOR}),
        ("realm_access.roles", {"realm_access": {"roles": ["leads", "x"]}}, {AgentRole.AGENT, AgentRole.SUPERVISOR}),
        ("https://city.example/roles", ["agents"], {AgentRole.AGENT}),
        ("groups.inner", {"groups": ["agents"]}, set()),
        ("nothing", None, set()),
        ("groups", [["agents"], 7, None], set()),
    ],
)
async def test_roles_by_claim(
    provider: FakeOpenId, clock: FixedClock, claim: str, value: object, roles: set[AgentRole]
) -> None:
    """Roles are read where the city says they stand; what is not mapped, or not there, gives none."""
    provider.person = KAYA | (value if isinstance(value, dict) else {claim: value})
    async with OpenIdProvider(replace(registration(provider), roles_claim=claim), clock) as client:
        assert (await client.welcome(BROWSER, BACK, await answered(client))).roles == roles


@pytest.mark.parametrize(
    "wrong",
    [{"state": "x" * 43}, {"state": ""}, {"iss": "https://evil.example"}, {"code": "x"}, {"code": ""}],
    ids=str,
)
async def test_an_answer_to_nobodys_invitation(client: OpenIdProvider, wrong: dict[str, str]) -> None:
    """Another state, another provider, an invented code: refused."""
    with pytest.raises(SignInRefusedError):
        await client.welcome(BROWSER, BACK, await answered(client) | wrong)


@pytest.mark.parametrize("answer", [{}, {"error": "access_denied"}])
async def test_an_answer_without_a_code(client: OpenIdProvider, answer: dict[str, str]) -> None:
    """Who pressed "cancel" at the provider is not let in, nor who brings nothing."""
    state = (await answered(client))["state"]
    with pytest.raises(SignInRefusedError):
        await client.welcome(BROWSER, BACK, answer | {"state": state})


async def test_a_code_is_good_once_and_in_one_browser(client: OpenIdProvider) -> None:
    """A replayed answer is refused; a stolen code is worth nothing in another browser, not even with its own state."""
    mine = await answered(client)
    await client.welcome(BROWSER, BACK, mine)
    with pytest.raises(SignInRefusedError):
        await client.welcome(BROWSER, BACK, mine)
    stolen, theirs = await answered(client), await answered(client, "t" * 43)
    with pytest.raises(SignInRefusedError):
        await client.welcome("t" * 43, BACK, stolen)
    with pytest.raises(SignInRefusedError):
        await client.welcome("t" * 43, BACK, theirs | {"code": stolen["code"]})


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "n" * 43},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": ["another-client", CLIENT]},
        {"aud": "another-client", "azp": CLIENT},
        {"azp": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": 0},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": None},
        {"sub": None},
        {"nbf": 99_999_999_999},
        {"at_hash": "x" * 22},
    ],
    ids=str,
)
async def test_tokens_that_are_not_for_this_sign_in(
    client: OpenIdProvider, provider: FakeOpenId, change: Claims
) -> None:
    """Another nonce, audience, issuer, time or access token: well signed, and refused all the same."""
    provider.change = lambda claims: {name: value for name, value in (claims | change).items() if value is not None}
    with pytest.raises(SignInRefusedError, match="ID token"):
        await client.welcome(BROWSER, BACK, await answered(client))


@pytest.mark.parametrize("forge", [without_signature, with_the_public_key_as_a_secret, with_another_key])
async def test_forged_signatures(
    client: OpenIdProvider, provider: FakeOpenId, forge: Callable[[FakeOpenId, Claims], str]
) -> None:
    """No signature, one made with what everybody knows, one by somebody else: refused."""
    provider.sign = forge
    with pytest.raises(SignInRefusedError, match="ID token"):
        await client.welcome(BROWSER, BACK, await answered(client))


@pytest.mark.parametrize(("late", "let_in"), [(timedelta(seconds=355), True), (timedelta(seconds=365), False)])
async def test_clocks_that_differ(provider: FakeOpenId, clock: FixedClock, late: timedelta, let_in: bool) -> None:
    """A token of five minutes is taken up to a minute after its end, and no longer."""
    ahead = FixedClock(clock.now() + late)
    async with OpenIdProvider(registration(provider), ahead) as client:
        answer = await answered(client)
        if let_in:
            assert (await client.welcome(BROWSER, BACK, answer)).subject == "7"
        else:
            with pytest.raises(SignInRefusedError, match="expired"):
                await client.welcome(BROWSER, BACK, answer)


async def test_new_keys(client: OpenIdProvider, provider: FakeOpenId, clock: FixedClock) -> None:
    """Keys are kept; when the provider has changed them they are fetched anew, but not for every unknown name."""
    for _ in range(2):
        await client.welcome(BROWSER, BACK, await answered(client))
    assert provider.asked_for_keys == 1
    clock.advance(timedelta(minutes=1))
    provider.rotate()
    await client.welcome(BROWSER, BACK, await answered(client))
    assert provider.asked_for_keys == 2
    provider.rotate()
    with pytest.raises(SignInRefusedError):
        await client.welcome(BROWSER, BACK, await answered(client))
    assert provider.asked_for_keys == 2
    clock.advance(timedelta(minutes=1))
    await client.welcome(BROWSER, BACK, await answered(client))


async def test_signing_out_there(client: OpenIdProvider, provider: FakeOpenId) -> None:
    """The browser is sent to the provider's own sign-out with its proof, and comes back."""
    provider.farewells.add("https://desk.example/desk/login")
    identity = await client.welcome(BROWSER, BACK, await answered(client))
    there = await client.farewell(identity.proof, "https://desk.example/desk/login")
    assert there is not None
    async with httpx.AsyncClient(timeout=60) as http:
        left = await http.get(there)
    assert (left.headers["location"], provider.signed_out) == ("https://desk.example/desk/login", ["7"])


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
    ],
    ids=str,
)
async def test_a_provider_that_misdescribes_itself(
    client: OpenIdProvider, provider: FakeOpenId, metadata: Claims
) -> None:
    """Another issuer, an address that is not secure, one that is missing: nobody is sent there."""
    provider.metadata = metadata
    with pytest.raises(IdentityProviderUnavailableError):
        await client.invitation(BROWSER, BACK)


async def test_a_provider_in_trouble(client: OpenIdProvider, provider: FakeOpenId, clock: FixedClock) -> None:
    """One that breaks is no refusal, but an outage; signing out goes on without it."""
    answer = await answered(client)
    provider.status = 500
    with pytest.raises(IdentityProviderUnavailableError):
        await client.welcome(BROWSER, BACK, answer)
    with pytest.raises(IdentityProviderUnavailableError):
        await client.ping()
    assert await client.farewell("proof", BACK) is None


async def test_a_provider_that_is_away(clock: FixedClock) -> None:
    """Nobody listens: an outage."""
    async with OpenIdProvider(Registration("http://127.0.0.1:9", CLIENT), clock) as client:
        with pytest.raises(IdentityProviderUnavailableError):
            await client.invitation(BROWSER, BACK)


async def test_a_wrong_secret(provider: FakeOpenId, clock: FixedClock) -> None:
    """Where Roland's own registration is wrong nobody gets in."""
    async with OpenIdProvider(replace(registration(provider), client_secret="falsch"), clock) as client:
        with pytest.raises(SignInRefusedError):
            await client.welcome(BROWSER, BACK, await answered(client))
