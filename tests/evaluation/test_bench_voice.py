"""The benchmark of the telephone line measures what it says: its turns, its figures, its aims."""

import json
from dataclasses import asdict, replace

import pytest

from evaluation.bench.voice.figures import FIXED, NEVER_MS, ROLAND, Machine, Round, Spread, round_of
from evaluation.bench.voice.life import Habits
from evaluation.bench.voice.load import Plan
from evaluation.bench.voice.picture import picture
from evaluation.bench.voice.report import Report
from evaluation.bench.voice.run import questions
from evaluation.bench.voice.turns import Outcome, Stages, Turn, answered, read_log

MACHINE = Machine(load=0.5, line_cores=0.4, callers_cores=0.1, rest_mb=500, busy_mb=520)
NOTHING = Spread.of([])


def turn(began_at: float, heard_at: float | None, call_id: str = "a") -> Turn:
    """A question of two seconds."""
    return Turn(call_id, began_at, began_at + 2, heard_at)


def stages(at: float) -> Stages:
    """What the log says of a turn that sounded then."""
    return Stages(at, recognised_ms=320, answered_ms=340, sounded_ms=350)


def step(subject: str, calls: int, p50_ms: float, p95_ms: float, stop_ms: float = 90) -> Round:
    """A round with these figures."""
    answer = Spread(200, p50_ms, p95_ms, p95_ms)
    stop = Spread(50, stop_ms, stop_ms, stop_ms)
    return Round(subject, calls, 200, 0, answer, NOTHING, NOTHING, stop, NOTHING, NOTHING, 0, 0, MACHINE)


def report(*rounds: Round) -> Report:
    """A report of these rounds."""
    return Report({}, rounds, 1.0)


def test_a_wait_is_from_the_last_sound_of_one_to_the_first_of_the_other() -> None:
    """Milliseconds from the end of the caller's sound, and from its beginning where Roland had to stop."""
    measured = Turn("a", began_at=10.0, ended_at=12.0, heard_at=12.4, silent_at=10.08, is_interruption=True)
    assert measured.waited_ms == pytest.approx(400)
    assert measured.stopped_ms == pytest.approx(80)
    assert replace(measured, heard_at=None).waited_ms is None
    assert replace(measured, silent_at=None).stopped_ms is None


def test_an_answer_is_what_the_dialogue_answered() -> None:
    """A sound that the log knows no answer for is a question back or the sentence before, and is not counted."""
    asked = [turn(0, 2.4), turn(10, 12.4), turn(20, 22.4), turn(0, 2.3, "b")]
    log = {"a": [stages(2.39), stages(22.38)], "c": [stages(2.3)]}
    found = answered(asked, log)
    assert {(one.began_at, told.at) for one, told in found} == {(0, 2.39), (20, 22.38)}


def test_an_answer_after_a_bridge_is_as_late_as_it_is() -> None:
    """Where "one moment" was heard before the answer, the wait ends with the answer."""
    outcome = Outcome(turns=[turn(0, 3.5)])
    measured = round_of(ROLAND, 1, outcome, {"a": [stages(5.0)]}, MACHINE)
    assert measured.answer.p50_ms == pytest.approx(3000)


def test_what_never_came_counts() -> None:
    """A question without any sound after it, and a caller who was talked down, are the longest waits."""
    deaf = Turn("a", 20, 22, heard_at=22.4, silent_at=None, is_interruption=True)
    outcome = Outcome(turns=[turn(0, None), turn(10, 12.4), deaf])
    measured = round_of(FIXED, 1, outcome, None, MACHINE)
    assert (measured.asked, measured.unheard, measured.answer.count) == (3, 1, 3)
    assert measured.answer.p99_ms is not None
    assert measured.answer.p99_ms > 9_000
    assert measured.stop == Spread(1, NEVER_MS, NEVER_MS, NEVER_MS)


