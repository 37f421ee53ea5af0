"""Walks through every FIM schema that is there: real forms, with their rules."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.forms.walk import begin, current, steps
from assistant.model import CHECKLIST, Form, WalkMode
from knowledge.forms.xdatenfelder import read_schema
from tests.forms.walks import Move, excluded, moves, to_the_end

DATA = Path(__file__).parents[3] / "shared" / "data"
SCHEMAS = sorted((*DATA.glob("fim-xdf3/*/schema.xdf.xml"), *DATA.glob("xdatenfelder-2/**/*.xml")))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.shared_data,
    pytest.mark.skipif(not SCHEMAS, reason="no schemas at ../shared/data"),
]


@pytest.fixture(scope="module", params=SCHEMAS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def form(request: pytest.FixtureRequest) -> Form:
    """A real form."""
    return read_schema(request.param)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mode=st.sampled_from(WalkMode), way=st.lists(moves, max_size=40))
def test_no_walk_gets_lost(form: Form, mode: WalkMode, way: list[Move]) -> None:
    """After any moves one stands at a step that is asked, whose conditions do not fail, and reaches the checklist."""
    walk = begin(form, mode)
    for move in way:
        walk = move(form, walk)
        assert current(form, walk) in steps(form, walk)
        assert excluded(form, walk) == []
    end = to_the_end(form, walk)
    assert end.at == CHECKLIST
    assert {step.key for step in steps(form, end) if step.element} <= end.seen
