"""The pace of senders."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from assistant.http.limits import RateLimiter, client_of
from assistant.http.problems import Problem


class Seconds:
    """A clock in seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def passes(check: Callable[[str], None], sender: str = "a") -> bool:
    """Whether a request of that sender is let through."""
    try:
        check(sender)
    except Problem:
        return False
    return True


@given(st.integers(1, 100))
def test_burst_then_pace(per_minute: int) -> None:
    """As many as allowed may come at once; then one for each share of the minute that passes."""
    clock = Seconds()
    limiter = RateLimiter(per_minute, clock)
    assert sum(passes(limiter.check) for _ in range(per_minute + 20)) == per_minute
    clock.now += 60 / per_minute
    assert [passes(limiter.check) for _ in range(2)] == [True, False]
    clock.now += 120
    assert sum(passes(limiter.check) for _ in range(per_minute + 20)) == per_minute


def test_refusal_says_how_long_to_wait() -> None:
    """Who waits as long as told is let through."""
    clock = Seconds()
    limiter = RateLimiter(2, clock)
    limiter.check("a")
    limiter.check("a")
    with pytest.raises(Problem) as caught:
        limiter.check("a")
    assert caught.value.headers is not None
    clock.now += float(caught.value.headers["Retry-After"])
    limiter.check("a")


def test_senders_are_counted_apart() -> None:
    """One sender's hurry is not another's."""
    limiter = RateLimiter(1, Seconds())
    assert passes(limiter.check, "a")
    assert not passes(limiter.check, "a")
    assert passes(limiter.check, "b")


@pytest.mark.parametrize(
    ("host", "sender"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("unix", "unix")],
)
def test_who_asks(host: str, sender: str) -> None:
    """A sender is an address, for IPv6 the network that a connection has at its disposal."""
    assert client_of(Request({"type": "http", "client": (host, 1)})) == sender
