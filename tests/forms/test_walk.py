"""A walk through any form never loses its place, asks nothing that is excluded, and ends in the checklist."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.forms.walk import (
    StepKind,
    answer,
    back,
    begin,
    current,
    forward,
    jump,
    left_out,
    skip_part,
    step_at,
    steps,
)
from assistant.model import (
    CHECKLIST,
    NO,
    OVERVIEW,
    REVIEW,
    YES,
    Cardinality,
    Condition,
    Equals,
    Field,
    FieldGroup,
    FieldKind,
    Form,
    FormElement,
    FormText,
    Language,
    Not,
    Walk,
    WalkMode,
)
from tests.forms.walks import Move, excluded, moves, to_the_end

ONCE, MAYBE, MANY, ANY = Cardinality(), Cardinality(0, 1), Cardinality(1, None), Cardinality(0, 3)
TITLE = (FormText(Language.DE, "Formular"),)


def form_of(*elements: FormElement) -> Form:
    """A form of these elements."""
    return Form("form", TITLE, elements)


def yes_no(path: str, condition: Condition | None = None) -> Field:
    """A question."""
    return Field(path, FieldKind.YES_NO, condition=condition)


def text(path: str, condition: Condition | None = None, cardinality: Cardinality = ONCE) -> Field:
    """A field for words."""
    return Field(path, FieldKind.TEXT, cardinality, condition)


def is_yes(path: str) -> Equals:
    """The question there is answered with yes."""
    return Equals(path, frozenset({YES}))


CHILDREN = form_of(
    FieldGroup("you", (text("you/name"), yes_no("you/parent"))),
    FieldGroup("child", (text("child/name"), text("child/born")), MANY, is_yes("you/parent")),
    FieldGroup("account", (text("account/iban"),), MAYBE),
)


def standing(form: Form, key: str, mode: WalkMode = WalkMode.EXPLAIN) -> Walk:
    """A walk that has come to that step."""
    walk = jump(form, begin(form, mode), key)
    assert walk is not None
    return walk


def keys(form: Form, walk: Walk) -> list[str]:
    """The keys of all steps."""
    return [step.key for step in steps(form, walk)]


def test_explained_without_answers_everything_is_shown() -> None:
    """Who only wants the form explained sees every field once, the ones that depend on something marked as such."""
    walk = begin(CHILDREN)
    there = steps(CHILDREN, walk)
    assert [step.key for step in there] == [
        OVERVIEW, "you/name", "you/parent", "child/name#1", "child/born#1", "account/iban", CHECKLIST,
    ]  # fmt: skip
    assert [step.key for step in there if not step.is_sure] == ["child/name#1", "child/born#1"]


def test_what_an_answer_excludes_is_not_asked_and_told() -> None:
    """No children: their part is left out, and the reason is known; taken back, it is there again."""
    at_question = standing(CHILDREN, "you/parent")
    after = answer(CHILDREN, at_question, NO)
    assert after.at == "account/iban"
    assert [(one.element.path, one.condition) for one in left_out(CHILDREN, at_question, after)] == [
        ("child", is_yes("you/parent"))
    ]
    again = answer(CHILDREN, back(CHILDREN, after), YES)
    assert again.at == "child/name#1"
    assert not left_out(CHILDREN, at_question, again)


def test_filled_in_a_part_comes_as_often_as_wanted() -> None:
    """Filling in, another child may be added after each; a part that may be left out is asked for first."""
    walk = standing(CHILDREN, "you/parent", WalkMode.FILL)
    for value in (YES, "Kim", "2020", YES, "Lou", "2022", NO, NO):
        walk = answer(CHILDREN, walk, value)
    assert walk.at == REVIEW
    assert keys(CHILDREN, walk) == [
        OVERVIEW, "you/name", "you/parent", "child/name#1", "child/born#1", "child/name#2", "child/born#2", "?child+",
        "?account", REVIEW, CHECKLIST,
    ]  # fmt: skip


def test_another_by_mistake_is_taken_back() -> None:
    """A further child that was left empty is gone after "no more"."""
    walk = standing(CHILDREN, "you/parent", WalkMode.FILL)
    for value in (YES, "Kim", "2020", YES):
        walk = answer(CHILDREN, walk, value)
    walk = forward(CHILDREN, forward(CHILDREN, walk))
    assert walk.at == "?child+"
    walk = answer(CHILDREN, walk, NO)
    assert walk.at == "?account"
    assert "child/name#2" not in keys(CHILDREN, walk)


def test_another_of_which_nothing_is_asked_leads_on() -> None:
    """Where an answer has excluded all that a further one would hold, "another" goes on instead of nowhere."""
    only_first = Not(is_yes("child/last"))
    form = form_of(FieldGroup("child", (yes_no("child/last"),), MANY), FieldGroup("other", (text("other/a"),), MANY))
    walk = standing(form, "?other+", WalkMode.FILL)
    emptied = form_of(form.elements[0], FieldGroup("other", (text("other/a", only_first),), MANY))
    walk = replace(walk, answers={"child/last#1": YES})
    assert answer(emptied, walk, YES).at == REVIEW


def test_from_the_review_one_comes_back() -> None:
    """A value changed from the review leads back to it; where the change opens further steps, after these."""
    walk = begin(CHILDREN, WalkMode.FILL)
    for value in ("", "Kim", NO, NO):
        walk = answer(CHILDREN, walk, value)
    assert walk.at == REVIEW
    corrected = jump(CHILDREN, walk, "you/name")
    assert corrected is not None
    assert answer(CHILDREN, corrected, "Lou").at == REVIEW
    opened = jump(CHILDREN, walk, "you/parent")
    assert opened is not None
    opened = answer(CHILDREN, opened, YES)
    assert opened.at == "child/name#1"
    for value in ("Kim", "2020", NO):
        opened = answer(CHILDREN, opened, value)
    assert opened.at == REVIEW


def test_what_a_later_answer_calls_for_comes_before_the_end() -> None:
    """A field that stands before the one it depends on is asked before the checklist is reached."""
    form = form_of(text("early", is_yes("late")), yes_no("late"))
    walk = forward(form, replace(begin(form), answers={"late": NO}))
    walk = answer(form, walk, YES)
    assert walk.at == "early"
    assert forward(form, walk).at == CHECKLIST


def test_a_step_that_is_gone_leads_on() -> None:
    """Standing at a step that no longer exists, one is shown the next that does, and moves from there."""
    walk = replace(standing(CHILDREN, "child/born#1"), answers={"you/parent": NO})
    assert current(CHILDREN, walk).key == "account/iban"
    assert forward(CHILDREN, walk).at == CHECKLIST
    assert back(CHILDREN, walk).at == "you/parent"


def test_a_part_is_skipped_and_a_field_gone_to() -> None:
    """One may leave a part at once, and go to a field or a part by its path."""
    walk = standing(CHILDREN, "you/name")
    assert skip_part(CHILDREN, walk).at == "child/name#1"
    found = step_at(CHILDREN, walk, "child")
    assert found is not None
    assert found.key == "child/name#1"
    assert step_at(CHILDREN, replace(walk, answers={"you/parent": NO}), "child") is None
    assert jump(CHILDREN, walk, "nowhere") is None


def test_conditions_within_a_round_look_at_the_same_round() -> None:
    """What depends on a child's answer looks at that child; what stands outside looks at all of them."""
    form = form_of(
        FieldGroup("child", (yes_no("child/school"), text("child/class", is_yes("child/school"))), MANY),
        text("bus", is_yes("child/school")),
        text("none", Not(is_yes("child/school"))),
    )
    walk = Walk("form", mode=WalkMode.FILL, rounds={"child": 2}, answers={"child/school#1": NO, "child/school#2": YES})
    assert keys(form, walk)[1:-2] == ["child/school#1", "child/school#2", "child/class#2", "?child+", "bus"]


