"""Status codes: what they carry, how forgiving they are, and that they are found in what people write."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import StatusCode, find_code, without_code
from assistant.model.status_code import ALPHABET, PLACEHOLDER

NUMBERS = st.integers(0, 2**60 - 1)
CODES = NUMBERS.map(StatusCode.of_number).filter(bool)


def drawn(step: int) -> Iterator[StatusCode]:
    """Codes, one after the other."""
    return filter(None, (StatusCode.of_number(number * step) for number in range(10_000)))


@given(NUMBERS, NUMBERS)
def test_different_numbers_give_different_codes(one: int, other: int) -> None:
    """A code carries sixty bits, none of them lost."""
    first, second = StatusCode.of_number(one), StatusCode.of_number(other)
    assert first is None or (first == second) == (one == other)


@given(CODES)
def test_a_code_is_shown_in_groups_and_read_again(code: StatusCode) -> None:
    """What is shown is four groups, and reading it gives the same code; no letter in it is taken for another."""
    assert [len(group) for group in str(code).split("-")] == [4, 4, 4, 1]
    assert StatusCode.read(str(code)) == code
    assert not set(str(code)) & set("ILOU")


@given(CODES, st.integers(0, 12), st.integers(1, 31))
def test_one_wrong_character_is_noticed(code: StatusCode, place: int, by: int) -> None:
    """Whoever mistypes one character never meets somebody else's ticket."""
    wrong = ALPHABET[(ALPHABET.index(code.symbols[place]) + by) % 32]
    assert StatusCode.read(code.symbols[:place] + wrong + code.symbols[place + 1 :]) is None


@given(CODES, st.integers(0, 12), st.integers(0, 12))
def test_two_exchanged_characters_are_noticed(code: StatusCode, one: int, other: int) -> None:
    """Characters in the wrong order never make another code."""
    symbols = list(code.symbols)
    symbols[one], symbols[other] = symbols[other], symbols[one]
    exchanged = "".join(symbols)
    assert exchanged == code.symbols or StatusCode.read(exchanged) is None


@given(
    CODES, st.sampled_from(["{}", "Mein Code ist {}.", "stand {} bitte", "({})", "Code:{}", "رمزي {} شكرا", "{}\n{}"])
)
def test_a_code_is_found_in_a_sentence_and_taken_out(code: StatusCode, sentence: str) -> None:
    """In what somebody writes the code is found, and nothing of it is left in what may be kept."""
    for written in (str(code), str(code).lower(), str(code).replace("-", " "), code.symbols, " ".join(code.symbols)):
        text = sentence.replace("{}", written)
        assert find_code(text) == code
        assert without_code(text) == sentence.replace("{}", PLACEHOLDER)


def test_what_is_taken_for_something_else_counts_as_that() -> None:
    """O for zero, I and L for one, letters of a Cyrillic keyboard and digits of an Arabic one are understood."""
    code = next(code for code in drawn(7_777_777_777_777) if "0" in str(code))
    arabic = str(code).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    persian = str(code).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    cyrillic = str(code).translate(str.maketrans("ABEKMHPCTX", "АВЕКМНРСТХ"))
    for written in (str(code).replace("0", "O"), str(code).replace("0", "o"), arabic, persian, cyrillic):
        assert find_code(f"Code {written}") == code
    with_ones = next(code for code in drawn(3**35) if "1" in str(code))
    assert find_code(str(with_ones).replace("1", "l")) == find_code(str(with_ones).replace("1", "I")) == with_ones


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Was kostet ein Reisepass für Kinder unter zwölf Jahren?",
        "Wie viel kostet das denn genau",
        "0421 3610000 oder 0421 361 88666",
        "DE89 3704 0044 0532 0130 00",
        "1234 5678 9012 3",
        "ABCD-EFGH-JKMN-P",
        "Meine Steuernummer 60 123 456 789",
    ],
)
def test_ordinary_texts_hold_no_code(text: str) -> None:
    """Questions, telephone numbers and account numbers stay as they are."""
    assert find_code(text) is None
    assert without_code(text) == text


@given(st.text(max_size=200))
def test_any_text_can_be_looked_through(text: str) -> None:
    """Whatever is written, nothing breaks, and what is kept holds no code any more."""
    assert find_code(without_code(text)) is None


@pytest.mark.parametrize(
    "symbols", ["", "K7RM", "k7rm4xq29tpah", "K7RM-4XQ2-9TPA-H", "0000000000000", "АВЕК-0000-0000-0"]
)
def test_what_is_no_code_cannot_be_one(symbols: str) -> None:
    """A code that exists is well-formed."""
    with pytest.raises(ValueError, match="not a status code"):
        StatusCode(symbols)
