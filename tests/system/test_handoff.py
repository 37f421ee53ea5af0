"""A whole conversation with Roland and with an agent, over two workers, whatever dies in between."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.redis import RedisServer
from tests.system.workers import Follower, Json, Pair, two_workers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ASKED, WISHED, WAITING, ANSWERED, THANKED, BACK, AGAIN = (
    "Was kostet ein Reisepass?",
    "Ich möchte mit einem Menschen sprechen.",
    "Es eilt.",
    "Guten Tag, ich helfe Ihnen gern.",
    "Danke!",
    "Und wo beantrage ich ihn?",
    "Doch lieber ein Mensch.",
)
# What must stand in the conversation in the end, in this order, each once.
STORY = [
    ("turn", ASKED, "with_bot", True),
    ("turn", WISHED, "with_bot", True),
    ("notice", "queued", None, None),
    ("turn", WAITING, "queued", False),
    ("notice", "claimed", None, None),
    ("message", ANSWERED, None, None),
    ("turn", THANKED, "with_agent", False),
    ("notice", "to_bot", None, None),
    ("turn", BACK, "with_bot", True),
    ("turn", AGAIN, "with_bot", True),
    ("notice", "queued", None, None),
    ("notice", "withdrawn", None, None),
]


@dataclass
class Story:
    """A citizen at one worker, an agent at the other; every step may be repeated until it has worked."""

    pair: Pair
    conversation: str = ""
    handoff: str = ""

    @property
    def steps(self) -> list[Callable[[], object]]:
        """What happens, in order."""
        return [
            lambda: self._say("m1", ASKED),
            lambda: self._say("m2", WISHED),
            lambda: self._say("m3", WAITING),
            self._claim,
            lambda: self._agent("POST", f"{self.handoff}/say", json={"id": "a1", "text": ANSWERED}),
            lambda: self._say("m4", THANKED),
            lambda: self._agent("POST", f"{self.handoff}/give-back"),
            lambda: self._say("m5", BACK),
            lambda: self._say("m6", AGAIN),
            self._leave,
        ]

    def begin(self) -> Follower:
        """A conversation, and a browser that follows it."""
        self.conversation = self.pair.citizens.call("POST", "/api/v1/conversations").json()["id"]
        self._agent("POST", "report")
        return Follower(self.pair.citizens, self.conversation)

    def read(self) -> list[Json]:
        """The conversation as the other worker tells it."""
        read = self.pair.agents.call("GET", f"/api/v1/conversations/{self.conversation}").json()
        transcript: list[Json] = read["transcript"]
        return transcript

    def _say(self, name: str, text: str) -> None:
        path = f"/api/v1/conversations/{self.conversation}/messages"
        said = self.pair.citizens.call("POST", path, json={"id": name, "text": text}).json()
        assert not said["pending"]

    def _claim(self) -> None:
        waiting = self._agent("GET", "waiting")
        if waiting:  # else it was claimed when the answer was lost
            (one,) = waiting
            assert one["conversation"] == self.conversation
            self.handoff = one["id"]
        self._agent("POST", f"{self.handoff}/claim")

    def _agent(self, method: str, what: str, **content: object) -> list[dict[str, str]]:
        response = self.pair.agents.call(method, f"/agents/kaya/{what}", **content)
        answer: list[dict[str, str]] = response.json()
        return answer

    def _leave(self) -> None:
        cookies = {"Cookie": f"roland={self.conversation}"}
        self.pair.citizens.call("POST", "/chat/leave", data={"view": "chat"}, headers=cookies)


def told(entry: Json) -> tuple[str, str, str | None, bool | None]:
    """An entry as it stands in STORY."""
    if entry["type"] == "turn":
        return "turn", entry["text"], entry["to"], entry["answer"] is not None
    return entry["type"], entry["kind"] if entry["type"] == "notice" else entry["text"], None, None


def check(story: Story, browser: Follower) -> None:
    """Everything sent stands in the conversation once and in order, and the browser has been told so, each once."""
    transcript = story.read()
    assert [told(entry) for entry in transcript] == STORY
    browser.wait_for(lambda entry: entry["type"] == "notice" and entry["kind"] == "withdrawn")
    browser.stop()
    revisions = [revision for revision, _ in browser.entries]
    assert revisions == sorted(set(revisions)), "told twice, or out of order"
    assert sorted((entry for _, entry in browser.entries), key=lambda entry: entry["position"]) == transcript


STORES = ("sqlite", "postgresql and redis")


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> dict[str, str]:
    """Where two workers keep conversations, and how they tell each other."""
    if request.param == "sqlite":
        return {"storage.lock_timeout_ms": "5000"}
    redis: RedisServer = request.getfixturevalue("mortal_redis")
    return {"storage.url": request.getfixturevalue("empty_postgres"), "bus.url": redis.url}


@contextmanager
def telling(tmp_path: Path, settings: dict[str, str], live_poll_s: float = 0.2) -> Iterator[tuple[Story, Follower]]:
    """A story about to begin."""
    with two_workers(tmp_path, settings, live_poll_s) as pair:
        story = Story(pair)
        browser = story.begin()
        try:
            yield story, browser
        finally:
            browser.stop()


@pytest.mark.parametrize("settings", STORES, indirect=True)
def test_nothing_happens(tmp_path: Path, settings: dict[str, str]) -> None:
    """Citizen and agent on different workers speak with one another; everything is there, in order, once."""
    with telling(tmp_path, settings) as (story, browser):
        for step in story.steps:
            step()
        check(story, browser)
    assert {"place": 1, "wait_minutes": 0} in browser.places


@pytest.mark.parametrize("settings", STORES, indirect=True)
def test_both_workers_killed_between_any_two_steps(tmp_path: Path, settings: dict[str, str]) -> None:
    """With both workers killed and started again after every step, nothing is lost and nothing doubled."""
    with telling(tmp_path, settings) as (story, browser):
        for step in story.steps:
            step()
            story.pair.restart()
        check(story, browser)


@pytest.mark.parametrize("settings", STORES, indirect=True)
@pytest.mark.parametrize("seed", [1, 2])
def test_both_workers_killed_within_every_step(tmp_path: Path, settings: dict[str, str], seed: int) -> None:
    """Killed somewhere within a step, answered or not, its repetition does what it should have done, and no more."""
    chance = random.Random(seed)
    with telling(tmp_path, settings) as (story, browser):
        for step in story.steps:
            story.pair.citizens.call("GET", "/health")
            story.pair.agents.call("GET", "/health")
            killer = threading.Timer(chance.uniform(0, 0.03), story.pair.restart)
            killer.start()
            step()
            killer.join()
        check(story, browser)


def test_the_connection_is_cut_between_any_two_steps(tmp_path: Path) -> None:
    """A browser that is cut off after every step and comes back has everything, once."""
    with telling(tmp_path, {}) as (story, browser):
        for step in story.steps:
            browser.cut()
            step()
            browser.cut()
        check(story, browser)


@pytest.mark.parametrize("settings", ["postgresql and redis"], indirect=True)
def test_redis_restarted_between_any_two_steps(
    tmp_path: Path, settings: dict[str, str], mortal_redis: RedisServer
) -> None:
    """With Redis killed before every step and started after it, nothing is lost and nothing doubled."""
    with telling(tmp_path, settings) as (story, browser):
        for step in story.steps:
            mortal_redis.kill()
            step()
            mortal_redis.start()
        check(story, browser)


@pytest.mark.parametrize("settings", ["postgresql and redis"], indirect=True)
def test_redis_tells_at_once(tmp_path: Path, settings: dict[str, str]) -> None:
    """With a bus, what the agent says on another worker arrives at once, though streams hardly look by themselves."""
    with telling(tmp_path, settings, live_poll_s=60) as (story, browser):
        began = time.monotonic()
        for step in story.steps:
            step()
        check(story, browser)
        assert time.monotonic() - began < 50