def test_a_condition_on_itself_excludes_nothing() -> None:
    """Two fields that each wait for the other are both shown."""
    form = form_of(yes_no("a", is_yes("b")), yes_no("b", is_yes("a")))
    assert keys(form, begin(form)) == [OVERVIEW, "a", "b", CHECKLIST]


# ── any form ───────────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """A form of up to three levels, with conditions on any of its fields."""
    paths: list[str] = []

    def element(above: str, depth: int) -> FormElement:
        path = f"{above}e{len(paths)}"
        paths.append(path)
        cardinality = draw(st.sampled_from([ONCE, ONCE, MAYBE, MANY, ANY]))
        if depth and draw(st.booleans()):
            count = draw(st.integers(1, 3))
            return FieldGroup(path, tuple(element(f"{path}/", depth - 1) for _ in range(count)), cardinality)
        kind = draw(st.sampled_from([FieldKind.YES_NO, FieldKind.TEXT, FieldKind.NOTE]))
        return Field(path, kind, cardinality)

    elements = tuple(element("", 2) for _ in range(draw(st.integers(1, 4))))

    def conditioned(one: FormElement) -> FormElement:
        if isinstance(one, FieldGroup):
            one = replace(one, children=tuple(map(conditioned, one.children)))
        if draw(st.integers(0, 2)):
            return one
        equals = Equals(draw(st.sampled_from(paths)), frozenset({draw(st.sampled_from([YES, NO]))}))
        return replace(one, condition=equals if draw(st.booleans()) else Not(equals))

    return form_of(*map(conditioned, elements))


@pytest.mark.slow
@given(forms(), st.sampled_from(WalkMode), st.lists(moves, max_size=25))
def test_any_walk_through_any_form(form: Form, mode: WalkMode, way: list[Move]) -> None:
    """After any moves one stands at a step that is there, and going on ends in the checklist with nothing left out."""
    walk = begin(form, mode)
    for move in way:
        walk = move(form, walk)
        there = steps(form, walk)
        assert len({step.key for step in there}) == len(there)
        assert current(form, walk) in there
    end = to_the_end(form, walk)
    assert {step.key for step in steps(form, end) if step.element} <= end.seen


@pytest.mark.slow
@given(forms(), st.sampled_from(WalkMode), st.lists(moves, max_size=25))
def test_back_undoes_a_step_forward(form: Form, mode: WalkMode, way: list[Move]) -> None:
    """Back after a step forward leads to where one came from."""
    walk = begin(form, mode)
    for move in way:
        walk = move(form, walk)
    here, onward = current(form, walk), forward(form, walk)
    if here.kind is not StepKind.CHECKLIST and not walk.back_to and not onward.back_to:
        assert back(form, onward).at == here.key


@pytest.mark.slow
@given(forms(), st.lists(moves, max_size=25))
def test_nothing_excluded_is_asked(form: Form, way: list[Move]) -> None:
    """No step is shown whose condition is answered otherwise by a field that is shown itself."""
    walk = begin(form)
    for move in way:
        walk = move(form, walk)
        assert excluded(form, walk) == []
