"""Which service is meant: answered, asked back, or admitted."""

import pytest

from assistant.dialogue.context import Thresholds
from assistant.dialogue.topic import (
    Ambiguous,
    Resolution,
    Resolved,
    Thread,
    Unknown,
    is_answerable,
    prefer_area,
    resolve,
    without,
)
from assistant.model import Finding

LIMITS = Thresholds(answer=0.45, tie_ratio=0.4, switch=0.6, switch_back=0.9)
BREMEN, BREMERHAVEN = "040110000000", "040120000000"


def found(**probabilities: float) -> tuple[Finding, ...]:
    """Findings by service id and probability, as given."""
    return tuple(Finding(service_id, probability) for service_id, probability in probabilities.items())


DOG = Thread("hund", follows=True)


@pytest.mark.parametrize(
    ("findings", "thread", "expected"),
    [
        (found(pass_=0.9, perso=0.2), None, Resolved("pass_")),
        (found(pass_=0.5, perso=0.1), None, Resolved("pass_")),
        (found(pass_=0.8, perso=0.6), None, Ambiguous(("pass_", "perso"))),
        (found(pass_=0.3, perso=0.1), None, Resolved("pass_")),
        (found(pass_=0.3, perso=0.1, hund=0.1, kita=0.1, bau=0.1), None, Ambiguous(("pass_", "perso"))),
        ((), None, Unknown()),
        ((), DOG, Resolved("hund")),
        ((), Thread("hund"), Unknown()),
        (found(pass_=0.4), DOG, Resolved("hund")),
        (found(pass_=0.8), DOG, Resolved("pass_")),
        (found(pass_=0.8), Thread("hund", follows=True, refers=True), Resolved("hund")),
        (found(pass_=0.95), Thread("hund", follows=True, refers=True), Resolved("pass_")),
        (found(pass_=0.9, hund=0.7), DOG, Resolved("hund")),
        (found(pass_=0.95), Thread("hund", follows=True, bare=True), Resolved("hund")),
        (found(pass_=0.9), Thread("hund", refers=True), Resolved("pass_")),
    ],
)
def test_findings_topic_and_thresholds_decide(
    findings: tuple[Finding, ...], thread: Thread | None, expected: Resolution
) -> None:
    """A clear winner is answered, near ties are asked, a follow-up stays with its topic, the rest is admitted."""
    assert resolve(findings, thread, LIMITS) == expected


@pytest.mark.parametrize("thread", [None, Thread("hund", refers=True)])
def test_what_is_likely_not_answerable_is_admitted(thread: Thread | None) -> None:
    """Where probably nothing found is meant, nothing is answered or asked, unless the topic goes on."""
    assert resolve(found(pass_=0.9), thread, LIMITS, answerable=False) == Unknown()
    assert resolve(found(pass_=0.2), DOG, LIMITS, answerable=False) == Resolved("hund")


def test_search_and_engine_are_weighed_whether_there_is_an_answer() -> None:
    """Much found counts even in parts, the engine's doubt against it, and neither decides alone."""
    limits = Thresholds(admit=0.5, engine_weight=0.5)
    assert is_answerable(found(pass_=0.3, perso=0.3), 0.5, limits)
    assert not is_answerable(found(pass_=0.3), 0.5, limits)
    assert is_answerable(found(pass_=0.3), 0.01, limits)
    assert not is_answerable(found(pass_=0.6), 0.9, limits)
    assert is_answerable(found(pass_=0.999, perso=0.001), 0.9, limits)
    assert not is_answerable((), 0.0, limits)


class Land:
    """Where the services of these tests are valid; "hier" and "dort" are the same matter."""

    def areas(self, service_id: str) -> tuple[str, ...]:
        return {"hier": (BREMEN,), "dort": (BREMERHAVEN,), "anderes": (BREMEN,)}.get(service_id, ())

    def are_twins(self, one: str, other: str) -> bool:
        return {one, other} == {"hier", "dort"}


LAND = Land()


def test_home_area_wins_a_near_tie() -> None:
    """Who names no place asks about the city whose assistant this is; the other city is set aside, not lost."""
    kept, aside = prefer_area(found(dort=0.7, hier=0.6), LAND, None, BREMEN)
    assert [finding.service_id for finding in kept] == ["hier"]
    assert aside == ("dort",)


def test_what_is_set_aside_gives_its_probability_to_the_rest() -> None:
    """The same matter in two cities is no doubt about the matter: with the city settled, the answer is sure."""
    kept, _ = prefer_area(found(dort=0.54, hier=0.42), LAND, None, BREMEN)
    assert kept[0].probability == pytest.approx(0.42 / 0.46)
    assert resolve(kept, None, LIMITS) == Resolved("hier")


def test_a_service_that_is_not_meant_gives_its_probability_to_the_rest() -> None:
    """Who says "no" makes everything else more probable."""
    assert [finding.probability for finding in without(found(pass_=0.8, hund=0.1), "pass_")] == pytest.approx([0.5])
    assert without(found(pass_=0.8), "pass_") == ()
    assert without(found(pass_=0.8, hund=0.1), None)[0].probability == pytest.approx(0.8)


def test_named_area_wins_always() -> None:
    """Who says Bremerhaven gets Bremerhaven's service, however near Bremen's is."""
    kept, _ = prefer_area(found(hier=0.9, dort=0.3), LAND, BREMERHAVEN, BREMEN)
    assert [finding.service_id for finding in kept] == ["dort"]


def test_another_matter_gives_no_probability() -> None:
    """What is certain about one matter in Bremen makes another matter in Bremerhaven no more probable."""
    kept, _ = prefer_area(found(anderes=0.97, dort=0.02), LAND, BREMERHAVEN, BREMEN)
    assert kept == found(dort=0.02)


def test_service_of_the_other_city_only_is_still_found() -> None:
    """What exists only in the other city is not hidden by something unlikely in this one."""
    kept, aside = prefer_area(found(dort=0.9, hier=0.1), LAND, None, BREMEN)
    assert kept[0].service_id == "dort"
    assert aside == ()
