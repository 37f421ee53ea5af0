"""What every ``NluEngine`` promises."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import NluUnavailableError
from assistant.model import Language
from assistant.ports import NluEngine
from nlu.breaker import CircuitBreaker
from nlu.human import HumanListener
from nlu.rasa_engine import RasaEngine
from nlu.rasa_server import RasaServer
from nlu.rasa_train import free_port
from nlu.spacy_engine import SpacyEngine
from nlu.train import train_rasa
from tests.fakes_nlu import FakeNlu, FakeRasa
from tests.nlu_engines import RASA_PYTHON, quick_pipeline, small_project

ODD_TEXTS = (
    "",
    " ",
    "\n\t\u00a0\u2003",
    "?",
    "\x00\x01\x1b[31m",
    "😀👍🏽👨‍👩‍👧‍👦",
    "Was kostet 😀 ein Pass in Bremen?",
    "كم تكلفة جواز السفر في Bremen؟",
    "\u202eBremen\u202c \u200f\u200e",
    "e\u0301\u0308" * 50,
    '{"text": "x"} \\ "',
    "[Reisepass](service)",
    "Bremen" * 333,
    "Was kostet das? " * 125,
    "ä" * 2_000,
)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def real_rasa(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Path, str]]:
    """A real Rasa server with a quickly trained model: the folder of models, and the server's address."""
    folder = tmp_path_factory.mktemp("rasa")
    project = small_project(folder / "project", 12)
    model = await asyncio.to_thread(train_rasa, folder, RASA_PYTHON, project=project)
    async with RasaServer(RASA_PYTHON, model, port=free_port(), log=folder / "server.log") as server:
        yield folder, server.url


@pytest.fixture(
    params=[
        "fake",
        pytest.param("spacy", marks=pytest.mark.slow),
        "rasa protocol",
        "breaker",
        "broken breaker",
        "human listener",
        pytest.param("rasa", marks=[pytest.mark.rasa, pytest.mark.slow, pytest.mark.timeout(600)]),
    ]
)
def rasa_or_other(request: pytest.FixtureRequest) -> str | tuple[Path, str]:
    """The kind of engine; for the real Rasa, where it is."""
    if request.param == "rasa":
        where: tuple[Path, str] = request.getfixturevalue("real_rasa")
        return where
    return str(request.param)


@pytest_asyncio.fixture
async def engine(rasa_or_other: str | tuple[Path, str]) -> AsyncIterator[NluEngine]:
    """An engine of each kind."""
    match rasa_or_other:
        case "fake":
            yield FakeNlu()
        case "spacy":
            yield SpacyEngine(quick_pipeline())
        case "rasa protocol":
            async with FakeRasa().running() as server, RasaEngine(server.url, 5.0) as rasa:
                yield rasa
        case "breaker":
            yield CircuitBreaker(FakeNlu("first"), FakeNlu("second"))
        case "broken breaker":
            yield CircuitBreaker(FakeNlu("first", broken=True), SpacyEngine(quick_pipeline()))
        case "human listener":
            yield HumanListener(CircuitBreaker(FakeNlu("first", broken=True), FakeNlu("second")))
        case (folder, url):
            async with RasaEngine.load(folder, url, 30.0) as rasa:
                yield rasa


async def check(engine: NluEngine, text: str) -> None:
    """The contract of ``parse`` for one text."""
    understood = await engine.parse(text, Language.DE)
    chances = [scored.confidence for scored in understood.intents]
    assert understood.text == text
    assert understood.language is Language.DE
    assert understood.engine
    assert len(chances) <= 5
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)
    assert sum(chances) <= 1 + 1e-6
    assert len({scored.intent for scored in understood.intents}) == len(chances)
    for entity in understood.entities:
        assert 0 <= entity.start < entity.end <= len(text)
        assert entity.value


@pytest.mark.slow
@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
async def test_any_text_is_accepted(engine: NluEngine, text: str) -> None:
    """At most five intents come back, best first, with probabilities; entities lie within the text."""
    await check(engine, text)


async def test_the_same_text_is_understood_the_same_way(engine: NluEngine) -> None:
    """Asking twice gives equal answers."""
    text = "Was kostet ein Reisepass in Bremen?"
    assert await engine.parse(text, Language.DE) == await engine.parse(text, Language.DE)


async def test_a_place_is_found_where_it_stands(engine: NluEngine) -> None:
    """The span of a place is the place's name, also behind characters that take several bytes."""
    text = "😀 Was kostet das in Bremen?"
    understood = await engine.parse(text, Language.DE)
    assert [text[entity.start : entity.end] for entity in understood.entities] == ["Bremen"]


async def test_nothing_is_made_of_nothing(engine: NluEngine) -> None:
    """A text without a single character to read has no intent."""
    assert (await engine.parse(" \n ", Language.DE)).intents == ()


async def test_a_healthy_engine_answers_a_ping(engine: NluEngine) -> None:
    """A working engine does not complain, and has a name."""
    await engine.ping()
    assert engine.name


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=2_000))
async def test_no_text_is_too_strange(text: str) -> None:
    """Whatever characters stand in it, the embedded engine keeps the contract."""
    await check(SpacyEngine(quick_pipeline()), text)


RANKING = b'"intent_ranking": [{"name": "greet", "confidence": 0.9}]'
OUTSIDE = b'{"entity": "place", "value": "x", "start": 3, "end": 99}'
MISBEHAVING = {
    "slow": FakeRasa(delay_s=5),
    "dripping": FakeRasa(drip=True),
    "garbage": FakeRasa(body=b"\xff\x00<html>"),
    "other json": FakeRasa(body=b'{"intent": 5}'),
    "not a number": FakeRasa(body=RANKING.replace(b"0.9", b"NaN")),
    "too sure": FakeRasa(body=b"{%b}" % RANKING.replace(b"0.9", b"1.7")),
    "error": FakeRasa(status=500),
    "foreign intents": FakeRasa(body=b"{%b}" % RANKING.replace(b"greet", b"weather")),
    "entity outside": FakeRasa(body=b'{%b, "entities": [%b]}' % (RANKING, OUTSIDE)),
}


@pytest.mark.parametrize("server", MISBEHAVING.values(), ids=MISBEHAVING.keys())
async def test_a_server_that_misbehaves_is_unavailable_in_time(server: FakeRasa) -> None:
    """Slow or talking nonsense: about at its time limit the engine says that Rasa is not available."""
    async with server.running(), RasaEngine(server.url, 0.2) as engine, asyncio.timeout(3):
        with pytest.raises(NluUnavailableError):
            await engine.parse("Was kostet das?", Language.DE)


async def test_a_dead_server_is_unavailable_in_time() -> None:
    """Where nobody listens, asking and pinging say so at once."""
    async with RasaEngine(f"http://127.0.0.1:{free_port()}", 0.2) as engine, asyncio.timeout(3):
        with pytest.raises(NluUnavailableError):
            await engine.ping()
        with pytest.raises(NluUnavailableError):
            await engine.parse("Was kostet das?", Language.DE)


async def test_questions_share_connections() -> None:
    """Many questions one after the other use one connection."""
    server = FakeRasa()
    async with server.running(), RasaEngine(server.url, 5.0) as engine:
        for number in range(20):
            await engine.parse(f"Frage {number}", Language.DE)
    assert len(server.asked) == 20
    assert server.connections == 1