def test_the_log_tells_which_call_and_when() -> None:
    """Turns are found by the caller's id of their call, at the callers' clock; other lines are passed over."""
    began = {"event": "call began", "call_id": "own", "external_id": "theirs"}
    told = {
        "event": "call turn",
        "call_id": "own",
        "ms": 350,
        "timings": {"recognised": 320, "answered": 340},
        "timestamp": "2026-11-22T04:00:01.500000Z",
    }
    stranger = {**told, "call_id": "unknown"}
    lines = ["not a line of JSON", json.dumps({"event": "turn"}), *map(json.dumps, (began, told, stranger))]
    zero = 1_795_320_000.0
    assert read_log(lines, zero) == {"theirs": (Stages(1.5, 320, 340, 350),)}


def test_nothing_measured_is_not_zero() -> None:
    """Percentiles of nothing are nothing, and no aim is met by them."""
    assert Spread.of([]) == Spread(0, None, None, None)
    empty = replace(step(ROLAND, 10, 1, 1), answer=NOTHING, stop=NOTHING)
    assert not any(aim.met for aim in report(empty).aims())


def test_sustained_is_what_holds_for_all_fewer_calls_as_well() -> None:
    """A step over a second ends it, even where a later one would do again."""
    rounds = (step(ROLAND, 10, 400, 600), step(ROLAND, 40, 450, 950), step(ROLAND, 50, 500, 1_400))
    assert report(*rounds).sustained == 40
    assert report(*rounds, step(ROLAND, 60, 500, 900)).sustained == 40


def test_aims_are_judged_where_there_are_enough_answers() -> None:
    """Answers and interruptions at ten calls or the next more, the number of calls over all steps."""
    good = report(step(ROLAND, 1, 2_000, 3_000), step(ROLAND, 10, 400, 600), step(ROLAND, 40, 450, 950))
    assert [aim.met for aim in good.aims()] == [True, True, True, False]
    better = report(step(ROLAND, 10, 400, 600), step(ROLAND, 40, 450, 950))
    assert [aim.met for aim in better.aims()] == [True, True, True, True]
    worse = report(step(ROLAND, 10, 650, 950, stop_ms=300), step(ROLAND, 30, 700, 990))
    assert [aim.met for aim in worse.aims()] == [False, False, False, False]


def test_ratios_are_against_the_floor_with_as_many_calls() -> None:
    """The baseline of a step is that of as many calls; where it was not measured there is none."""
    both = report(step(FIXED, 10, 320, 330), step(ROLAND, 10, 400, 600), step(ROLAND, 40, 450, 950))
    assert [both.ratio(one) for one in both.of(ROLAND)] == [pytest.approx(1.25), None]


def test_the_picture_shows_every_line_that_was_measured() -> None:
    """Roland's two lines, and the floor's where there is one."""
    assert "one fixed sentence" not in picture(report(step(ROLAND, 10, 400, 600)))
    drawn = picture(report(step(FIXED, 10, 320, 330), step(ROLAND, 10, 400, 600), step(ROLAND, 40, 450, 950)))
    assert drawn.startswith("<svg")
    assert "one fixed sentence" in drawn
    assert "Roland, p95" in drawn


def test_plan_and_outcome_survive_the_way_between_processes() -> None:
    """What goes to the callers and what comes back is the same after it was written as JSON."""
    plan = Plan("sip:115@127.0.0.1:5060", 3, 1.0, 10.0, ("was kostet das",), Habits(interrupts=0.1))
    assert Plan.read(json.loads(json.dumps(asdict(plan)))) == plan
    outcome = Outcome([turn(0, 2.4), turn(10, None)], [0.5], [0.1], calls=2, seconds=10.0)
    assert Outcome.read(outcome.written()) == outcome


def test_there_are_questions_enough() -> None:
    """At least twenty different ones, so that no cache answers for the dialogue."""
    assert len(set(questions())) == len(questions()) >= 20
